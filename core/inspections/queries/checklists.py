"""Checklists and their versions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select

from core.db.sessions import TenantSession
from core.http.paging import Page, Paging
from core.inspections.checklist import Content, content_of
from core.inspections.models import Checklist, ChecklistVersion, Visit
from core.kernel.errors import NotFound


@dataclass(frozen=True)
class ChecklistLine:
    id: UUID
    code: str
    title: str
    domain: str
    kinds: tuple[str, ...]
    origin: str
    latest_no: int
    items: int
    has_draft: bool
    retired_on: date | None
    version: int


@dataclass(frozen=True)
class VersionLine:
    """One published version. ``visits``: how many use it."""

    id: UUID
    no: int
    title: str
    digest: str
    published_at: datetime
    published_by_name: str
    visits: int


@dataclass(frozen=True)
class ChecklistCard:
    line: ChecklistLine
    content: Content
    """Of the version in force, else of the draft."""
    draft: Content | None
    versions: tuple[VersionLine, ...]


_COLUMNS: tuple[Any, ...] = (
    Checklist.id, Checklist.code, Checklist.title, Checklist.domain, Checklist.kinds, Checklist.origin, Checklist.latest_no,
    func.coalesce(func.jsonb_array_length(ChecklistVersion.content["items"]), func.jsonb_array_length(Checklist.draft["items"]), 0),
    func.coalesce(func.jsonb_typeof(Checklist.draft) == "object", False), Checklist.retired_on, Checklist.version,
)  # fmt: skip
_IN_FORCE = (ChecklistVersion.checklist_id == Checklist.id) & (ChecklistVersion.no == Checklist.latest_no)


def checklists_page(session: TenantSession, *, paging: Paging, kind: str = "", origin: str = "") -> Page[ChecklistLine]:
    """In use, by title. Two queries."""
    wanted: list[ColumnElement[bool]] = [Checklist.retired_on.is_(None)]
    if kind:
        wanted.append(or_(func.cardinality(Checklist.kinds) == 0, Checklist.kinds.contains([kind])))
    if origin:
        wanted.append(Checklist.origin == origin)
    total = session.scalar(select(func.count()).select_from(Checklist).where(*wanted)) or 0
    rows = session.execute(
        select(*_COLUMNS)
        .outerjoin(ChecklistVersion, _IN_FORCE)
        .where(*wanted)
        .order_by(Checklist.title, Checklist.id)
        .limit(paging.page_size)
        .offset(paging.offset)
    )
    return Page(tuple(_line(row) for row in rows), total, paging.page, paging.page_size)


def usable(session: TenantSession, kind: str) -> tuple[tuple[UUID, str], ...]:
    """(id, title) of what can be used for this kind of inspection today. One query."""
    rows = session.execute(
        select(Checklist.id, Checklist.title)
        .where(
            Checklist.retired_on.is_(None), Checklist.latest_no > 0,
            or_(func.cardinality(Checklist.kinds) == 0, Checklist.kinds.contains([kind])),
        )
        .order_by(Checklist.title, Checklist.id)
    )  # fmt: skip
    return tuple((row[0], row[1]) for row in rows)


def checklist_card(session: TenantSession, checklist_id: UUID) -> ChecklistCard:
    """Raises NotFound. Three queries."""
    row = session.execute(
        select(*_COLUMNS).outerjoin(ChecklistVersion, _IN_FORCE).where(Checklist.id == checklist_id)
    ).first()
    if row is None:
        raise NotFound()
    line = _line(row)
    used = (
        select(func.count())
        .select_from(Visit)
        .where(Visit.checklist_version_id == ChecklistVersion.id)
        .correlate(ChecklistVersion)
        .scalar_subquery()
    )
    versions = session.execute(
        select(
            ChecklistVersion.id, ChecklistVersion.no, ChecklistVersion.title, ChecklistVersion.digest,
            ChecklistVersion.published_at, ChecklistVersion.published_by_name, used, ChecklistVersion.content,
        )
        .where(ChecklistVersion.checklist_id == checklist_id)
        .order_by(ChecklistVersion.no.desc())
    ).all()  # fmt: skip
    stored = session.scalar(select(Checklist.draft).where(Checklist.id == checklist_id))
    draft = content_of(stored) if stored else None
    content = content_of(versions[0].content) if versions else draft
    if content is None:
        raise NotFound()
    return ChecklistCard(line, content, draft, tuple(VersionLine(*own[:7]) for own in versions))


def _line(row: Any) -> ChecklistLine:
    return ChecklistLine(row[0], row[1], row[2], row[3], tuple(row[4]), *row[5:])
