"""Hazards: from found to gone, as each district's pack says. The lifecycle decides, services write, queries read."""
