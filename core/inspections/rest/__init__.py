"""/api/v1/inspections: checklists, rounds, visits."""

from core.inspections.rest import answers, checklists, rounds, visits
from core.inspections.rest.blueprint import bp

__all__ = ["answers", "bp", "checklists", "rounds", "visits"]
