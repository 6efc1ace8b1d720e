"""Tables of the inspections: checklists, rounds with their draw, visits, answers, what came of them."""

from core.inspections.models.answers import Answer, AnswerVersion, Signature, VisitPhoto
from core.inspections.models.checklists import Checklist, ChecklistVersion
from core.inspections.models.outcomes import Finding, RectificationOrder
from core.inspections.models.visits import Inspector, Round, Visit

__all__ = [
    "Answer", "AnswerVersion", "Checklist", "ChecklistVersion", "Finding", "Inspector", "RectificationOrder", "Round",
    "Signature", "Visit", "VisitPhoto",
]  # fmt: skip
