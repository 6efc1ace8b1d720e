"""Reads of the inspections: set-based, and only what the actor may see."""
