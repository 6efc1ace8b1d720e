"""The duty roster of a span of days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.http.paging import Page, Paging
from core.orgs.models import OrgUnit
from core.orgs.queries import closure_of
from core.records.models import DutyShift
from core.records.scope import visible


@dataclass(frozen=True)
class ShiftLine:
    """A row of the roster."""

    id: UUID
    unit_id: UUID
    unit_name: str
    on_date: date
    starts_at: datetime
    ends_at: datetime
    leader_name: str
    person_name: str
    state: str
    handover_note: str | None
    handed_over_at: datetime | None
    handed_over_by: UUID | None
    handed_over_name: str
    taken_over_at: datetime | None
    taken_over_name: str
    version: int


_COLUMNS: tuple[Any, ...] = (
    DutyShift.id, DutyShift.unit_id, OrgUnit.name, DutyShift.on_date, DutyShift.starts_at, DutyShift.ends_at, DutyShift.leader_name,
    DutyShift.person_name, DutyShift.state, DutyShift.handover_note, DutyShift.handed_over_at, DutyShift.handed_over_by,
    DutyShift.handed_over_name, DutyShift.taken_over_at, DutyShift.taken_over_name, DutyShift.version,
)  # fmt: skip


def shifts_page(
    session: TenantSession, actor: Actor, *, paging: Paging, since: date | None = None, until: date | None = None,
    unit_id: UUID | None = None,
) -> Page[ShiftLine]:  # fmt: skip
    """One page, by day. Two queries."""
    wanted = [visible(actor, DutyShift.unit_id)]
    if since is not None:
        wanted.append(DutyShift.on_date >= since)
    if until is not None:
        wanted.append(DutyShift.on_date <= until)
    if unit_id is not None:
        wanted.append(DutyShift.unit_id.in_(closure_of(unit_id)))
    total = session.scalar(select(func.count()).select_from(DutyShift).where(*wanted)) or 0
    rows = session.execute(
        select(*_COLUMNS)
        .join(OrgUnit, OrgUnit.id == DutyShift.unit_id)
        .where(*wanted)
        .order_by(DutyShift.on_date, DutyShift.starts_at, OrgUnit.name_sort, DutyShift.id)
        .limit(paging.page_size)
        .offset(paging.offset)
    )  # fmt: skip
    return Page(tuple(ShiftLine(*row) for row in rows), total, paging.page, paging.page_size)
