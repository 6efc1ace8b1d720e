"""Writes of the assessment."""
