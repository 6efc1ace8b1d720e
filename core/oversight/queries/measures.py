"""What each word of a dashboard means in SQL, once: the district's own page and the rollups count by the same rules."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, and_, cast, func, literal, literal_column

from core.hazards.models import Hazard
from core.hazards.queries.filters import AGES as LEDGER_AGES
from core.hazards.queries.filters import on_time, open_
from core.hazards.queries.filters import overdue as ledger_overdue
from core.hazards.queries.filters import soon as ledger_soon
from core.kernel.clock import end_of_day, start_of_day

ZONE: ColumnElement[str] = literal_column("'Asia/Shanghai'")
MONTH: ColumnElement[str] = literal_column("'month'")
"""Written out, not bound: the same expression must be recognised in SELECT and GROUP BY."""
SELF_CHECK = "self_check"
DAY_BUCKETS = (("days_3", 0, 3), ("days_7", 4, 7), ("days_15", 8, 15), ("days_30", 16, 30), ("days_more", 31, None))
"""Measure of the rollup, from, to: days from found to closed."""
AGE_BUCKETS = tuple(
    (name, low, high) for name, (low, high) in zip(("age_7", "age_15", "age_30", "age_more"), LEDGER_AGES, strict=True)
)


def local_day(column: Any) -> ColumnElement[date]:
    """The calendar day of an instant where the people are."""
    return cast(func.timezone(ZONE, column), Date)


def month_of(column: Any) -> ColumnElement[date]:
    return cast(func.date_trunc(MONTH, func.timezone(ZONE, column)), Date)


COUNTED = Hazard.canonical != "cancelled"
"""A false alarm was no hazard: it is in no total."""
OPEN = open_()
CLOSED = Hazard.canonical == "closed"
MAJOR = Hazard.grade == "major"
CONTROLLED = Hazard.canonical == "risk_controlled"
ESCALATED = and_(OPEN, Hazard.escalated_to.is_not(None))
FOUND_DAY = local_day(Hazard.found_at)
CLOSED_DAY = local_day(Hazard.closed_at)
DAYS_TAKEN: ColumnElement[int] = cast(CLOSED_DAY - FOUND_DAY, Integer)
HAD_LIMIT = and_(CLOSED, Hazard.due_on.is_not(None))
ON_TIME = on_time()
ON_THE_SPOT = and_(COUNTED, Hazard.on_the_spot)


def overdue(today: date) -> ColumnElement[bool]:
    """As the ledger says 逾期."""
    return and_(OPEN, ledger_overdue(today))


def soon(today: date) -> ColumnElement[bool]:
    return and_(OPEN, ledger_soon(today))


def age(today: date) -> ColumnElement[int]:
    """Days since it was found."""
    return cast(literal(today, Date) - FOUND_DAY, Integer)


def within(days: ColumnElement[int], low: int, high: int | None) -> ColumnElement[bool]:
    """A bucket; the first also takes what lies before it (a clock that was set back)."""
    below = days >= low if low else literal(True)
    return and_(below, days <= high) if high is not None else below


def aged(today: date, low: int, high: int | None) -> ColumnElement[bool]:
    """As ``within(age(today), …)``, by instants: no row's time is turned into a day."""
    young = Hazard.found_at >= start_of_day(today - timedelta(days=high)) if high is not None else literal(True)
    return and_(young, Hazard.found_at < end_of_day(today - timedelta(days=low))) if low else young


def count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count().filter(condition)
