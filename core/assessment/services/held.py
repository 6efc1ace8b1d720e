"""A round in hand: locked for whoever assesses the whole district, and what is written down of it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from core.access.actor import Actor
from core.assessment.models import AssessmentRound
from core.assessment.permissions import AssessmentPermission
from core.audit.services import record
from core.db.sessions import TenantSession
from core.kernel.errors import Forbidden, NotFound, Stale


def require_everywhere(actor: Actor) -> None:
    """A round is about the whole district. Raises Forbidden."""
    if not actor.coverage(AssessmentPermission.WRITE).everywhere:
        raise Forbidden()


def locked_round(
    session: TenantSession, *, actor: Actor, round_id: UUID, version: int | None = None
) -> AssessmentRound:
    """``version``: what the actor saw; None for work that was ordered. Raises Forbidden, NotFound, Stale."""
    require_everywhere(actor)
    wanted = select(AssessmentRound).where(AssessmentRound.id == round_id).with_for_update()
    row = session.scalars(wanted.execution_options(populate_existing=True)).first()
    if row is None:
        raise NotFound()
    if version is not None and row.version != version:
        raise Stale()
    return row


def audit_round(session: TenantSession, *, actor: Actor, row: AssessmentRound, act: str, **data: object) -> None:
    record(
        session, actor=actor, action=f"assessment_round.{act}", object_kind="assessment_round", object_id=row.id,
        data={"title": row.title, **data},
    )  # fmt: skip
