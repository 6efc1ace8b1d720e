"""Reads of the hazards: set-based, and only what the actor may see."""
