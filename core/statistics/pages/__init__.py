"""统计表: the tables, hand-typed figures, the district's own columns."""

from core.statistics.pages import columns, entry, sheet
from core.statistics.pages.blueprint import bp

__all__ = ["bp", "columns", "entry", "sheet"]
