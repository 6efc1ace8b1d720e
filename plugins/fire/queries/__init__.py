"""Reads of fire safety, one module for each noun. All set-based; they hand out frozen dataclasses."""
