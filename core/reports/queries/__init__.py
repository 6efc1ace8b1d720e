"""Reads of the filings."""
