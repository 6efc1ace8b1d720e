"""Pages of indicators and assessment: /indicators, /assessment."""

from core.assessment.pages import indicators, rounds, sheets
from core.assessment.pages.blueprint import bp

__all__ = ["bp", "indicators", "rounds", "sheets"]
