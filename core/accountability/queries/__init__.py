"""Reads of accountability."""
