"""Roster batches and their rows, as pages and REST show them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, select, true

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.http.paging import Page, Paging
from core.identity.models import Person
from core.kernel.errors import NotFound
from core.orgs.models.roster import FAULTY, REFUSED, RosterBatch, RosterRow
from core.orgs.permissions import OrgPermission


@dataclass(frozen=True)
class BatchCard:
    """One import."""

    id: UUID
    kind: str
    file_name: str
    state: str
    columns: Mapping[str, str]
    ignored: tuple[str, ...]
    total: int
    faulty: int
    created: int
    updated: int
    unchanged: int
    refused: int
    job_id: UUID | None
    created_at: datetime
    created_by_name: str | None
    committed_at: datetime | None
    undone_at: datetime | None
    version: int

    @property
    def good(self) -> int:
        return self.total - self.faulty


@dataclass(frozen=True)
class RowLine:
    """One row of a file with what is wrong with it, if anything."""

    no: int
    cells: Mapping[str, str]
    faults: Mapping[str, str]
    state: str


def batches_page(session: TenantSession, actor: Actor, *, paging: Paging) -> Page[BatchCard]:
    """One's own imports, or all for those who import for the whole district. Two queries."""
    mine = _reach(actor)
    total = session.scalar(select(func.count()).select_from(RosterBatch).where(mine)) or 0
    rows = session.execute(
        _batches()
        .where(mine)
        .order_by(RosterBatch.created_at.desc(), RosterBatch.id)
        .limit(paging.page_size)
        .offset(paging.offset)
    )
    return Page(tuple(_card(*row) for row in rows), total, paging.page, paging.page_size)


def batch_card(session: TenantSession, actor: Actor, batch_id: UUID) -> BatchCard:
    """Raises NotFound."""
    row = session.execute(_batches().where(_reach(actor), RosterBatch.id == batch_id)).first()
    if row is None:
        raise NotFound()
    return _card(*row)


def rows_page(session: TenantSession, batch_id: UUID, *, state: str | None = None, paging: Paging) -> Page[RowLine]:
    """Rows in the order of the file, those at fault first. The caller has checked the batch."""
    wanted = [RosterRow.batch_id == batch_id]
    if state == "at_fault":
        wanted.append(RosterRow.state.in_((FAULTY, REFUSED)))
    elif state:
        wanted.append(RosterRow.state == state)
    total = session.scalar(select(func.count()).select_from(RosterRow).where(*wanted)) or 0
    rows = session.scalars(
        select(RosterRow)
        .where(*wanted)
        .order_by(case((RosterRow.state.in_((FAULTY, REFUSED)), 0), else_=1), RosterRow.no)
        .limit(paging.page_size)
        .offset(paging.offset)
    )
    return Page(
        tuple(RowLine(row.no, row.cells, row.faults, row.state) for row in rows), total, paging.page, paging.page_size
    )


def rows_at_fault(session: TenantSession, batch: BatchCard) -> Iterator[tuple[Mapping[str, str], str]]:
    """(cells, reason) for the file that goes back."""
    rows = session.scalars(
        select(RosterRow)
        .where(RosterRow.batch_id == batch.id, RosterRow.state.in_((FAULTY, REFUSED)))
        .order_by(RosterRow.no)
    )
    for row in rows:
        yield (
            row.cells,
            "；".join(f"{batch.columns.get(name, '')}：{why}".lstrip("：") for name, why in row.faults.items()),
        )


def _batches() -> Any:
    return select(RosterBatch, Person.name).outerjoin(Person, Person.id == RosterBatch.created_by)


def _reach(actor: Actor) -> ColumnElement[bool]:
    if actor.coverage(OrgPermission.ROSTER_IMPORT).everywhere:
        return true()
    return RosterBatch.created_by == actor.person_id


def _card(batch: RosterBatch, name: str | None) -> BatchCard:
    return BatchCard(
        id=batch.id, kind=batch.kind, file_name=batch.file_name, state=batch.state, columns=batch.columns, ignored=tuple(batch.ignored),
        total=batch.total, faulty=batch.faulty, created=batch.created, updated=batch.updated, unchanged=batch.unchanged,
        refused=batch.refused, job_id=batch.job_id, created_at=batch.created_at, created_by_name=name,
        committed_at=batch.committed_at, undone_at=batch.undone_at, version=batch.version,
    )  # fmt: skip
