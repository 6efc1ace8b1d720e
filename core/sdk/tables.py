"""What a plugin's imports and exports rest on: the contract of a kind and its columns. Imports no web framework."""

from __future__ import annotations

from core.hooks.tables import CHUNK, Did, ExportKind, Faults, ImportKind, ImportRow, Outcome, Question, TableWork
from core.tables.columns import Column, Type

__all__ = [
    "CHUNK", "Column", "Did", "ExportKind", "Faults", "ImportKind", "ImportRow", "Outcome", "Question", "TableWork", "Type",
]  # fmt: skip
