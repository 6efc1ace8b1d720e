"""Registers as kinds of the import and export centres: each register is a table that can be brought in and taken away."""

from core.registers.tables.exporting import RegisterExport
from core.registers.tables.importing import RegisterImport

__all__ = ["RegisterExport", "RegisterImport"]
