"""Writes of the official papers."""
