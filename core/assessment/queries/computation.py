"""How far the computation of a round is: the job that was ordered last."""

from __future__ import annotations

from uuid import UUID

from core.db.sessions import TenantSession
from core.jobs.queries import JobCard, job_card
from core.kernel.errors import NotFound


def computation(session: TenantSession, job_id: UUID | None) -> JobCard | None:
    """``job_id``: of the round. None where none was ordered, or it is over so long that its row was tidied away."""
    if job_id is None:
        return None
    try:
        return job_card(session, job_id)
    except NotFound:
        return None


def under_way(session: TenantSession, job_id: UUID | None) -> bool:
    card = computation(session, job_id)
    return card is not None and not card.over
