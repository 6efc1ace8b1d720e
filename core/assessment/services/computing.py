"""Computes a round from the facts of the day: ordered as work of its own, for a district of a thousand schools takes longer than a request."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import select

from core.access.actor import Actor
from core.assessment.frozen import Frozen
from core.assessment.models import AssessmentRound
from core.assessment.queries.computation import under_way
from core.assessment.services.held import audit_round, locked_round, require_everywhere
from core.assessment.services.keeping import Kept, computed, keep_sheets
from core.assessment.words import DRAFT
from core.db.sessions import TenantSession
from core.hooks.manager import Plugins
from core.jobs.services import enqueue
from core.kernel.errors import NotFound, Refused
from core.kernel.schoolyear import Span
from core.tenancy.packs.model import Pack

JOB = "assessment.compute"
Progress = Callable[[int, int], None]
"""``(done, total)`` units; it may commit."""


def order_computation(session: TenantSession, *, actor: Actor, round_id: UUID, version: int) -> UUID:
    """Returns the job's id. While one is under way it is the answer to everybody: ordering changes nothing then, so an old
    version is no harm. Raises Forbidden, NotFound, Stale, Refused once it is announced."""
    row = locked_round(session, actor=actor, round_id=round_id)
    _require_draft(row)
    if row.job_id is not None and under_way(session, row.job_id):
        return row.job_id
    row = locked_round(session, actor=actor, round_id=round_id, version=version)
    row.job_id = enqueue(
        session, kind=JOB, args={"round_id": str(round_id)}, actor=actor, dedupe_key=f"{JOB}:{round_id}:{row.version}"
    )
    session.flush()
    audit_round(session, actor=actor, row=row, act="ordered")
    return row.job_id


def compute(
    session: TenantSession, plugins: Plugins, *, actor: Actor, pack: Pack, round_id: UUID, progress: Progress | None = None
) -> Kept:  # fmt: skip
    """A sheet for every unit from today's facts. What was computed before stays as a version; units that are no longer assessed are
    marked. Everything is read first, while ``progress`` is told; what is written is written in one transaction after that, under the
    lock of the round. Raises Refused once it is announced, Forbidden, NotFound."""
    require_everywhere(actor)
    row = session.scalars(select(AssessmentRound).where(AssessmentRound.id == round_id)).first()
    if row is None:
        raise NotFound()
    _require_draft(row)
    frozen, span = Frozen.from_json(row.scheme), Span(row.starts, row.ends)
    found = computed(session, plugins, pack=pack, frozen=frozen, span=span, progress=progress)
    row = locked_round(session, actor=actor, round_id=round_id)
    _require_draft(row)  # somebody may have cancelled it meanwhile
    kept = keep_sheets(session, actor=actor, round_id=round_id, frozen=frozen, span=span, found=found)
    row.computed_at = session.now()
    session.flush()
    audit_round(session, actor=actor, row=row, act="computed", changed=kept.changed, left=kept.left)
    return kept


def _require_draft(row: AssessmentRound) -> None:
    if row.state != DRAFT:
        raise Refused("结果已经公示，不能重新计算；有误的按申诉更正")
