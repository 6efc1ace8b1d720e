"""Key places as lists, pages and the patrol form see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select

from core.sdk.domain import Coverage, NotFound, Page, Paging, TenantSession, closure_of, local_date, unit_cards
from plugins.fire.models import Facility, Patrol, Place
from plugins.fire.rounds import due_on
from plugins.fire.variant import FireVariant

SOON_DAYS = 1


@dataclass(frozen=True)
class PlaceCard:
    """A key place with its last patrol. ``every``: days between patrols in force here."""

    id: UUID
    unit_id: UUID
    unit_name: str
    name: str
    kind: str
    building: str
    building_id: UUID | None
    risk_note: str
    responsible_post: str
    marked: bool
    patrol_days: int | None
    every: int
    added_on: date
    retired_on: date | None
    version: int
    last_on: date | None
    last_result: str | None
    open_findings: int
    facilities: int
    due_on: date | None
    days_left: int | None

    @property
    def tone(self) -> str:
        """normal | soon | overdue | none: the scale of time."""
        if self.days_left is None:
            return "none"
        return "overdue" if self.days_left < 0 else "soon" if self.days_left <= SOON_DAYS else "normal"


@dataclass(frozen=True)
class PlaceFilter:
    """None and empty: no matter. ``under``: this unit and everything under it."""

    under: UUID | None = None
    kind: str | None = None
    text: str = ""
    retired: bool = False


@dataclass(frozen=True)
class PatrolLine:
    """One patrol of a place."""

    id: UUID
    at: datetime
    by_name: str
    result: str
    note: str
    hazard_id: UUID | None
    settled_at: datetime | None


SORTS = {"name": Place.name, "kind": Place.kind, "added_on": Place.added_on}


def places_page(
    session: TenantSession, coverage: Coverage, *, variant: FireVariant, filters: PlaceFilter, paging: Paging
) -> Page[PlaceCard]:
    """One page. Three queries, whatever its length."""
    where = _conditions(coverage, filters)
    total = session.scalar(select(func.count()).select_from(Place).where(*where)) or 0
    descending = bool(paging.sort) and str(paging.sort).startswith("-")
    column: Any = SORTS.get((paging.sort or "").removeprefix("-"), Place.unit_id)
    order = (column.desc() if descending else column, Place.unit_id, Place.name, Place.id)
    statement = _cards().where(*where).order_by(*order).limit(paging.page_size).offset(paging.offset)
    return Page(_read(session, statement, variant), total, paging.page, paging.page_size)


def place(session: TenantSession, coverage: Coverage, place_id: UUID, *, variant: FireVariant) -> PlaceCard:
    """Raises NotFound, also for one out of reach. Two queries."""
    found = _read(session, _cards().where(Place.id == place_id, coverage.filter(Place.unit_id)), variant)
    if not found:
        raise NotFound()
    return found[0]


def places_in(
    session: TenantSession, coverage: Coverage, *, variant: FireVariant, unit_id: UUID
) -> tuple[PlaceCard, ...]:
    """The places of one unit in use, those longest due first. Two queries."""
    statement = _cards().where(Place.unit_id == unit_id, coverage.filter(Place.unit_id), Place.retired_on.is_(None))
    return tuple(sorted(_read(session, statement, variant), key=lambda card: (card.due_on or date.max, card.name)))


def missed_by_unit(
    session: TenantSession, coverage: Coverage, *, variant: FireVariant, ended_on: date | None = None
) -> dict[UUID, int]:
    """Units → places whose patrol is overdue today; ``ended_on``: only those whose last day was that one. One query."""
    today = local_date(session.now())
    rows = session.execute(
        select(Place.unit_id, Place.patrol_days, Place.added_on, func.max(Patrol.on))
        .outerjoin(Patrol, Patrol.place_id == Place.id)
        .where(coverage.filter(Place.unit_id), Place.retired_on.is_(None))
        .group_by(Place.tenant_id, Place.id)
    )
    counted: dict[UUID, int] = {}
    for unit_id, own, added_on, last_on in rows:
        last_day = due_on(last_on, every=own or variant.patrol_days, starts=added_on)
        if last_day < today and ended_on in (None, last_day):
            counted[unit_id] = counted.get(unit_id, 0) + 1
    return counted


def units_with_places(session: TenantSession, coverage: Coverage) -> tuple[tuple[UUID, int], ...]:
    """(unit, number of key places in use), for the choice before a patrol. One query."""
    rows = session.execute(
        select(Place.unit_id, func.count())
        .where(coverage.filter(Place.unit_id), Place.retired_on.is_(None))
        .group_by(Place.unit_id)
    )
    return tuple((unit_id, number) for unit_id, number in rows)


def patrols_of(session: TenantSession, place_id: UUID, *, limit: int = 60) -> tuple[PatrolLine, ...]:
    """Newest first. One query; whoever asks has seen that the place is in reach."""
    rows = session.execute(
        select(Patrol.id, Patrol.at, Patrol.by_name, Patrol.result, Patrol.note, Patrol.hazard_id, Patrol.settled_at)
        .where(Patrol.place_id == place_id)
        .order_by(Patrol.at.desc(), Patrol.id.desc())
        .limit(limit)
    )
    return tuple(PatrolLine(*row) for row in rows)


def _conditions(coverage: Coverage, filters: PlaceFilter) -> list[ColumnElement[bool]]:
    where = [
        coverage.filter(Place.unit_id),
        Place.retired_on.is_not(None) if filters.retired else Place.retired_on.is_(None),
    ]
    if filters.under is not None:
        where.append(Place.unit_id.in_(closure_of(filters.under)))
    if filters.kind:
        where.append(Place.kind == filters.kind)
    if filters.text:
        where.append(func.strpos(Place.name, filters.text) > 0)
    return where


def _cards() -> Select[Any]:
    last = (
        select(Patrol.place_id, func.max(Patrol.at).label("at"), func.max(Patrol.on).label("on"))
        .group_by(Patrol.place_id)
        .subquery()
    )
    result = (
        select(Patrol.result)
        .where(Patrol.place_id == Place.id)
        .order_by(Patrol.at.desc(), Patrol.id.desc())
        .limit(1)
        .correlate(Place)
        .scalar_subquery()
    )
    findings = (
        select(func.count())
        .where(Patrol.place_id == Place.id, Patrol.result == "finding", Patrol.settled_at.is_(None))
        .correlate(Place)
        .scalar_subquery()
    )
    facilities = (
        select(func.coalesce(func.sum(Facility.quantity), 0))
        .where(Facility.place_id == Place.id, Facility.retired_on.is_(None))
        .correlate(Place)
        .scalar_subquery()
    )
    return select(Place, last.c.on, result, findings, facilities).outerjoin(last, last.c.place_id == Place.id)


def _read(session: TenantSession, statement: Select[Any], variant: FireVariant) -> tuple[PlaceCard, ...]:
    today = local_date(session.now())
    rows = session.execute(statement).all()
    names = unit_names(session, (row[0].unit_id for row in rows))
    return tuple(_card(row, names, variant, today) for row in rows)


def _card(row: Any, names: dict[UUID, str], variant: FireVariant, today: date) -> PlaceCard:
    found, last_on, last_result, findings, facilities = row
    every = found.patrol_days or variant.patrol_days
    due = None if found.retired_on else due_on(last_on, every=every, starts=found.added_on)
    return PlaceCard(
        id=found.id, unit_id=found.unit_id, unit_name=names.get(found.unit_id, ""), name=found.name, kind=found.kind,
        building=found.building, building_id=found.building_id, risk_note=found.risk_note, responsible_post=found.responsible_post, marked=found.marked,
        patrol_days=found.patrol_days, every=every, added_on=found.added_on, retired_on=found.retired_on,
        version=found.version, last_on=last_on, last_result=last_result, open_findings=findings, facilities=facilities,
        due_on=due, days_left=None if due is None else (due - today).days,
    )  # fmt: skip


def unit_names(session: TenantSession, ids: Iterable[UUID]) -> dict[UUID, str]:
    """One query; none for no ids."""
    return {unit_id: card.name for unit_id, card in unit_cards(session, ids).items()}
