"""/api/v1/statistics: tables, entries."""

from core.statistics.rest import entries, tables
from core.statistics.rest.blueprint import bp

__all__ = ["bp", "entries", "tables"]
