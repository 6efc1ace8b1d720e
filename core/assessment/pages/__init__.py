"""Pages of indicators and assessment: /indicators, /assessment."""

from core.assessment.pages import computation, indicators, rounds, sheets, typed
from core.assessment.pages.blueprint import bp

__all__ = ["bp", "computation", "indicators", "rounds", "sheets", "typed"]
