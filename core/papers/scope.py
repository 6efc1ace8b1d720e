"""Which papers an actor may see. The one place; every query of papers for people goes through it."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select, true

from core.access.actor import Actor
from core.papers.models import Paper, PaperRecipient
from core.papers.permissions import PaperPermission


def reached(actor: Actor) -> ColumnElement[bool]:
    """SQL: the recipients that the actor may know of: its own units', and those to which it issues papers."""
    reads, issues = actor.coverage(PaperPermission.READ), actor.coverage(PaperPermission.ISSUE)
    return or_(reads.filter(PaperRecipient.unit_id), issues.filter(PaperRecipient.unit_id))


def visible(actor: Actor) -> ColumnElement[bool]:
    """SQL: papers that went to a unit within reach."""
    if any(actor.coverage(own).everywhere for own in (PaperPermission.READ, PaperPermission.ISSUE)):
        return true()
    return select(PaperRecipient.paper_id).where(PaperRecipient.paper_id == Paper.id, reached(actor)).exists()
