"""Hazard drafts: what a rule of a register found, waiting for somebody to make it a hazard or to say why it is none."""
