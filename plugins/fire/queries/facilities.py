"""Facilities by test date, certificates by campus, for the overview. Their lists are those of the registers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from core.sdk.domain import (
    Coverage,
    TenantSession,
    UnitOption,
    local_date,
    unit_options,
)
from plugins.fire.models import Certificate, Facility
from plugins.fire.variant import FireVariant
from plugins.fire.words import FACILITIES

MOST = 100
NEAR, FAR = timedelta(days=30), timedelta(days=90)
CAMPUSES = ("school", "kindergarten", "campus")
"""Kinds of units that must have a certificate of their own (学校、校区)."""


@dataclass(frozen=True)
class FacilityCard:
    """Facilities of one kind in one spot."""

    id: UUID
    kind: str
    spot: str
    quantity: int
    last_tested_on: date | None
    next_test_on: date | None
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


def facilities_at(session: TenantSession, place_id: UUID) -> tuple[FacilityCard, ...]:
    """In use at a key place, soonest test first; whoever asks has made sure that the actor may see it. One query."""
    today = local_date(session.now())
    rows = session.scalars(
        select(Facility)
        .where(Facility.place_id == place_id, Facility.retired_on.is_(None))
        .order_by(Facility.next_test_on.asc().nulls_first(), Facility.id)
        .limit(MOST)
    )
    return tuple(_card(row, today) for row in rows)


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
        .where(coverage.filter(Facility.unit_id), Facility.retired_on.is_(None))
        .group_by(Facility.kind)
    )
    found = {kind: DueTests(kind, FACILITIES.get(kind, kind), *numbers) for kind, *numbers in rows}
    return tuple(found[kind] for kind in (*FACILITIES, *sorted(found.keys() - FACILITIES.keys())) if kind in found)


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
        .where(coverage.filter(Certificate.unit_id), Certificate.retired_on.is_(None))
        .group_by(Certificate.unit_id)
    )
    return _lines(units, {row[0]: (row[1], row[2], row[3], row[4]) for row in rows}, variant)


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


def _card(row: Facility, today: date) -> FacilityCard:
    return FacilityCard(
        id=row.id, kind=row.kind, spot=row.spot, quantity=row.quantity, last_tested_on=row.last_tested_on,
        next_test_on=row.next_test_on, days_left=None if row.next_test_on is None else (row.next_test_on - today).days,
    )  # fmt: skip
