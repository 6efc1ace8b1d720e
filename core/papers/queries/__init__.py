"""Reads of the official papers."""
