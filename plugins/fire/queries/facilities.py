"""Facilities by test date, certificates by campus."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from core.sdk.domain import (
    Coverage,
    NotFound,
    Page,
    Paging,
    TenantSession,
    UnitOption,
    closure_of,
    local_date,
    unit_options,
)
from plugins.fire.models import Certificate, Facility, Place
from plugins.fire.queries.places import unit_names
from plugins.fire.variant import FireVariant
from plugins.fire.words import FACILITIES

NEAR, FAR = timedelta(days=30), timedelta(days=90)
CAMPUSES = ("school", "kindergarten", "campus")
"""Kinds of units that must have a certificate of their own (学校、校区)."""


@dataclass(frozen=True)
class FacilityCard:
    """Facilities of one kind in one spot."""

    id: UUID
    unit_id: UUID
    unit_name: str
    place_id: UUID | None
    place_name: str | None
    kind: str
    building: str
    building_id: UUID | None
    spot: str
    quantity: int
    last_tested_on: date | None
    next_test_on: date | None
    maintainer: str
    version: int
    days_left: int | None

    @property
    def kind_title(self) -> str:
        return FACILITIES.get(self.kind, self.kind)

    @property
    def tone(self) -> str:
        """normal | soon | overdue | none."""
        if self.days_left is None:
            return "none"
        return "overdue" if self.days_left < 0 else "soon" if self.days_left <= NEAR.days else "normal"


@dataclass(frozen=True)
class FacilityFilter:
    """``due``: overdue | soon | unknown."""

    under: UUID | None = None
    kind: str | None = None
    due: str | None = None
    place_id: UUID | None = None


@dataclass(frozen=True)
class DueTests:
    """How many of a kind are to be tested when."""

    kind: str
    title: str
    overdue: int
    near: int
    """Within 30 days."""
    far: int
    """Within 90 days."""
    later: int
    unknown: int


@dataclass(frozen=True)
class CertificateLine:
    """What a campus has and lacks. ``expires_on``: the earliest date among the valid ones."""

    unit_id: UUID
    unit_name: str
    staff: int
    guards: int
    expired: int
    expires_on: date | None
    lacks_staff: int
    lacks_guards: int

    @property
    def short(self) -> bool:
        return bool(self.lacks_staff or self.lacks_guards)


SORTS = {
    "next_test_on": Facility.next_test_on,
    "kind": Facility.kind,
    "quantity": Facility.quantity,
    "spot": Facility.spot,
}


def facilities_page(
    session: TenantSession, coverage: Coverage, *, filters: FacilityFilter, paging: Paging
) -> Page[FacilityCard]:
    """One page, soonest test first. Three queries, whatever its length."""
    today = local_date(session.now())
    where = _conditions(coverage, filters, today)
    total = session.scalar(select(func.count()).select_from(Facility).where(*where)) or 0
    column = SORTS.get((paging.sort or "").removeprefix("-"), Facility.next_test_on)
    order = column.desc().nulls_last() if (paging.sort or "").startswith("-") else column.asc().nulls_first()
    statement = select(Facility, Place.name).outerjoin(Place, Place.id == Facility.place_id).where(*where)
    rows = session.execute(statement.order_by(order, Facility.id).limit(paging.page_size).offset(paging.offset)).all()
    names = unit_names(session, (row[0].unit_id for row in rows))
    items = tuple(_card(facility, place, names, today) for facility, place in rows)
    return Page(items, total, paging.page, paging.page_size)


def facility(session: TenantSession, coverage: Coverage, facility_id: UUID) -> FacilityCard:
    """Raises NotFound, also for one out of reach. Two queries."""
    statement = select(Facility, Place.name).outerjoin(Place, Place.id == Facility.place_id)
    row = session.execute(statement.where(Facility.id == facility_id, coverage.filter(Facility.unit_id))).first()
    if row is None:
        raise NotFound()
    return _card(row[0], row[1], unit_names(session, [row[0].unit_id]), local_date(session.now()))


def due_tests(session: TenantSession, coverage: Coverage) -> tuple[DueTests, ...]:
    """Kinds that are there, in the order of the words. One query."""
    today = local_date(session.now())
    on, sum_ = Facility.next_test_on, func.coalesce

    def within(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return sum_(func.sum(Facility.quantity).filter(condition), 0)

    rows = session.execute(
        select(
            Facility.kind,
            within(on < today),
            within(and_(on >= today, on <= today + NEAR)),
            within(and_(on > today + NEAR, on <= today + FAR)),
            within(on > today + FAR),
            within(on.is_(None)),
        )
        .where(coverage.filter(Facility.unit_id), Facility.removed_on.is_(None))
        .group_by(Facility.kind)
    )
    found = {kind: DueTests(kind, FACILITIES.get(kind, kind), *numbers) for kind, *numbers in rows}
    return tuple(found[kind] for kind in (*FACILITIES, *sorted(found.keys() - FACILITIES.keys())) if kind in found)


def overdue_tests_by_unit(session: TenantSession, coverage: Coverage) -> dict[UUID, int]:
    """Units → entries whose test is overdue. One query."""
    today = local_date(session.now())
    rows = session.execute(
        select(Facility.unit_id, func.count())
        .where(coverage.filter(Facility.unit_id), Facility.removed_on.is_(None), Facility.next_test_on < today)
        .group_by(Facility.unit_id)
    )
    return {row[0]: row[1] for row in rows}


def certificates(session: TenantSession, coverage: Coverage, *, variant: FireVariant) -> tuple[CertificateLine, ...]:
    """Every campus in name order, with what it lacks. Two queries."""
    today = local_date(session.now())
    units = unit_options(session, coverage, CAMPUSES)
    valid = or_(Certificate.expires_on.is_(None), Certificate.expires_on >= today)

    def held(holder: str) -> ColumnElement[int]:
        return func.coalesce(func.sum(Certificate.quantity).filter(and_(valid, Certificate.holder == holder)), 0)

    rows = session.execute(
        select(
            Certificate.unit_id,
            held("staff"),
            held("guard"),
            func.coalesce(func.sum(Certificate.quantity).filter(Certificate.expires_on < today), 0),
            func.min(Certificate.expires_on).filter(Certificate.expires_on >= today),
        )
        .where(coverage.filter(Certificate.unit_id))
        .group_by(Certificate.unit_id)
    )
    return _lines(units, {row[0]: (row[1], row[2], row[3], row[4]) for row in rows}, variant)


def certificates_ending(session: TenantSession, days: Collection[date]) -> dict[tuple[UUID, date], int]:
    """(unit, last valid day) → certificates that end on one of these days. One query."""
    rows = session.execute(
        select(Certificate.unit_id, Certificate.expires_on, func.sum(Certificate.quantity))
        .where(Certificate.expires_on.in_(days))
        .group_by(Certificate.unit_id, Certificate.expires_on)
    )
    return {(unit_id, on): number for unit_id, on, number in rows if on is not None}


def tests_ending(session: TenantSession, days: Collection[date]) -> dict[tuple[UUID, date], int]:
    """(unit, day of the next test) → entries to be tested on one of these days. One query."""
    rows = session.execute(
        select(Facility.unit_id, Facility.next_test_on, func.count())
        .where(Facility.next_test_on.in_(days), Facility.removed_on.is_(None))
        .group_by(Facility.unit_id, Facility.next_test_on)
    )
    return {(unit_id, on): number for unit_id, on, number in rows if on is not None}


def _lines(
    units: Sequence[UnitOption], held: dict[UUID, tuple[int, int, int, date | None]], variant: FireVariant
) -> tuple[CertificateLine, ...]:
    lines = []
    for unit in units:
        staff, guards, expired, expires_on = held.get(unit.id, (0, 0, 0, None))
        lines.append(
            CertificateLine(
                unit.id, unit.name, staff, guards, expired, expires_on,
                max(0, variant.certified_staff - staff), max(0, variant.certified_guards - guards),
            )
        )  # fmt: skip
    return tuple(lines)


def _conditions(coverage: Coverage, filters: FacilityFilter, today: date) -> list[ColumnElement[bool]]:
    where = [coverage.filter(Facility.unit_id), Facility.removed_on.is_(None)]
    if filters.under is not None:
        where.append(Facility.unit_id.in_(closure_of(filters.under)))
    if filters.place_id is not None:
        where.append(Facility.place_id == filters.place_id)
    if filters.kind:
        where.append(Facility.kind == filters.kind)
    match filters.due:
        case "overdue":
            where.append(Facility.next_test_on < today)
        case "soon":
            where.append(and_(Facility.next_test_on >= today, Facility.next_test_on <= today + NEAR))
        case "unknown":
            where.append(Facility.next_test_on.is_(None))
    return where


def _card(row: Facility, place_name: str | None, names: dict[UUID, str], today: date) -> FacilityCard:
    return FacilityCard(
        id=row.id, unit_id=row.unit_id, unit_name=names.get(row.unit_id, ""), place_id=row.place_id, place_name=place_name,
        kind=row.kind, building=row.building, building_id=row.building_id, spot=row.spot, quantity=row.quantity, last_tested_on=row.last_tested_on,
        next_test_on=row.next_test_on, maintainer=row.maintainer, version=row.version,
        days_left=None if row.next_test_on is None else (row.next_test_on - today).days,
    )  # fmt: skip
