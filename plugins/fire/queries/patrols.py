"""Which patrols were missed, and what whole units did: checks, trainings, the standard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Date, cast, func, select

from core.sdk.domain import Coverage, Page, Paging, TenantSession, UnitOption, local_date, unit_options
from plugins.fire.models import Activity, Patrol, Place
from plugins.fire.queries.places import unit_names
from plugins.fire.rounds import WEEK, Round, missed, weeks_until
from plugins.fire.variant import FireVariant

WEEKS = 8
SHOWN = 30
ANSWERING = ("school", "kindergarten")
"""Kinds of units that check and train as a whole."""


@dataclass(frozen=True)
class HeatRow:
    """Missed patrols of one unit (or one place), week by week."""

    id: UUID
    title: str
    cells: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.cells)


@dataclass(frozen=True)
class HeatMap:
    """``by``: unit | place. ``more``: rows with misses beyond those shown."""

    by: str
    weeks: tuple[date, ...]
    rows: tuple[HeatRow, ...]
    more: int
    total: int
    expected_any: bool
    """Whether any patrol was expected at all."""


@dataclass(frozen=True)
class PatrolCard:
    """One patrol in the list of all."""

    id: UUID
    at: datetime
    unit_name: str
    place_id: UUID
    place_name: str
    by_name: str
    result: str
    note: str
    hazard_id: UUID | None
    settled_at: datetime | None


@dataclass(frozen=True)
class ActivityLine:
    """A check, training or standard."""

    id: UUID
    unit_name: str
    kind: str
    on: date
    headcount: int | None
    failed: tuple[str, ...]
    note: str
    by_name: str


@dataclass(frozen=True)
class Duty:
    """How many units did what the notice asks in a period; ``open_units`` are those that did not."""

    done: int
    total: int
    open_units: tuple[UnitOption, ...]


def heat_map(session: TenantSession, coverage: Coverage, *, variant: FireVariant) -> HeatMap:
    """The last eight weeks. Several units: a row for each that missed some; one unit: a row for each place. Three queries."""
    today = local_date(session.now())
    weeks = weeks_until(today, WEEKS)
    places = session.execute(
        select(Place.id, Place.unit_id, Place.name, Place.patrol_days, Place.added_on, Place.retired_on)
        .where(coverage.filter(Place.unit_id))
        .order_by(Place.name)
    ).all()
    rounds = {
        row.id: Round(row.id, row.patrol_days or variant.patrol_days, row.added_on, row.retired_on) for row in places
    }
    longest = max((found.every for found in rounds.values()), default=WEEK)
    done = _done(session, coverage, since=weeks[0] - timedelta(days=longest + WEEK))
    cells = {key: missed(found, weeks, done.get(key, {}), today=today) for key, found in rounds.items()}
    units = {row.unit_id for row in places}
    if len(units) == 1:
        rows = [HeatRow(row.id, row.name, tuple(cells[row.id])) for row in places if row.retired_on is None]
        return HeatMap(
            "place", weeks, tuple(rows[:SHOWN]), max(0, len(rows) - SHOWN), sum(row.total for row in rows), bool(places)
        )
    names = unit_names(session, units)
    summed: dict[UUID, list[int]] = {}
    for row in places:
        mine = summed.setdefault(row.unit_id, [0] * WEEKS)
        summed[row.unit_id] = [a + b for a, b in zip(mine, cells[row.id], strict=True)]
    found_rows = [HeatRow(unit_id, names.get(unit_id, ""), tuple(counts)) for unit_id, counts in summed.items()]
    late = sorted((row for row in found_rows if row.total), key=lambda row: row.title)
    return HeatMap(
        "unit", weeks, tuple(late[:SHOWN]), max(0, len(late) - SHOWN), sum(row.total for row in late), bool(places)
    )


def _done(session: TenantSession, coverage: Coverage, *, since: date) -> dict[Any, dict[date, int]]:
    """Place → week → days with a patrol."""
    week = cast(func.date_trunc("week", Patrol.on), Date)
    rows = session.execute(
        select(Patrol.place_id, week, func.count(Patrol.on.distinct()))
        .where(coverage.filter(Patrol.unit_id), Patrol.on >= since)
        .group_by(Patrol.place_id, week)
    )
    done: dict[Any, dict[date, int]] = {}
    for place_id, monday, days in rows:
        done.setdefault(place_id, {})[monday] = days
    return done


def patrols_page(
    session: TenantSession,
    coverage: Coverage,
    *,
    paging: Paging,
    result: str | None = None,
    place_id: UUID | None = None,
) -> Page[PatrolCard]:
    """Newest first. Three queries, whatever its length."""
    where = [coverage.filter(Patrol.unit_id)]
    if result:
        where.append(Patrol.result == result)
    if place_id:
        where.append(Patrol.place_id == place_id)
    total = session.scalar(select(func.count()).select_from(Patrol).where(*where)) or 0
    rows = session.execute(
        select(
            Patrol.id, Patrol.at, Patrol.unit_id, Patrol.place_id, Place.name, Patrol.by_name, Patrol.result, Patrol.note,
            Patrol.hazard_id, Patrol.settled_at,
        )
        .join(Place, Place.id == Patrol.place_id)
        .where(*where)
        .order_by(Patrol.at.desc(), Patrol.id.desc())
        .limit(paging.page_size)
        .offset(paging.offset)
    ).all()  # fmt: skip
    names = unit_names(session, (row.unit_id for row in rows))
    items = tuple(
        PatrolCard(
            id=row.id, at=row.at, unit_name=names.get(row.unit_id, ""), place_id=row.place_id, place_name=row.name,
            by_name=row.by_name, result=row.result, note=row.note, hazard_id=row.hazard_id, settled_at=row.settled_at,
        )
        for row in rows
    )  # fmt: skip
    return Page(items, total, paging.page, paging.page_size)


def activities_page(
    session: TenantSession, coverage: Coverage, *, paging: Paging, kind: str | None = None
) -> Page[ActivityLine]:
    """Newest first. Three queries, whatever its length."""
    where = [coverage.filter(Activity.unit_id)]
    if kind:
        where.append(Activity.kind == kind)
    total = session.scalar(select(func.count()).select_from(Activity).where(*where)) or 0
    rows = session.scalars(
        select(Activity)
        .where(*where)
        .order_by(Activity.on.desc(), Activity.id.desc())
        .limit(paging.page_size)
        .offset(paging.offset)
    ).all()
    names = unit_names(session, (row.unit_id for row in rows))
    items = tuple(
        ActivityLine(
            row.id, names.get(row.unit_id, ""), row.kind, row.on, row.headcount,
            tuple(point["item"] for point in row.items if not point["ok"]), row.note, row.by_name,
        )
        for row in rows
    )  # fmt: skip
    return Page(items, total, paging.page, paging.page_size)


def duty(session: TenantSession, coverage: Coverage, *, kind: str, since: date, until: date) -> Duty:
    """Who did it at least once in these days. Two queries."""
    units = unit_options(session, coverage, ANSWERING)
    done = set(
        session.scalars(
            select(Activity.unit_id)
            .where(coverage.filter(Activity.unit_id), Activity.kind == kind, Activity.on >= since, Activity.on <= until)
            .distinct()
        )
    )
    missing = tuple(unit for unit in units if unit.id not in done)
    return Duty(len(units) - len(missing), len(units), missing)
