"""What is done with statistical tables: figures are typed, columns arranged."""

from core.statistics.services.columns import arrange_columns
from core.statistics.services.entries import Typed, correct_entry, type_entry

__all__ = ["Typed", "arrange_columns", "correct_entry", "type_entry"]
