"""免予参评: the district takes a unit out of a round before it is announced, with the reason, and takes it back in."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from core.access.actor import Actor
from core.assessment.models import AssessmentRound, AssessmentSheet
from core.assessment.services.held import audit_round, locked_round
from core.assessment.words import DRAFT, EXEMPTED
from core.db.sessions import TenantSession
from core.kernel.clock import local_date
from core.kernel.errors import Invalid, NotFound, Refused, Stale
from core.orgs.queries import unit_card


def exempt(session: TenantSession, *, actor: Actor, sheet_id: UUID, version: int, reason: str) -> None:
    """The sheet stays as it is and counts nowhere; computing leaves it alone. Raises NotFound, Forbidden, Stale, Invalid, Refused
    once it is announced, or where the unit does not take part as it is."""
    row, sheet = _held(session, actor, sheet_id, version)
    if sheet.left_on is not None:
        raise Refused("这个单位已不再参评")
    if not reason.strip():
        raise Invalid(fields={"reason": "请写明理由"})
    sheet.left_on, sheet.left_why, sheet.left_reason = local_date(session.now()), EXEMPTED, reason.strip()
    session.flush()
    audit_round(
        session,
        actor=actor,
        row=row,
        act="exempted",
        unit=unit_card(session, sheet.unit_id).name,
        reason=sheet.left_reason,
    )


def readmit(session: TenantSession, *, actor: Actor, sheet_id: UUID, version: int) -> None:
    """What its sheet says may be old by now, so the round has to be computed again before it is announced. Raises as above."""
    row, sheet = _held(session, actor, sheet_id, version)
    if sheet.left_why != EXEMPTED:
        raise Refused("只有免予参评的单位可以恢复参评")
    sheet.left_on, sheet.left_why, sheet.left_reason = None, "", ""
    row.computed_at = None
    session.flush()
    audit_round(session, actor=actor, row=row, act="readmitted", unit=unit_card(session, sheet.unit_id).name)


def _held(
    session: TenantSession, actor: Actor, sheet_id: UUID, version: int
) -> tuple[AssessmentRound, AssessmentSheet]:
    """Both locked, the round first."""
    round_id = session.scalar(select(AssessmentSheet.round_id).where(AssessmentSheet.id == sheet_id))
    if round_id is None:
        raise NotFound()
    row = locked_round(session, actor=actor, round_id=round_id)
    sheet = session.scalars(select(AssessmentSheet).where(AssessmentSheet.id == sheet_id).with_for_update()).one()
    if sheet.version != version:
        raise Stale()
    if row.state != DRAFT:
        raise Refused("结果已经公示，参评的单位不再变动")
    return row, sheet
