"""Work of the assessment outside requests."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from core.assessment.services.computing import JOB, compute
from core.db.sessions import TenantSession
from core.jobs.handle import JobHandle
from core.jobs.registry import REPORT, job
from core.orgs.acting import orderer
from core.tenancy.shelf import pack_of


@job(JOB, queue=REPORT)
def compute_round(session: TenantSession, *, job: JobHandle, round_id: str) -> dict[str, Any]:
    """As the person who ordered it, with the rights that person has now. A run that breaks off has written nothing."""

    def progress(done: int, total: int) -> None:
        job.checkpoint(done=done, total=total)

    kept = compute(
        session,
        job.plugins,
        actor=orderer(session, job),
        pack=pack_of(session),
        round_id=UUID(round_id),
        progress=progress,
    )
    return {"url": f"/assessment/{round_id}", "changed": kept.changed, "left": kept.left}
