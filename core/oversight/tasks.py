"""Work of oversight outside requests: the recount, when something happened and every night."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from core.db.sessions import TenantSession
from core.jobs.handle import JobHandle
from core.jobs.registry import REPORT, job
from core.jobs.schedule import Periodic
from core.jobs.services import enqueue
from core.kernel.events import Event
from core.oversight.services.reads import READ, note_read
from core.oversight.services.rollups import recount

RECOUNT = "oversight.recount"
NIGHTLY = Periodic(RECOUNT, daily_at=time(0, 20), tenants="district")
"""Open, overdue and age change with the day alone."""
WAIT = timedelta(minutes=2)
"""Many events within a minute cost one recount, which runs a minute after the last of them at the earliest."""


@job(RECOUNT, queue=REPORT)
def recount_job(session: TenantSession, *, job: JobHandle, **_args: Any) -> dict[str, int]:
    """Counts the tenant anew; the result says how many cells its cube has."""
    return {"cells": recount(session)}


def take_event(session: TenantSession, event: Event) -> None:
    """A hazard changed: count soon. A bureau looked: write it down."""
    if event.topic.startswith("hazard."):
        now = session.now()
        due = now.replace(second=0, microsecond=0) + WAIT
        enqueue(session, kind=RECOUNT, args={}, actor=None, run_after=due, dedupe_key=f"{RECOUNT}@{due:%Y%m%d%H%M}")
    elif event.topic == READ:
        note_read(session, event)
