"""Background work of exams: sittings whose time ran out are marked, whether or not their person comes back."""

from __future__ import annotations

from datetime import timedelta

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.exams.services.sittings import end_overdue
from core.jobs.handle import JobHandle
from core.jobs.registry import job
from core.jobs.schedule import Periodic

END = "exams.end_overdue"
PERIODIC = Periodic(kind=END, every=timedelta(minutes=5), tenants="district")


@job(END)
def end_sittings(session: TenantSession, *, job: JobHandle) -> dict[str, int]:
    return {"marked": end_overdue(session, actor=Actor.system(session.tenant_id, END))}
