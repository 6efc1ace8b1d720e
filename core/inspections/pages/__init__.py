"""Pages of the inspections."""

from core.inspections.pages import checklists, going, rounds, visits
from core.inspections.pages.blueprint import bp

__all__ = ["bp", "checklists", "going", "rounds", "visits"]
