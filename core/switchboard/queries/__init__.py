"""Reads of the switchboard; hands out frozen dataclasses."""
