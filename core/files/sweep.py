"""Compares what is stored with what is known: removes bytes that nobody refers to, reports rows whose bytes are gone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import structlog
from sqlalchemy import delete, select, update

from core.audit.services import record
from core.db.sessions import TenantSession
from core.files.models import KEPT, MISSING, File
from core.files.storage import Storage, storage_of
from core.jobs.handle import JobHandle
from core.jobs.registry import BULK, job
from core.jobs.schedule import Periodic
from core.jobs.services import emit
from core.kernel.clock import SystemClock
from core.kernel.events import Event

log = structlog.get_logger(__name__)

ORPHAN_AFTER = timedelta(days=1)
"""An upload whose transaction has not committed by then never will."""
LOOSE_FOR = timedelta(days=7)
"""How long an upload may wait to be attached: a report may be written over several days."""
NAMED = 1_000

SWEEP = Periodic("files.sweep", daily_at=time(3, 0))


@dataclass(frozen=True)
class Difference:
    """``stored_at`` None: the key is known but not stored; else it is stored (system time) but not known."""

    key: str
    stored_at: datetime | None


@job("files.sweep", queue=BULK)
def sweep_files(session: TenantSession, *, job: JobHandle) -> dict[str, int]:
    """Daily, per tenant. Side effects: deletes orphaned bytes and uploads that were never attached; marks missing ones."""
    return sweep(session, job=job, storage=storage_of(job.settings))


def sweep(session: TenantSession, *, job: JobHandle, storage: Storage) -> dict[str, int]:
    """Bytes go only after the commit of what let go of them: a crash leaves an orphan for the next turn, never a row without bytes."""
    loose = delete(File).where(File.subject_kind.is_(None), File.uploaded_at < session.now() - LOOSE_FOR)
    expired = session.execute(loose.execution_options(synchronize_session=False)).rowcount  # type: ignore[attr-defined]  # a delete gives a CursorResult
    job.checkpoint(done=0)
    # storage keeps system time, whatever the tenant's clock says
    before = SystemClock().now() - ORPHAN_AFTER
    orphans, missing = 0, []
    for difference in differences(storage.stored(session.tenant_id), _known(session)):
        if difference.stored_at is None:
            missing.append(difference.key)
        elif difference.stored_at < before:
            storage.delete(difference.key)
            orphans += 1
    storage.tidy(before)
    _report(session, job, missing[:NAMED])
    return {"expired": expired, "orphans": orphans, "missing": len(missing)}


def differences(stored: Iterator[tuple[str, datetime]], known: Iterator[str]) -> Iterator[Difference]:
    """Walks two sorted lists side by side; memory does not grow with them."""
    have, want = next(stored, None), next(known, None)
    while have is not None or want is not None:
        if have is not None and (want is None or have[0] < want):
            yield Difference(*have)
            have = next(stored, None)
        elif want is not None and (have is None or want < have[0]):
            yield Difference(want, None)
            want = next(known, None)
        else:
            have, want = next(stored, None), next(known, None)


def _known(session: TenantSession) -> Iterator[str]:
    """Keys with their thumbnails' in the order of their bytes, each once: several rows may name the same bytes."""
    rows = session.execute(
        select(File.key, File.thumbnail_key)
        .group_by(File.key, File.thumbnail_key)
        .order_by(File.key.collate("C"))
        .execution_options(yield_per=1000)
    )
    for key, thumbnail_key in rows:
        yield key
        if thumbnail_key is not None:
            yield thumbnail_key


def _report(session: TenantSession, job: JobHandle, keys: list[str]) -> None:
    """Marks rows whose own bytes are gone, once; a lost thumbnail is only a picture that lists show in full."""
    rows = session.scalars(
        update(File).where(File.key.in_(keys), File.state == KEPT).values(state=MISSING).returning(File.id)
        .execution_options(synchronize_session=False)
    ).all()  # fmt: skip
    for file_id in rows:
        log.error("the bytes of a file are gone", file=str(file_id))
        record(session, actor=job.actor, action="file.missing", object_kind="file", object_id=file_id)
    if rows:
        emit(session, Event("file.missing", session.tenant_id, session.now(), {"count": len(rows)}))
