"""Work of the import and export centre outside requests."""

from __future__ import annotations

from datetime import time
from uuid import UUID

from core.db.sessions import TenantSession
from core.exchange.acting import job_work
from core.exchange.services.committing import JOB as COMMIT
from core.exchange.services.committing import commit_batch
from core.exchange.services.exporting import JOB as MAKE
from core.exchange.services.exporting import expire_exports, export_failed, make_export
from core.exchange.services.reading import JOB as READ
from core.exchange.services.reading import read_batch, reading_failed
from core.exchange.services.undoing import forget_batches
from core.files.storage import storage_of
from core.jobs.handle import JobHandle
from core.jobs.registry import BULK, REPORT, job
from core.jobs.schedule import Periodic
from core.kernel.errors import XiaoanError

FORGET = Periodic("exchange.forget", daily_at=time(2, 30))


@job(READ, queue=BULK)
def read_table(session: TenantSession, *, job: JobHandle, batch_id: str) -> dict[str, str]:
    """Reads a large file as the person who sent it. What is wrong with the file stands on the batch."""

    def progress(done: int, total: int) -> None:
        job.checkpoint(done=done, total=total or None)

    try:
        read_batch(
            job_work(session, job), batch_id=UUID(batch_id), storage=storage_of(job.settings), job_id=job.id, progress=progress
        )  # fmt: skip
    except XiaoanError as fault:
        session.rollback()
        job.hold()
        reading_failed(
            job_work(session, job), batch_id=UUID(batch_id), job_id=job.id, why="；".join(fault.fields.values()) or fault.text(),
        )  # fmt: skip
    return {"url": f"/imports/{batch_id}"}


@job(COMMIT, queue=BULK)
def commit_table(session: TenantSession, *, job: JobHandle, batch_id: str) -> dict[str, str]:
    """Commits a batch as the person who ordered it, with the rights that person has now."""

    def progress(done: int, total: int) -> None:
        job.checkpoint(done=done, total=total)

    commit_batch(job_work(session, job), batch_id=UUID(batch_id), progress=progress)
    return {"url": f"/imports/{batch_id}"}


@job(MAKE, queue=REPORT)
def make_table(session: TenantSession, *, job: JobHandle, export_id: str) -> dict[str, str]:
    """Writes an export as the person who ordered it, with the rights that person has now."""
    try:
        make_export(
            job_work(session, job), export_id=UUID(export_id), storage=storage_of(job.settings), aside=job.aside
        )
    except XiaoanError as fault:
        session.rollback()
        job.hold()
        export_failed(session, export_id=UUID(export_id), why="；".join(fault.fields.values()) or fault.text())
    return {"url": "/exports"}


@job("exchange.forget", queue=REPORT)
def forget(session: TenantSession, *, job: JobHandle) -> dict[str, int]:
    """Daily: rows of imports older than 90 days and files of exports older than a week."""
    return {"imports": forget_batches(session), "exports": expire_exports(session)}
