"""REST of the filings."""

from core.reports.rest import filings, rounds
from core.reports.rest.blueprint import bp

__all__ = ["bp", "filings", "rounds"]
