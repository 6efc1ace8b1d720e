"""Records as lists and single pages show them. Set-based: a list costs the same number of queries however long it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, any_, func, literal, select

from core.access.actor import Actor
from core.db.ordering import in_order
from core.db.sessions import TenantSession
from core.files.models import File
from core.files.queries import FileCard, files_on
from core.http.paging import Page, Paging
from core.kernel.errors import NotFound
from core.orgs.models import OrgUnit
from core.orgs.queries import closure_of
from core.records.models import Record, RecordVersion
from core.records.scope import recordable, visible
from core.records.services.writing import SUBJECT

STATES: Mapping[str, str] = {"planned": "计划中", "held": "已完成", "struck": "已作废"}


@dataclass(frozen=True, kw_only=True)
class RecordFilter:
    """What the list is narrowed to; None and empty: no matter. Days are local, both included."""

    kind: str = ""
    topic: str = ""
    """About this, whatever else it was about."""
    state: str = ""
    unit_id: UUID | None = None
    """This unit and everything under it."""
    since: date | None = None
    until: date | None = None
    text: str = ""
    """In the title."""


@dataclass(frozen=True)
class RecordLine:
    """A row of the list."""

    id: UUID
    kind: str
    title: str
    topics: tuple[str, ...]
    held_on: date
    unit_id: UUID
    unit_name: str
    place: str
    people: int | None
    minutes: int | None
    times: int
    state: str
    recorded_by_name: str
    recorded_at: datetime
    version: int
    files: int = 0


_COLUMNS: tuple[Any, ...] = (
    Record.id, Record.kind, Record.title, Record.topics, Record.held_on, Record.unit_id, OrgUnit.name, Record.place, Record.people,
    Record.minutes, Record.times, Record.state, Record.recorded_by_name, Record.recorded_at, Record.version,
)  # fmt: skip
SORTS = {"held_on": Record.held_on, "title": Record.title, "unit": OrgUnit.name_sort, "people": Record.people}


def records_page(session: TenantSession, actor: Actor, *, asked: RecordFilter, paging: Paging) -> Page[RecordLine]:
    """One page, newest first. Three queries."""
    wanted = conditions(actor, asked)
    total = session.scalar(select(func.count()).select_from(Record).where(*wanted)) or 0
    column = SORTS.get((paging.sort or "").removeprefix("-"))
    down = column is None or (paging.sort or "").startswith("-")
    order = in_order(column if column is not None else Record.held_on, Record.id, down=down)
    rows = session.execute(lines().where(*wanted).order_by(*order).limit(paging.page_size).offset(paging.offset)).all()
    counts = _file_counts(session, [row[0] for row in rows])
    return Page(tuple(line_of(row, counts.get(row[0], 0)) for row in rows), total, paging.page, paging.page_size)


def lines() -> Select[*tuple[Any, ...]]:
    return select(*_COLUMNS).join(OrgUnit, OrgUnit.id == Record.unit_id)


def line_of(row: Any, files: int = 0) -> RecordLine:
    values: tuple[Any, ...] = (*row[:3], tuple(row[3]), *row[4:], files)
    return RecordLine(*values)


def conditions(actor: Actor, asked: RecordFilter) -> list[ColumnElement[bool]]:
    wanted = [visible(actor)]
    if asked.kind:
        wanted.append(Record.kind == asked.kind)
    if asked.topic:
        wanted.append(literal(asked.topic) == any_(Record.topics))
    if asked.state:
        wanted.append(Record.state == asked.state)
    if asked.unit_id:
        wanted.append(Record.unit_id.in_(closure_of(asked.unit_id)))
    if asked.since:
        wanted.append(Record.held_on >= asked.since)
    if asked.until:
        wanted.append(Record.held_on <= asked.until)
    if asked.text.strip():
        wanted.append(Record.title.contains(asked.text.strip(), autoescape=True))
    return wanted


def _file_counts(session: TenantSession, ids: Iterable[UUID]) -> dict[UUID, int]:
    rows = session.execute(
        select(File.subject_id, func.count())
        .where(File.subject_kind == SUBJECT, File.subject_id.in_(list(ids)))
        .group_by(File.subject_id)
    )
    return {subject: count for subject, count in rows if subject is not None}


@dataclass(frozen=True)
class Wording:
    """What a record said from one correction to the next."""

    no: int
    content: Mapping[str, Any]
    reason: str
    at: datetime
    by_name: str


@dataclass(frozen=True)
class RecordCard:
    """One record with its evidence and all that it ever said, newest wording first."""

    line: RecordLine
    summary: str
    details: Mapping[str, Any]
    strike_reason: str
    files: tuple[FileCard, ...]
    wordings: tuple[Wording, ...]
    may_write: bool


def record_card(session: TenantSession, actor: Actor, record_id: UUID) -> RecordCard:
    """Raises NotFound. A fixed number of queries."""
    row = session.execute(
        lines()
        .add_columns(Record.summary, Record.details, Record.strike_reason)
        .where(Record.id == record_id, visible(actor))
    ).first()
    if row is None:
        raise NotFound()
    files = files_on(session, subject_kind=SUBJECT, subject_ids=[record_id]).get(record_id, ())
    wordings = session.execute(
        select(RecordVersion.no, RecordVersion.content, RecordVersion.reason, RecordVersion.at, RecordVersion.by_name)
        .where(RecordVersion.record_id == record_id)
        .order_by(RecordVersion.no.desc())
    )
    line = line_of(row[: len(_COLUMNS)], len(files))
    return RecordCard(
        line=line, summary=row[-3], details=row[-2], strike_reason=row[-1], files=files,
        wordings=tuple(Wording(*own) for own in wordings), may_write=line.unit_id in recordable(session, actor),
    )  # fmt: skip


def may_see_files(session: TenantSession, actor: Actor, record_id: UUID) -> bool:
    """Whoever sees the record sees its files."""
    return session.scalar(select(Record.id).where(Record.id == record_id, visible(actor))) is not None
