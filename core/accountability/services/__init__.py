"""Writes of accountability."""
