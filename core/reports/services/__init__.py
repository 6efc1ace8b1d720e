"""Writes of the filings."""
