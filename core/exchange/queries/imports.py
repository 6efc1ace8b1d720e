"""Batches of imports and their rows, as pages and REST show them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, or_, select

from core.exchange.kinds import import_kinds
from core.exchange.models import UNDONE, ImportBatch, ImportChunk, ImportFault
from core.hooks.tables import CHUNK, Did, TableWork
from core.http.paging import Page, Paging
from core.identity.models import Person
from core.kernel.errors import NotFound
from core.tables.headers import REASON
from core.tables.reading import FORMULA

FAULTY, GOOD, REVERTED = "faulty", "good", "reverted"


@dataclass(frozen=True)
class BatchCard:
    """One import. ``places``: column name → place; ``titles``: headers by place."""

    id: UUID
    kind: str
    kind_title: str
    file_name: str
    file_id: UUID | None
    state: str
    sheet: int
    header_row: int
    titles: tuple[str, ...]
    places: Mapping[str, int]
    total: int
    faulty: int
    created: int
    changed: int
    same: int
    refused: int
    fault: str
    job_id: UUID | None
    created_at: datetime
    created_by_name: str | None
    committed_at: datetime | None
    undone_at: datetime | None
    version: int

    @property
    def good(self) -> int:
        return self.total - self.faulty

    @property
    def at_fault(self) -> int:
        """Rows that were not imported, or will not be."""
        return self.faulty + self.refused

    @property
    def ignored(self) -> tuple[str, ...]:
        """Headers that mean nothing here, less the one that the errors file adds."""
        used = set(self.places.values())
        return tuple(
            title for place, title in enumerate(self.titles) if title and title != REASON and place not in used
        )


@dataclass(frozen=True)
class RowLine:
    """One row of a file. ``state``: good faulty created changed same refused reverted. ``cells`` by place."""

    no: int
    state: str
    cells: tuple[str, ...]
    faults: Mapping[str, str]
    object_id: UUID | None


def batches_page(work: TableWork, *, kind: str | None = None, paging: Paging) -> Page[BatchCard]:
    """One's own imports, of a kind that one imports for the whole district all. Two queries."""
    where = [_reach(work), *([ImportBatch.kind == kind] if kind else [])]
    total = work.session.scalar(select(func.count()).select_from(ImportBatch).where(*where)) or 0
    rows = work.session.execute(
        _batches()
        .where(*where)
        .order_by(ImportBatch.created_at.desc(), ImportBatch.id.desc())
        .limit(paging.page_size)
        .offset(paging.offset)
    )
    return Page(tuple(_card(row) for row in rows), total, paging.page, paging.page_size)


def batch_card(work: TableWork, batch_id: UUID) -> BatchCard:
    """Raises NotFound."""
    row = work.session.execute(_batches().where(_reach(work), ImportBatch.id == batch_id)).first()
    if row is None:
        raise NotFound()
    return _card(row)


def seen_batch(work: TableWork, batch_id: UUID) -> ImportBatch:
    """The row, unlocked, for services that read it; the caller has checked the batch."""
    return work.session.get_one(ImportBatch, (work.session.tenant_id, batch_id))


def head_of(work: TableWork, batch_id: UUID) -> Sequence[Mapping[str, Any]]:
    """The first rows of each sheet; the caller has checked the batch."""
    return work.session.scalar(select(ImportBatch.head).where(ImportBatch.id == batch_id)) or ()


def rows_page(work: TableWork, batch: BatchCard, *, at_fault: bool, paging: Paging) -> Page[RowLine]:
    """Rows in the order of the file. The caller has checked the batch. Three queries at most."""
    if at_fault:
        return _faults_page(work, batch, paging)
    first, last = paging.offset, paging.offset + paging.page_size
    chunks = work.session.execute(
        select(ImportChunk.no, ImportChunk.rows, ImportChunk.outcomes)
        .where(ImportChunk.batch_id == batch.id, ImportChunk.no.between(first // CHUNK, (last - 1) // CHUNK))
        .order_by(ImportChunk.no)
    ).all()
    texts: list[tuple[int, list[str]]] = []
    outcomes: dict[str, Any] = {}
    for no, rows, own in chunks:
        texts += [
            (number, cells) for place, (number, cells) in enumerate(rows, start=no * CHUNK) if first <= place < last
        ]
        outcomes |= own
    faults = _faults_of(work, batch.id, [number for number, _ in texts])
    items = tuple(_line(batch, number, cells, outcomes.get(str(number)), faults.get(number)) for number, cells in texts)
    total = batch.total if chunks or first else 0
    return Page(items, total, paging.page, paging.page_size)


def rows_at_fault(work: TableWork, batch_id: UUID) -> Iterator[tuple[list[str], Mapping[str, str]]]:
    """(texts by place, faults) of every row for the file that goes back; streams."""
    rows = work.session.execute(
        select(ImportFault.cells, ImportFault.faults)
        .where(ImportFault.batch_id == batch_id)
        .order_by(ImportFault.row_no)
        .execution_options(yield_per=CHUNK)
    )
    for cells, faults in rows:
        yield [shown(cell) for cell in cells], faults


def shown(cell: str) -> str:
    """A formula without a value as it stood in the file."""
    return cell.removeprefix(FORMULA)


def _faults_page(work: TableWork, batch: BatchCard, paging: Paging) -> Page[RowLine]:
    mine = ImportFault.batch_id == batch.id
    total = work.session.scalar(select(func.count()).select_from(ImportFault).where(mine)) or 0
    rows = work.session.scalars(
        select(ImportFault).where(mine).order_by(ImportFault.row_no).limit(paging.page_size).offset(paging.offset)
    )
    items = tuple(
        RowLine(
            row.row_no,
            str(Did.REFUSED) if row.late else FAULTY,
            tuple(shown(cell) for cell in row.cells),
            row.faults,
            None,
        )
        for row in rows
    )
    return Page(items, total, paging.page, paging.page_size)


def _faults_of(work: TableWork, batch_id: UUID, numbers: Sequence[int]) -> dict[int, Mapping[str, str]]:
    if not numbers:
        return {}
    rows = work.session.execute(
        select(ImportFault.row_no, ImportFault.faults).where(
            ImportFault.batch_id == batch_id, ImportFault.row_no.between(numbers[0], numbers[-1])
        )
    )
    return {row.row_no: row.faults for row in rows}


def _line(
    batch: BatchCard, number: int, cells: Sequence[str], outcome: Sequence[Any] | None, faults: Mapping[str, str] | None
) -> RowLine:
    state, object_id = GOOD, None
    if outcome is not None:
        state, object_id = outcome[0], UUID(outcome[1]) if outcome[1] else None
    elif faults:
        state = FAULTY
    if batch.state == UNDONE and state in (Did.CREATED, Did.CHANGED):
        state = REVERTED
    return RowLine(number, state, tuple(shown(cell) for cell in cells), faults or {}, object_id)


def _reach(work: TableWork) -> ColumnElement[bool]:
    """Of kinds that the actor may import: one's own, or all where it is for the whole district."""
    everywhere: list[str] = []
    own: list[str] = []
    for slug, kind in import_kinds(work).items():
        (everywhere if work.actor.coverage(kind.permission).everywhere else own).append(slug)
    mine = ImportBatch.created_by == work.actor.person_id
    found: list[ColumnElement[bool]] = [ImportBatch.kind.in_(everywhere)] if everywhere else []
    if own and work.actor.person_id is not None:
        found.append(and_(ImportBatch.kind.in_(own), mine))
    return or_(*found) if found else false()


def _batches() -> Any:
    return select(
        ImportBatch.id, ImportBatch.kind, ImportBatch.kind_title, ImportBatch.file_name, ImportBatch.file_id, ImportBatch.state,
        ImportBatch.sheet, ImportBatch.header_row, ImportBatch.titles, ImportBatch.places, ImportBatch.total, ImportBatch.faulty,
        ImportBatch.created, ImportBatch.changed, ImportBatch.same, ImportBatch.refused, ImportBatch.fault, ImportBatch.job_id,
        ImportBatch.created_at, Person.name.label("created_by_name"), ImportBatch.committed_at, ImportBatch.undone_at,
        ImportBatch.version,
    ).outerjoin(Person, Person.id == ImportBatch.created_by)  # fmt: skip


def _card(row: Any) -> BatchCard:
    values = dict(row._mapping)
    values["titles"] = tuple(values["titles"])
    return BatchCard(**values)
