"""Background work of the filings: each morning the rounds that begin, and one digest of reminders."""

from __future__ import annotations

from datetime import time

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.jobs.handle import JobHandle
from core.jobs.registry import BULK, job
from core.jobs.schedule import Periodic
from core.reports.services.exemptions import exempt_closed
from core.reports.services.reminders import send_digests
from core.reports.services.rounds import open_due_rounds

DAILY = "reports.daily"
PERIODIC = Periodic(kind=DAILY, daily_at=time(7, 0), tenants="district")


@job(DAILY, queue=BULK)
def daily(session: TenantSession, *, job: JobHandle) -> dict[str, int]:
    """Idempotent: a round is opened once, a unit is told once a day."""
    actor = Actor.system(session.tenant_id, DAILY)
    opened = open_due_rounds(session, actor=actor)
    closed = exempt_closed(session, actor=actor)
    return {"opened": len(opened), "exempted": closed, "told": send_digests(session, actor=actor)}
