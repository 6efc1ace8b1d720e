"""Pages of the filings."""

from core.reports.pages import filings, grid, rounds
from core.reports.pages.blueprint import bp

__all__ = ["bp", "filings", "grid", "rounds"]
