"""Campaigns (专项行动): what is owed by whom and how it stands, phases, tasks, the notice with its live state."""
