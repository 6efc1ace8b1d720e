"""The jobs' own housekeeping."""

from __future__ import annotations

from datetime import time, timedelta

from sqlalchemy import delete, or_

from core.db.sessions import TenantSession
from core.jobs.handle import JobHandle
from core.jobs.models import DEAD, DONE, FAILED, Job
from core.jobs.registry import REPORT, job
from core.jobs.schedule import Periodic

KEEP = timedelta(days=30)
KEEP_DEAD = timedelta(days=180)


@job("jobs.tidy", queue=REPORT)
def tidy(session: TenantSession, *, job: JobHandle) -> dict[str, int]:
    """Deletes what is over: after 30 days, after 180 where somebody may still ask why it died."""
    old = or_(
        Job.state.in_((DONE, FAILED)) & (Job.finished_at < session.now() - KEEP),
        (Job.state == DEAD) & (Job.finished_at < session.now() - KEEP_DEAD),
    )
    gone = session.execute(delete(Job).where(old).execution_options(synchronize_session=False))
    return {"deleted": gone.rowcount}  # type: ignore[attr-defined]  # a delete gives a CursorResult


TIDY = Periodic("jobs.tidy", daily_at=time(3, 30))
