"""Breaks the real processes under load and counts afterwards: ``make faults``; docs/faults.md says what is promised."""
