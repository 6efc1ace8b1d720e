"""What statistics reads: the tables of the tenant and their figures."""

from core.statistics.queries.computed import computed
from core.statistics.queries.declared import table, tables

__all__ = ["computed", "table", "tables"]
