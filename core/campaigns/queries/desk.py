"""What waits for somebody on the 工作台."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from core.access.actor import Actor
from core.campaigns.models import Scheme, TaskState
from core.campaigns.permissions import CampaignPermission
from core.campaigns.queries.board import board
from core.campaigns.queries.letters import open_letters
from core.campaigns.queries.scope import scope_of
from core.campaigns.standing import Standing
from core.db.sessions import TenantSession
from core.tenancy import shelf

REPORT, SIGN, REVIEW = CampaignPermission.REPORT, CampaignPermission.SIGN, CampaignPermission.SCHEME_REVIEW


@dataclass(frozen=True)
class Waiting:
    late: int = 0
    to_sign: int = 0
    letters: int = 0
    schemes: int = 0


def waiting(session: TenantSession, actor: Actor) -> Waiting:
    """Nothing for a tenant without a pack. At most eight small queries."""
    pack = shelf.current(session)
    if pack is None:
        return Waiting()
    late = 0
    if actor.may(REPORT):
        lines = board(session, pack, scope_of(session, actor))
        late = sum(1 for line in lines if line.concerns and line.standing is Standing.OVERDUE)
    return Waiting(late, _to_sign(session, actor), open_letters(session, actor), _schemes(session, actor))


def _to_sign(session: TenantSession, actor: Actor) -> int:
    """Reported by somebody else, in units where the actor signs."""
    if not actor.may(SIGN):
        return 0
    wanted = select(func.count()).select_from(TaskState).where(
        TaskState.state == "reported", actor.coverage(SIGN).filter(TaskState.unit_id),
        TaskState.reported_by.is_distinct_from(actor.person_id),
    )  # fmt: skip
    return session.scalar(wanted) or 0


def _schemes(session: TenantSession, actor: Actor) -> int:
    if not actor.may(REVIEW):
        return 0
    wanted = select(func.count()).select_from(Scheme).where(
        Scheme.state == "submitted", actor.coverage(REVIEW).filter(Scheme.unit_id)
    )  # fmt: skip
    return session.scalar(wanted) or 0
