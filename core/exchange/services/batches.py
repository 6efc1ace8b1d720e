"""The batch under a write: whose it is, its rows chunk by chunk, and where it is found again when it is sent twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, func, select

from core.exchange.kinds import import_kind
from core.exchange.models import COMMITTING, DONE, MAPPING, PREVIEW, READING, ImportBatch, ImportChunk, ImportFault
from core.hooks.tables import ImportKind, ImportRow, TableWork
from core.kernel.errors import NotFound
from core.tables.cells import RowReader
from core.tables.columns import Column

ALIVE = (MAPPING, READING, PREVIEW, COMMITTING, DONE)
"""States in which sending the same file again leads to the batch that is there."""


@dataclass(frozen=True)
class Opened:
    """A batch, its kind and how its cells are read. Plain values: it outlives the row in the session."""

    batch_id: UUID
    places: Mapping[str, int]
    kind: ImportKind
    columns: tuple[Column, ...]
    reader: RowReader


def own_batch(work: TableWork, batch_id: UUID) -> ImportBatch:
    """The batch, locked: one's own, or anybody's for who imports that kind for the whole district. Raises NotFound."""
    batch = work.session.scalars(
        select(ImportBatch)
        .where(ImportBatch.id == batch_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if batch is None or not may_touch(work, batch.kind, batch.created_by):
        raise NotFound()
    return batch


def may_touch(work: TableWork, kind: str, created_by: UUID | None) -> bool:
    """Asks the kind again: whose right was taken away does not see the batches, either."""
    try:
        found = import_kind(work, kind)
    except NotFound:
        return False
    mine = created_by is not None and created_by == work.actor.person_id
    return mine or work.actor.coverage(found.permission).everywhere


def opened(work: TableWork, batch: ImportBatch) -> Opened:
    kind = import_kind(work, batch.kind)
    columns = tuple(kind.columns(work))
    return Opened(
        batch.id, dict(batch.places), kind, columns, RowReader(list(columns), batch.places, date1904=batch.date1904)
    )


def same_file(work: TableWork, *, kind: str, digest: str) -> UUID | None:
    """The batch that this person made of this file. Two uploads at the same moment wait for each other."""
    session = work.session
    session.execute(select(func.pg_advisory_xact_lock(session.tenant_id, func.hashtext(f"{kind}:{digest}"))))
    return session.scalar(
        select(ImportBatch.id)
        .where(ImportBatch.kind == kind, ImportBatch.digest == digest, ImportBatch.state.in_(ALIVE))
        .where(ImportBatch.created_by.is_not_distinct_from(work.actor.person_id))
        .order_by(ImportBatch.created_at.desc())
        .limit(1)
    )


def clear(work: TableWork, batch_id: UUID) -> None:
    """Drops what was read of it."""
    for model in (ImportChunk, ImportFault):
        work.session.execute(
            delete(model).where(model.batch_id == batch_id).execution_options(synchronize_session=False)
        )


def chunk_numbers(work: TableWork, batch_id: UUID, *, open_only: bool = False) -> list[int]:
    statement = select(ImportChunk.no).where(ImportChunk.batch_id == batch_id).order_by(ImportChunk.no)
    if open_only:
        statement = statement.where(ImportChunk.settled.is_(False))
    return list(work.session.scalars(statement))


def texts_of(work: TableWork, batch_id: UUID, no: int) -> list[tuple[int, list[str]]]:
    rows = work.session.scalar(select(ImportChunk.rows).where(ImportChunk.batch_id == batch_id, ImportChunk.no == no))
    return [(number, texts) for number, texts in rows or ()]


def read_rows(
    found: Opened, texts: list[tuple[int, list[str]]]
) -> Iterator[tuple[ImportRow, dict[str, str], list[str]]]:
    """(row, faults of its cells, its texts)"""
    for number, cells in texts:
        values, faults = found.reader.read(cells)
        named = {name: cells[place] if place < len(cells) else "" for name, place in found.places.items()}
        yield ImportRow(number, values, named), faults, cells


def every_row(work: TableWork, found: Opened) -> Iterator[ImportRow]:
    """All rows whose cells are right, chunk by chunk, for :meth:`ImportKind.prepare`."""
    for no in chunk_numbers(work, found.batch_id):
        for row, faults, _ in read_rows(found, texts_of(work, found.batch_id, no)):
            if not faults:
                yield row
