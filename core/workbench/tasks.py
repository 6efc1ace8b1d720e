"""Housekeeping of what requests leave behind."""

from __future__ import annotations

from datetime import time

from core.db.sessions import TenantSession
from core.http import idempotency
from core.jobs.handle import JobHandle
from core.jobs.registry import REPORT, job
from core.jobs.schedule import Periodic


@job("requests.prune", queue=REPORT)
def prune_requests(session: TenantSession, *, job: JobHandle) -> dict[str, int]:
    """Deletes answers kept for repeats of requests, once nobody repeats them any more."""
    return {"keys": idempotency.prune(session)}


PRUNE = Periodic("requests.prune", daily_at=time(3, 20))
