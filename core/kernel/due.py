"""The day by which something is due inside or after its period. Pure: no database, no tenant.

「D日前」 is kept to the end of D and overdue from D+1 00:00 in Asia/Shanghai (packs.md, Time); a district may read it
strictly, then it is overdue from D 00:00.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from core.kernel.calendar import add_days
from core.kernel.clock import end_of_day, local_date
from core.kernel.schoolyear import SchoolCalendar, Span

LAST = 31
"""As a day of the month: the last one, whichever it is."""


class Shift(StrEnum):
    """What becomes of a due day on which nobody works. A reminder on the last working day before is given anyway."""

    NONE = "none"
    BEFORE = "before"
    AFTER = "after"


class Anchor(StrEnum):
    END = "end"
    """The period's last day."""
    START = "start"
    """The period's first day."""
    MONTH_DAY = "month_day"
    """A day of the month: ``day``, ``months_after`` the period's last month."""
    LAST_WORKING_DAY = "last_working_day"
    WEEKDAY = "weekday"
    """``day``: 1 = Monday."""
    YEAR_DAY = "year_day"
    """``month`` and ``day`` of the period's year."""


@dataclass(frozen=True, slots=True)
class DueRule:
    """``days``: so many days after the anchor (negative: before); ``weeks``: in that week, counted from the anchor's,
    1 = the same. ``inclusive`` False: 「D日前」 without D itself."""

    anchor: Anchor = Anchor.END
    day: int = LAST
    month: int = 12
    months_after: int = 0
    days: int = 0
    weeks: int = 1
    shift: Shift = Shift.NONE
    inclusive: bool = True

    def __post_init__(self) -> None:
        if not 1 <= self.day <= LAST or not 1 <= self.month <= 12:
            raise ValueError("day is 1–31 and month 1–12")
        if self.anchor is Anchor.WEEKDAY and self.day > 7:
            raise ValueError("a weekday is 1 (Monday) to 7 (Sunday)")
        if self.weeks < 1 or self.months_after < 0:
            raise ValueError("weeks count from 1, months_after from 0")

    @property
    def follows(self) -> bool:
        """Whether the due day may lie after the period."""
        return self.months_after > 0 or self.days > 0

    def day_in(self, span: Span, calendar: SchoolCalendar) -> date:
        """The due day of the period ``span``, moved off free days where the rule says so."""
        named = self._named(span, calendar) + timedelta(days=self.days)
        if not self.inclusive:
            named -= timedelta(days=1)
        return moved(named, self.shift, calendar)

    def _named(self, span: Span, calendar: SchoolCalendar) -> date:
        match self.anchor:
            case Anchor.END:
                return span.ends
            case Anchor.START if self.weeks > 1:
                monday = span.starts - timedelta(days=span.starts.weekday())
                return monday + timedelta(weeks=self.weeks, days=-1)
            case Anchor.START:
                return span.starts
            case Anchor.MONTH_DAY:
                return day_of_month(span.ends, self.day, months_after=self.months_after)
            case Anchor.LAST_WORKING_DAY:
                return moved(day_of_month(span.ends, LAST, months_after=self.months_after), Shift.BEFORE, calendar)
            case Anchor.WEEKDAY:
                return span.starts - timedelta(days=span.starts.weekday()) + timedelta(days=self.day - 1)
            case Anchor.YEAR_DAY:
                return date(span.ends.year, self.month, min(self.day, monthrange(span.ends.year, self.month)[1]))


END_OF_PERIOD = DueRule()


def day_of_month(day: date, number: int, *, months_after: int = 0) -> date:
    """Day ``number`` of the month ``months_after`` that of ``day``; the last one where the month is shorter."""
    index = day.year * 12 + day.month - 1 + months_after
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(number, monthrange(year, month)[1]))


def moved(day: date, shift: Shift, calendar: SchoolCalendar) -> date:
    """``day``, or the next working day in the direction of ``shift`` if it is free."""
    step = {Shift.NONE: 0, Shift.BEFORE: -1, Shift.AFTER: 1}[shift]
    while step and calendar.is_free(day):
        day += timedelta(days=step)
    return day


def reminder_day(due_on: date, calendar: SchoolCalendar) -> date:
    """The day before, or the last working day before that: nobody is reminded on a holiday (TY-A08)."""
    return moved(due_on - timedelta(days=1), Shift.BEFORE, calendar)


def due_at(due_on: date, *, strict: bool = False) -> datetime:
    """The instant from which it is overdue, aware UTC. ``strict``: the district reads 「D日前」 without D (TY-A05)."""
    return end_of_day(due_on - timedelta(days=1) if strict else due_on)


@dataclass(frozen=True, slots=True)
class Within:
    """Due so long after something happened: at once, within minutes, or within days. Exactly one is given."""

    minutes: int | None = None
    days: int | None = None
    working: bool = False

    def __post_init__(self) -> None:
        if (self.minutes is None) == (self.days is None):
            raise ValueError("give either minutes or days")

    def after(self, happened_at: datetime) -> datetime:
        """「N日内」: the day it happened + N, to its end; minutes run from the instant. Aware UTC in and out."""
        if self.minutes is not None:
            return happened_at + timedelta(minutes=self.minutes)
        return end_of_day(add_days(local_date(happened_at), self.days or 0, working=self.working))
