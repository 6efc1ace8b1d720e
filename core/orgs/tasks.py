"""Work of the organisation outside requests."""

from __future__ import annotations

from datetime import time

from core.db.sessions import TenantSession
from core.jobs.handle import JobHandle
from core.jobs.registry import REPORT, job
from core.jobs.schedule import Periodic
from core.orgs.services.closure import rebuild_closure


@job("orgs.refresh_closure", queue=REPORT)
def refresh_closure(session: TenantSession, *, job: JobHandle) -> None:
    """Links begin and end by date: every day anew, who stands under whom."""
    rebuild_closure(session)


CLOSURE = Periodic("orgs.refresh_closure", daily_at=time(0, 5))
