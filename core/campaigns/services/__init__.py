"""Writes of campaigns: verbs, each under a lock, written into the log, told to others."""
