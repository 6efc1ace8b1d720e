"""Pages of accountability: /accountability, /safety-rules."""

from core.accountability.pages import matters, rules
from core.accountability.pages.blueprint import bp

__all__ = ["bp", "matters", "rules"]
