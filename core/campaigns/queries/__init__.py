"""Reads of campaigns; set-based, hand out frozen dataclasses."""
