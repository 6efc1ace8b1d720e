"""Reads of indicators and assessment."""
