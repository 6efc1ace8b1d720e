"""Reads a batch: every row into chunks, every fault named. Streams; memory does not grow with the rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import blake2b
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from core.audit.services import record
from core.exchange.keeping import fetched
from core.exchange.models import FAILED, PREVIEW, READING, ImportBatch, ImportChunk, ImportFault
from core.exchange.services.batches import (
    Opened,
    chunk_numbers,
    clear,
    every_row,
    opened,
    own_batch,
    read_rows,
    texts_of,
)
from core.files.storage import Storage
from core.hooks.tables import CHUNK, ImportRow, TableWork
from core.jobs.services import enqueue
from core.kernel.errors import Invalid, Refused, TooLarge
from core.kernel.phrases import Phrase
from core.tables.cells import text
from core.tables.reading import Row, open_table

JOB = "exchange.read_table"
MOST_ROWS = 100_000
AT_ONCE = 256 * 1024
"""Files up to so many bytes are read while the person waits: some two thousand rows, a second."""
Progress = Callable[[int, int], None]


def begin_reading(work: TableWork, *, batch_id: UUID, storage: Storage) -> None:
    """Reads a small file now, orders a job for a large one. Raises NotFound, Refused, Invalid for what cannot be read."""
    batch = own_batch(work, batch_id)
    if batch.state != READING:
        raise Refused("请先核对列的对应关系")
    with fetched(work.session, batch.file_id, storage) as file:
        size = file.seek(0, 2)
    if size <= AT_ONCE:
        read_batch(work, batch_id=batch_id, storage=storage)
        return
    batch.job_id = enqueue(
        work.session, kind=JOB, args={"batch_id": str(batch_id)}, actor=work.actor, dedupe_key=f"{JOB}:{batch_id}:{batch.version}"
    )  # fmt: skip
    work.session.flush()


def read_batch(
    work: TableWork, *, batch_id: UUID, storage: Storage, job_id: UUID | None = None, progress: Progress | None = None
) -> None:
    """``progress(done, total)`` may commit: a reading that was broken off begins anew. ``job_id``: of the job that reads.

    Raises Invalid, TooLarge; Refused where the batch does not wait to be read, or another job reads it since.
    """
    batch = _waiting(work, batch_id, job_id)
    found = opened(work, batch)
    clear(work, batch_id)

    def told(done: int, total: int) -> None:
        if progress is not None:
            progress(done, total)
            _waiting(work, batch_id, job_id)  # its commit let go of the lock

    total = _stage(work, batch, storage, told)
    if not total:
        raise Invalid("表头之下没有数据行", fields={"file": "请填写至少一行"})
    known = found.kind.prepare(work, every_row(work, found))
    seen: dict[bytes, int] = {}
    faulty = done = 0
    for no in chunk_numbers(work, batch_id):
        texts = texts_of(work, batch_id, no)
        faulty += _check(work, found, texts, known, seen)
        done += len(texts)
        told(total + done, total * 2)
    batch = work.session.get_one(ImportBatch, (work.session.tenant_id, batch_id))
    batch.total, batch.faulty, batch.state, batch.fault = total, faulty, PREVIEW, ""
    work.session.flush()
    record(
        work.session, actor=work.actor, action="import.read", object_kind="import_batch", object_id=batch_id,
        data={"kind": batch.kind, "rows": total, "faulty": faulty},
    )  # fmt: skip


def reading_failed(work: TableWork, *, batch_id: UUID, why: str, job_id: UUID | None = None) -> None:
    """Says so on the batch, if it still is the one that this job reads."""
    try:
        batch = _waiting(work, batch_id, job_id)
    except Refused:
        return
    clear(work, batch_id)
    batch.state, batch.fault = FAILED, why
    work.session.flush()


def _waiting(work: TableWork, batch_id: UUID, job_id: UUID | None) -> ImportBatch:
    """The batch under a lock. Whoever matches its columns anew orders another job; the one before must not touch what that one
    reads, nor what was imported meanwhile. Raises NotFound, Refused."""
    batch = own_batch(work, batch_id)
    if batch.state != READING or job_id not in (None, batch.job_id):
        raise Refused("请先核对列的对应关系")
    return batch


def _stage(work: TableWork, batch: ImportBatch, storage: Storage, told: Progress) -> int:
    session, batch_id = work.session, batch.id
    total = 0
    with fetched(session, batch.file_id, storage) as file:
        rows = _data(open_table(file).rows(batch.sheet, most=MOST_ROWS + batch.header_row + 1), batch)
        no = 0
        while block := list(islice(rows, CHUNK)):
            total += len(block)
            if total > MOST_ROWS:
                raise TooLarge("一次最多导入%(most)s行，请分成几个文件", most=MOST_ROWS)
            session.execute(
                insert(ImportChunk), [{"tenant_id": session.tenant_id, "batch_id": batch_id, "no": no, "rows": block, "outcomes": {}}]
            )  # fmt: skip
            no += 1
            told(total, 0)
    return total


def _data(rows: Iterator[Row], batch: ImportBatch) -> Iterator[list[Any]]:
    """What stands under the header, less the header printed again on a later page."""
    titles = [title for title in batch.titles if title]
    for number, texts in rows:
        if number <= batch.header_row:
            continue
        cells = [text(cell) if cell else "" for cell in texts]
        if any(cells) and [cell for cell in cells if cell] != titles:
            yield [number, cells]


def _check(
    work: TableWork, found: Opened, texts: list[tuple[int, list[str]]], known: Any, seen: dict[bytes, int]
) -> int:
    """Writes the faults of one chunk; returns how many rows have any."""
    faults: dict[int, dict[str, str]] = {}
    good: list[ImportRow] = []
    for row, wrong, _ in read_rows(found, texts):
        if wrong:
            faults[row.no] = wrong
            continue
        identity = found.kind.identity(row)
        if identity:
            key = blake2b(identity.encode(), digest_size=8).digest()
            if key in seen:
                faults[row.no] = {"": Phrase("与第%(row)s行重复，请删去一行", row=seen[key])}
                continue
            seen[key] = row.no
        good.append(row)
    for number, said in found.kind.check(work, good, known).items():
        if said:
            faults[number] = dict(said)
    keep_faults(work, found.batch_id, texts, faults)
    return len(faults)


def keep_faults(
    work: TableWork,
    batch_id: UUID,
    texts: list[tuple[int, list[str]]],
    faults: dict[int, dict[str, str]],
    *,
    late: bool = False,
) -> None:
    if not faults:
        return
    cells = dict(texts)
    work.session.execute(
        insert(ImportFault),
        [
            {"tenant_id": work.session.tenant_id, "batch_id": batch_id, "row_no": number, "cells": cells[number], "faults": wrong, "late": late}
            for number, wrong in faults.items()
        ],
    )  # fmt: skip
