"""A month of one unit as weeks and days, and how far its duties are in the school year. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from core.kernel.obligations import EXCUSED, Standing, UnitFacts, strictest
from core.kernel.schoolyear import SchoolCalendar, Span
from core.obligations.duties import Duty
from core.obligations.queries.shapes import SETTLED, DueRow
from core.obligations.words import DAILY

UNASKED = frozenset({Standing.OPEN, *EXCUSED})
"""Nothing is asked of the unit, so it is no part of a quota."""


@dataclass(frozen=True)
class Day:
    """``daily``: what is owed every day, told as a number. ``inside``: belongs to the month shown."""

    on: date
    inside: bool
    today: bool
    school: bool
    rows: tuple[DueRow, ...]
    daily: tuple[DueRow, ...]

    @property
    def daily_done(self) -> int:
        return sum(1 for row in self.daily if row.state in SETTLED)


@dataclass(frozen=True)
class Quota:
    """One duty of the unit over the school year: times done of times asked."""

    duty: Duty
    done: int
    wanted: int
    overdue: int
    strictest: bool
    """Of several sources on one duty the one that asks for most."""
    own_missing: bool
    confirm: bool


def weeks(rows: Iterable[DueRow], month: Span, *, today: date, calendar: SchoolCalendar) -> list[list[Day]]:
    """Whole weeks, Monday to Sunday, that meet the month."""
    by_day: dict[date, list[DueRow]] = defaultdict(list)
    for row in rows:
        if row.due_on is not None:
            by_day[row.due_on].append(row)
    first = month.starts - timedelta(days=month.starts.weekday())
    found: list[list[Day]] = []
    while first <= month.ends:
        found.append([_day(first + timedelta(days=no), by_day, month, today, calendar) for no in range(7)])
        first += timedelta(days=7)
    return found


def _day(on: date, by_day: dict[date, list[DueRow]], month: Span, today: date, calendar: SchoolCalendar) -> Day:
    rows = by_day.get(on, [])
    daily = tuple(row for row in rows if row.duty.rule.period in DAILY)
    others = tuple(row for row in rows if row.duty.rule.period not in DAILY)
    return Day(on, on in month, on == today, calendar.is_school_day(on), others, daily)


def quotas(rows: Sequence[DueRow], *, words: frozenset[str], calendar: SchoolCalendar, year: Span) -> list[list[Quota]]:
    """Duties of one unit in the year, those with several sources together, in the order of the pack."""
    by_duty: dict[str, list[DueRow]] = defaultdict(list)
    for row in rows:
        if row.wanted is not None and row.state not in UNASKED:
            by_duty[row.duty.code].append(row)
    groups: dict[str, list[Duty]] = defaultdict(list)
    for found in by_duty.values():
        groups[found[0].duty.group].append(found[0].duty)
    own = {row.duty.rule.plus: row.own for row in rows if row.duty.rule.plus and row.own is not None}
    facts = UnitFacts(types=words, domains=frozenset(row.duty.rule.domain for row in rows), own_counts=own)
    told = []
    for duties in groups.values():
        best = strictest((duty.rule for duty in duties), facts, calendar, year) if len(duties) > 1 else None
        told.append([_quota(by_duty[duty.code], best is duty.rule) for duty in duties])
    return told


def _quota(rows: Sequence[DueRow], is_strictest: bool) -> Quota:
    return Quota(
        rows[0].duty,
        done=sum(min(row.done, row.wanted or 0) for row in rows),
        wanted=sum(row.wanted or 0 for row in rows),
        overdue=sum(1 for row in rows if row.state is Standing.OVERDUE),
        strictest=is_strictest,
        own_missing=any(row.own_missing for row in rows),
        confirm=rows[0].duty.rule.confirm,
    )
