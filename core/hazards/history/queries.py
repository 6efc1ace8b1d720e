"""历史台账: a page of it, all of it for the export. Fixed numbers of queries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.hazards.history.models import HistoricalHazard
from core.hazards.permissions import HazardPermission
from core.http.paging import Page, Paging
from core.orgs.models import OrgUnit
from core.orgs.queries import closure_of

BATCH = 1000


@dataclass(frozen=True)
class PastHazard:
    """One entry of an old ledger. ``category`` as that called it; ``grade``: general | major | empty."""

    id: UUID
    old_no: str
    unit_id: UUID
    unit_name: str
    place: str
    description: str
    category: str
    grade: str
    found_on: date
    found_by_name: str
    responsible_name: str
    measure_done: str
    due_on: date | None
    closed_on: date | None
    closed_by_name: str
    note: str
    batch_id: UUID
    row_no: int


def past_page(
    session: TenantSession, actor: Actor, *, text: str = "", unit_id: UUID | None = None, paging: Paging
) -> Page[PastHazard]:
    """Newest first, as far as the actor reaches. Two queries."""
    where = _where(actor, HazardPermission.READ, text, unit_id)
    total = session.scalar(select(func.count()).select_from(HistoricalHazard).where(*where)) or 0
    rows = session.execute(_rows(where).limit(paging.page_size).offset(paging.offset))
    return Page(tuple(PastHazard(**row._mapping) for row in rows), total, paging.page, paging.page_size)


def past_count(session: TenantSession, actor: Actor, *, text: str = "", unit_id: UUID | None = None) -> int:
    where = _where(actor, HazardPermission.EXPORT, text, unit_id)
    return session.scalar(select(func.count()).select_from(HistoricalHazard).where(*where)) or 0


def past_rows(
    session: TenantSession, actor: Actor, *, text: str = "", unit_id: UUID | None = None
) -> Iterator[PastHazard]:
    """All that the actor may export, from a server-side cursor."""
    where = _where(actor, HazardPermission.EXPORT, text, unit_id)
    for row in session.execute(_rows(where).execution_options(yield_per=BATCH)):
        yield PastHazard(**row._mapping)


def _where(actor: Actor, permission: str, text: str, unit_id: UUID | None) -> list[ColumnElement[bool]]:
    found = [actor.coverage(permission).filter(HistoricalHazard.unit_id)]
    if text.strip():
        found.append(HistoricalHazard.text_lc.contains(text.strip().lower(), autoescape=True))
    if unit_id is not None:
        found.append(HistoricalHazard.unit_id.in_(closure_of(unit_id)))
    return found


def _rows(where: list[ColumnElement[bool]]) -> Any:
    past = HistoricalHazard
    return (
        select(
            past.id, past.old_no, past.unit_id, OrgUnit.name.label("unit_name"), past.place, past.description, past.category, past.grade,
            past.found_on, past.found_by_name, past.responsible_name, past.measure_done, past.due_on, past.closed_on,
            past.closed_by_name, past.note, past.batch_id, past.row_no,
        )
        .join(OrgUnit, OrgUnit.id == past.unit_id)
        .where(*where)
        .order_by(past.found_on.desc(), past.id.desc())
    )  # fmt: skip
