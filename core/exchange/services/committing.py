"""Commits the good rows of a batch: chunk by chunk, each standing alone, so that a crash loses nothing and repeats nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from core.audit.services import record
from core.exchange.kinds import import_kind
from core.exchange.models import COMMITTING, DONE, PREVIEW, ImportBatch, ImportChunk, ImportFault
from core.exchange.services.batches import Opened, chunk_numbers, every_row, opened, own_batch, read_rows
from core.exchange.services.reading import keep_faults
from core.hooks.tables import Did, ImportRow, Outcome, TableWork
from core.jobs.queries import job_card
from core.jobs.services import emit, enqueue
from core.kernel.errors import Refused
from core.kernel.events import Event, Scalar

JOB = "exchange.commit_table"
UNANSWERED = "这一行没有导入，请重新上传后再试"
Progress = Callable[[int, int], None]


def order_commit(work: TableWork, *, batch_id: UUID) -> UUID:
    """Orders the job; asking twice gives the same job, unless that one failed. Raises NotFound, Refused."""
    batch = own_batch(work, batch_id)
    import_kind(work, batch.kind)
    if batch.state in (COMMITTING, DONE) and batch.job_id is not None:
        job = job_card(work.session, batch.job_id)
        if batch.state == DONE or not job.over:
            return batch.job_id
    elif batch.state != PREVIEW:
        raise Refused("这个批次现在不能导入，请重新上传")
    if batch.faulty == batch.total:
        raise Refused("没有可以导入的行，请改正后重新上传")
    batch.job_id = enqueue(
        work.session, kind=JOB, args={"batch_id": str(batch_id)}, actor=work.actor, dedupe_key=f"{JOB}:{batch_id}:{batch.version}"
    )  # fmt: skip
    batch.state = COMMITTING
    work.session.flush()
    record(work.session, actor=work.actor, action="import.ordered", object_kind="import_batch", object_id=batch_id)
    return batch.job_id


def commit_batch(work: TableWork, *, batch_id: UUID, progress: Progress | None = None) -> None:
    """``progress(done, total)`` may commit: rows that have an outcome are not touched again, whoever goes on."""
    batch = own_batch(work, batch_id)
    found = opened(work, batch)
    good = batch.total - batch.faulty
    known = found.kind.prepare(work, every_row(work, found))
    last = not found.kind.deferred
    done = sum(_counts(work, batch_id).values())  # of somebody who was broken off
    while True:
        moved = waiting = 0
        for no in chunk_numbers(work, batch_id, open_only=True):
            settled, later = _chunk(work, found, no, known, last=last)
            moved, waiting = moved + settled, waiting + later
            done += settled
            work.session.flush()
            work.session.expunge_all()  # what was written need not stay in memory; what follows reads anew
            if progress is not None:
                progress(min(done, good), good)
        if not waiting:
            break
        last = moved == 0
    _close(work, batch_id)


def _chunk(work: TableWork, found: Opened, no: int, known: Any, *, last: bool) -> tuple[int, int]:
    """(rows that have an outcome now, rows that wait)"""
    session, batch_id = work.session, found.batch_id
    chunk = session.get_one(ImportChunk, (session.tenant_id, batch_id, no))
    texts = [(number, cells) for number, cells in chunk.rows if str(number) not in chunk.outcomes]
    barred = _barred(work, batch_id, texts)
    good: list[ImportRow] = []
    late: dict[int, dict[str, str]] = {}
    for row, faults, _ in read_rows(found, [entry for entry in texts if entry[0] not in barred]):
        if faults:  # a choice of the preview is no longer one
            late[row.no] = faults
        else:
            good.append(row)
    for number, said in found.kind.check(work, good, known).items():
        if said:
            late[number] = dict(said)
    good = [row for row in good if row.no not in late]
    outcomes = found.kind.commit(work, batch_id, good, known, last=last) if good else ()
    stored, waiting = _stored(good, outcomes, late, last=last)
    keep_faults(work, batch_id, texts, late, late=True)
    refused = {str(number): [str(Did.REFUSED), None, None] for number in late}
    session.execute(
        update(ImportChunk)
        .where(ImportChunk.batch_id == batch_id, ImportChunk.no == no)
        .values(outcomes={**chunk.outcomes, **stored, **refused}, settled=not waiting)
        .execution_options(synchronize_session=False)
    )
    return len(stored) + len(refused), waiting


def _barred(work: TableWork, batch_id: UUID, texts: Sequence[tuple[int, list[str]]]) -> set[int]:
    """Rows of the chunk that the preview found at fault."""
    if not texts:
        return set()
    return set(
        work.session.scalars(
            select(ImportFault.row_no).where(
                ImportFault.batch_id == batch_id, ImportFault.row_no.between(texts[0][0], texts[-1][0])
            )
        )
    )


def _stored(
    good: Sequence[ImportRow], outcomes: Sequence[Outcome], late: dict[int, dict[str, str]], *, last: bool
) -> tuple[dict[str, list[Any]], int]:
    """Outcomes as they are kept; refusals go to ``late``. A row that its kind did not answer for is refused, never lost."""
    by_row = {outcome.no: outcome for outcome in outcomes}
    stored: dict[str, list[Any]] = {}
    waiting = 0
    for row in good:
        outcome = by_row.get(row.no)
        if outcome is None or (outcome.did is Did.LATER and last):
            late[row.no] = {"": UNANSWERED}
        elif outcome.did is Did.REFUSED:
            late[row.no] = dict(outcome.faults) or {"": UNANSWERED}
        elif outcome.did is Did.LATER:
            waiting += 1
        else:
            object_id = str(outcome.object_id) if outcome.object_id else None
            stored[str(row.no)] = [str(outcome.did), object_id, _plain(outcome.undo)]
    return stored, waiting


def _plain(undo: Mapping[str, Any] | Sequence[Any] | None) -> Any:
    return dict(undo) if isinstance(undo, Mapping) else undo if undo is None else list(undo)


def _counts(work: TableWork, batch_id: UUID) -> dict[str, int]:
    """What was done → how many rows."""
    outcome = func.jsonb_each(ImportChunk.outcomes).table_valued("key", "value")
    did = outcome.c.value.op("->>")(0)
    rows = work.session.execute(
        select(did, func.count()).select_from(ImportChunk).join(outcome, ImportChunk.batch_id == batch_id).group_by(did)
    )
    return {str(name): int(number) for name, number in rows}


def _close(work: TableWork, batch_id: UUID) -> None:
    session = work.session
    batch = session.get_one(ImportBatch, (session.tenant_id, batch_id), populate_existing=True)
    counts = _counts(work, batch_id)
    batch.created, batch.changed = counts.get(Did.CREATED, 0), counts.get(Did.CHANGED, 0)
    batch.same, batch.refused = counts.get(Did.SAME, 0), counts.get(Did.REFUSED, 0)
    batch.state, batch.committed_at = DONE, session.now()
    session.flush()
    totals = {"created": batch.created, "changed": batch.changed, "same": batch.same, "refused": batch.refused}
    data = {"kind": batch.kind, **totals}
    record(
        session, actor=work.actor, action="import.committed", object_kind="import_batch", object_id=batch_id, data=data
    )
    payload: dict[str, Scalar] = {"batch_id": str(batch_id), "kind": batch.kind, **totals}
    emit(session, Event(topic="import.committed", tenant_id=session.tenant_id, at=session.now(), payload=payload))
