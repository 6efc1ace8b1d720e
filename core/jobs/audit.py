"""Verifies a tenant's audit log every night and on demand. Stands here because the log lies below the jobs."""

from __future__ import annotations

from datetime import time

from core.audit.heads import heads_of
from core.audit.verify import Report, verify
from core.db.sessions import TenantSession
from core.jobs.handle import JobHandle
from core.jobs.registry import REPORT, job
from core.jobs.schedule import Periodic
from core.jobs.services import emit
from core.kernel.errors import Refused
from core.kernel.events import Event
from core.kernel.phrases import Phrase

NIGHTLY = Periodic("audit.verify", daily_at=time(4, 0))
TOLD = 5


@job("audit.verify", queue=REPORT)
def verify_log(session: TenantSession, *, job: JobHandle) -> dict[str, int]:
    """Fails, naming the first faults, where the log was tampered with. Side effects: then also event ``audit.tampered``."""
    report = verify(session, heads_of(job.settings))
    if not report.ok:
        count = len(report.faults) + report.more
        emit(session, Event("audit.tampered", session.tenant_id, session.now(), {"count": count}))
        job.checkpoint(done=report.entries, total=report.entries)  # the alarm stands although the job fails
        raise Refused(_told(report, count))
    return {"entries": report.entries, "heads": report.heads}


def _told(report: Report, count: int) -> str:
    first = "；".join(fault.text() for fault in report.faults[:TOLD])
    return Phrase("%(first)s（共 %(n)s 处）", first=first, n=count) if count > TOLD else first
