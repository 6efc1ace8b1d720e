"""Figures typed by hand: summed for a table, and one entry as its form shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Row, Select, cast, func, select, true

from core.access.actor import Coverage
from core.db.sessions import TenantSession
from core.http.paging import Page, Paging
from core.kernel.schoolyear import Span
from core.orgs.models import OrgUnit
from core.statistics.models import Entry


@dataclass(frozen=True)
class EntryCard:
    """The hand-typed figures of one school, table and period. ``figures``: money in fen."""

    id: UUID
    unit_id: UUID
    unit_name: str
    table: str
    starts: date
    ends: date
    figures: Mapping[str, int]
    words: Mapping[str, str]
    reasons: Mapping[str, str]
    set_at: datetime
    set_by_name: str
    version: int


@dataclass(frozen=True)
class EntryFilter:
    """None = no matter."""

    table: str | None = None
    unit_id: UUID | None = None


Figures = Mapping[tuple[UUID, str], tuple[int | None, int | None]]
"""(unit, column) → the period's figure and the running one; None where nothing was typed."""


def typed_figures(
    session: TenantSession, *, table: str, span: Span, since: date, units: frozenset[UUID] | None
) -> Figures:
    """Of entries that lie in the period, or between ``since`` and its end. One query."""
    each = func.jsonb_each_text(Entry.figures).table_valued("key", "value").render_derived()
    number = cast(each.c.value, BigInteger)
    statement = (
        select(
            Entry.unit_id, each.c.key, func.sum(number).filter(Entry.starts >= span.starts), func.sum(number)
        )
        .join(each, true())  # a function in FROM sees the row before it
        .where(Entry.table_code == table, Entry.starts >= min(since, span.starts), Entry.ends <= span.ends)
        .group_by(Entry.unit_id, each.c.key)
    )  # fmt: skip
    if units is not None:
        statement = statement.where(Entry.unit_id.in_(units))
    return {
        (unit, column): (None if now is None else int(now), int(running))
        for unit, column, now, running in session.execute(statement)
    }


def typed_words(
    session: TenantSession, *, table: str, span: Span, units: frozenset[UUID] | None
) -> Mapping[tuple[UUID, str], tuple[str, ...]]:
    """(unit, column) → words of the period's entries, and the reasons under ``column!``. One query."""
    words = func.jsonb_each_text(Entry.words).table_valued("key", "value").render_derived(name="w")
    reasons = func.jsonb_each_text(Entry.reasons).table_valued("key", "value").render_derived(name="r")
    inside = (Entry.table_code == table, Entry.starts >= span.starts, Entry.ends <= span.ends)
    told = select(Entry.unit_id, words.c.key, words.c.value).join(words, true()).where(*inside)
    why = select(Entry.unit_id, reasons.c.key + "!", reasons.c.value).join(reasons, true()).where(*inside)
    if units is not None:
        told, why = told.where(Entry.unit_id.in_(units)), why.where(Entry.unit_id.in_(units))
    found: dict[tuple[UUID, str], tuple[str, ...]] = {}
    for unit, column, word in session.execute(told.union_all(why)):
        told_before = found.get((unit, column), ())
        if word not in told_before:
            found[unit, column] = (*told_before, word)
    return found


def entry(session: TenantSession, *, table: str, unit_id: UUID, span: Span) -> EntryCard | None:
    """The one entry of a school for a table and exactly this period."""
    row = session.execute(
        _cards().where(
            Entry.table_code == table, Entry.unit_id == unit_id, Entry.starts == span.starts, Entry.ends == span.ends
        )
    ).first()  # fmt: skip
    return _card(row) if row else None


def entry_by_id(session: TenantSession, coverage: Coverage, entry_id: UUID) -> EntryCard | None:
    """None out of reach."""
    row = session.execute(_cards().where(Entry.id == entry_id, coverage.filter(Entry.unit_id))).first()
    return _card(row) if row else None


def entries_page(session: TenantSession, coverage: Coverage, *, asked: EntryFilter, paging: Paging) -> Page[EntryCard]:
    """Entries, newest period first. Two queries."""
    wanted = [coverage.filter(Entry.unit_id)]
    if asked.table:
        wanted.append(Entry.table_code == asked.table)
    if asked.unit_id:
        wanted.append(Entry.unit_id == asked.unit_id)
    total = session.scalar(select(func.count()).select_from(Entry).where(*wanted)) or 0
    statement = _cards().where(*wanted).order_by(Entry.starts.desc(), Entry.id.desc())
    rows = session.execute(statement.limit(paging.page_size).offset(paging.offset))
    return Page(tuple(_card(row) for row in rows), total, paging.page, paging.page_size)


def _cards() -> Select[Any]:
    return select(
        Entry.id, Entry.unit_id, OrgUnit.name.label("unit_name"), Entry.table_code.label("table"), Entry.starts, Entry.ends,
        Entry.figures, Entry.words, Entry.reasons, Entry.set_at, Entry.set_by_name, Entry.version,
    ).join(OrgUnit, OrgUnit.id == Entry.unit_id)  # fmt: skip


def _card(row: Row[Any]) -> EntryCard:
    return EntryCard(**row._mapping)
