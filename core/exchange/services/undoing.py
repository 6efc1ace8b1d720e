"""Takes a whole batch back, if nothing since rests on what it made; and forgets batches when their time is over."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select, update

from core.audit.services import record
from core.db.sessions import TenantSession
from core.exchange.keeping import forget
from core.exchange.kinds import import_kind
from core.exchange.models import DONE, UNDONE, ImportBatch, ImportChunk, ImportFault
from core.exchange.services.batches import chunk_numbers, own_batch
from core.hooks.tables import Did, Outcome, TableWork
from core.jobs.services import emit
from core.kernel.errors import Refused
from core.kernel.events import Event

KEPT = timedelta(days=90)
"""So long rows stay, and a batch can be undone; then the personal data in them goes."""


def undo_batch(work: TableWork, *, batch_id: UUID) -> str:
    """What was done, in words. Raises NotFound; Refused naming what was changed or added since, and for batches older than 90 days."""
    session = work.session
    batch = own_batch(work, batch_id)
    kind = import_kind(work, batch.kind)
    if batch.state != DONE or batch.committed_at is None:
        raise Refused("只有已导入的批次可以撤销")
    if session.now() - batch.committed_at > KEPT:
        raise Refused("导入已超过%(days)s天，不能整批撤销", days=KEPT.days)
    done: list[tuple[int, Outcome]] = []
    for no in reversed(chunk_numbers(work, batch_id)):
        outcomes = session.scalar(
            select(ImportChunk.outcomes).where(ImportChunk.batch_id == batch_id, ImportChunk.no == no)
        )
        for number, (did, object_id, undo) in sorted((outcomes or {}).items(), key=lambda item: -int(item[0])):
            if did in (Did.CREATED, Did.CHANGED):
                row = int(number)
                done.append((row, Outcome(row, Did(did), UUID(object_id) if object_id else None, undo)))
    undoing = kind.undoing(work, batch_id)  # what it says of numbers is true only before
    if undoing.barred:
        raise Refused(undoing.barred)
    kind.undo(work, batch_id, done)
    batch = session.get_one(ImportBatch, (session.tenant_id, batch_id), populate_existing=True)
    batch.state, batch.undone_at = UNDONE, session.now()
    session.flush()
    record(
        session, actor=work.actor, action="import.undone", object_kind="import_batch", object_id=batch_id,
        data={"kind": batch.kind, "rows": len(done)},
    )  # fmt: skip
    payload = {"batch_id": str(batch_id), "kind": batch.kind}
    emit(session, Event(topic="import.undone", tenant_id=session.tenant_id, at=session.now(), payload=payload))
    return undoing.done


def forget_batches(session: TenantSession) -> int:
    """Deletes rows and files of batches older than 90 days: they hold names and phones. The counts stay."""
    old = select(ImportBatch.id).where(ImportBatch.created_at < session.now() - KEPT)
    for model in (ImportChunk, ImportFault):
        session.execute(delete(model).where(model.batch_id.in_(old)).execution_options(synchronize_session=False))
    files = list(
        session.scalars(select(ImportBatch.file_id).where(ImportBatch.id.in_(old), ImportBatch.file_id.is_not(None)))
    )
    if files:
        session.execute(
            update(ImportBatch)
            .where(ImportBatch.id.in_(old))
            .values(file_id=None, head=[])
            .execution_options(synchronize_session=False)
        )
        forget(session, [file_id for file_id in files if file_id is not None])
    return len(files)
