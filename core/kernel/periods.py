"""Cuts time into the periods that notices count in: weeks, 旬, months, terms, school years and the others. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby

from core.kernel.phrases import Phrase
from core.kernel.schoolyear import SchoolCalendar, Span, school_years


class Period(StrEnum):
    """What «how often» is counted over (packs.md, Time)."""

    DAY = "day"
    SCHOOL_DAY = "school_day"
    WEEK = "week"
    """Monday to Sunday."""
    TEN_DAYS = "ten_days"
    """旬: 1–10, 11–20, 21–end of the month."""
    EVERY_DAYS = "every_days"
    """Every N days from a date, whatever the month."""
    MONTH = "month"
    TEACHING_MONTH = "teaching_month"
    QUARTER = "quarter"
    TERM = "term"
    SCHOOL_YEAR = "school_year"
    YEAR = "year"
    PHASE = "phase"
    CAMPAIGN = "campaign"
    WINDOW = "window"
    """Each time a named window comes: a key period, a season, a memorial day."""
    ONCE = "once"
    EVENT = "event"
    """When something happens: an incident, a finding, a drill."""
    ON_DEMAND = "on_demand"
    """按需, 时间待定: stays open without a red mark."""
    IRREGULAR = "irregular"
    """不定期: recorded and counted, no minimum."""


OPEN = frozenset({Period.ON_DEMAND, Period.IRREGULAR, Period.EVENT})
"""Periods that the calendar alone never makes due."""


class Reading(StrEnum):
    """How «从 D 日起每 N 天» is read (TY-A08); the district picks one."""

    FROM_START = "A"
    """D itself is a due day; 从…起 includes the day."""
    AFTER_START = "B"
    """The first due day is N days after D."""
    PERIOD_END = "C"
    """D is day one of the first period, and each period's last day is the due day."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One period: ``key`` is stable and unique within its kind (``2020-10``, ``2020-W41``, ``2020-2021-1``)."""

    key: str
    title: str
    """In words, Chinese: 2020年10月."""
    span: Span
    due_on: date | None = None
    """Where the way of counting itself names the day."""


def days(span: Span) -> Iterator[Counted]:
    for offset in range(span.days):
        day = span.starts + timedelta(days=offset)
        yield Counted(
            day.isoformat(),
            Phrase("%(year)s年%(month)s月%(day)s日", year=day.year, month=day.month, day=day.day),
            Span(day, day),
        )


def school_days(span: Span, calendar: SchoolCalendar) -> Iterator[Counted]:
    return (counted for counted in days(span) if calendar.is_school_day(counted.span.starts))


def weeks(span: Span) -> Iterator[Counted]:
    monday = span.starts - timedelta(days=span.starts.weekday())
    while monday <= span.ends:
        year, week, _ = monday.isocalendar()
        yield Counted(
            f"{year}-W{week:02}",
            Phrase("%(year)s年第%(week)s周", year=year, week=week),
            Span(monday, monday + timedelta(days=6)),
        )
        monday += timedelta(days=7)


def ten_days(span: Span) -> Iterator[Counted]:
    for month in months(span):
        first = month.span.starts
        parts = (
            ("1", Phrase("%(month)s上旬", month=month.title), first, first.replace(day=10)),
            ("2", Phrase("%(month)s中旬", month=month.title), first.replace(day=11), first.replace(day=20)),
            ("3", Phrase("%(month)s下旬", month=month.title), first.replace(day=21), month.span.ends),
        )
        for number, name, starts, ends in parts:
            part = Span(starts, ends)
            if part.meets(span):
                yield Counted(f"{month.key}-X{number}", name, part)


def months(span: Span, *, every: int = 1) -> Iterator[Counted]:
    """Groups of ``every`` months, counted from January; from September it comes to the same for 2, 3, 4 and 6."""
    if not 1 <= every <= 12 or 12 % every:
        raise ValueError(f"a year does not divide into groups of {every} months")
    month = (span.starts.month - 1) // every * every + 1
    starts = date(span.starts.year, month, 1)
    while starts <= span.ends:
        last = _month_end(starts, every - 1)
        yield _months_named(starts, last)
        starts = last + timedelta(days=1)


def teaching_months(span: Span, calendar: SchoolCalendar, *, every: int = 1) -> Iterator[Counted]:
    """Teaching months only; ``every`` of them together where they follow one another, never across a holiday."""
    for year in school_years(span):
        numbered = list(enumerate(months(year)))
        teaching = [(index, month) for index, month in numbered if calendar.teaches_in(month.span.starts)]
        for _, run in groupby(enumerate(teaching), key=lambda pair: pair[1][0] - pair[0]):
            group = [month for _, (_, month) in run]
            for first in range(0, len(group), every):
                part = group[first : first + every]
                counted = _months_named(part[0].span.starts, part[-1].span.ends)
                if counted.span.meets(span):
                    yield counted


def quarters(span: Span) -> Iterator[Counted]:
    for three in months(span, every=3):
        number = (three.span.starts.month + 2) // 3
        year = three.span.starts.year
        yield Counted(f"{year}-Q{number}", Phrase("%(year)s年第%(number)s季度", year=year, number=number), three.span)


def terms(span: Span, calendar: SchoolCalendar) -> Iterator[Counted]:
    return (Counted(term.code, term.title, term.span) for term in calendar.terms_in(span))


def school_year_periods(span: Span) -> Iterator[Counted]:
    for year in school_years(span):
        name = f"{year.starts.year}-{year.ends.year}"
        yield Counted(name, Phrase("%(years)s学年", years=name), year)


def years(span: Span) -> Iterator[Counted]:
    for year in range(span.starts.year, span.ends.year + 1):
        yield Counted(str(year), Phrase("%(year)s年", year=year), Span(date(year, 1, 1), date(year, 12, 31)))


def every_days(window: Span, *, step: int, reading: Reading, covers_from: date | None = None) -> list[Counted]:
    """「从 D 日起每 N 天」 within ``window``, which starts at D.

    ``covers_from``: what the first report of reading A looks back to; D where nothing else is said. Days left over
    after the last due day have no period of their own (TY-4.2-26: the summary takes them up).
    """
    if step < 1:
        raise ValueError("every N days needs N ≥ 1")
    first = {
        Reading.FROM_START: window.starts,
        Reading.AFTER_START: window.starts + timedelta(days=step),
        Reading.PERIOD_END: window.starts + timedelta(days=step - 1),
    }[reading]
    found: list[Counted] = []
    starts = (covers_from or window.starts) if reading is Reading.FROM_START else window.starts
    due = first
    while due <= window.ends:
        number = len(found) + 1
        found.append(
            Counted(due.isoformat(), Phrase("第%(number)s期", number=number), Span(min(starts, due), due), due)
        )
        starts, due = due + timedelta(days=1), due + timedelta(days=step)
    return found


CUTS: dict[Period, Callable[[Span, SchoolCalendar, int], Iterator[Counted]]] = {
    Period.DAY: lambda span, calendar, every: days(span),
    Period.SCHOOL_DAY: lambda span, calendar, every: school_days(span, calendar),
    Period.WEEK: lambda span, calendar, every: weeks(span),
    Period.TEN_DAYS: lambda span, calendar, every: ten_days(span),
    Period.MONTH: lambda span, calendar, every: months(span, every=every),
    Period.TEACHING_MONTH: lambda span, calendar, every: teaching_months(span, calendar, every=every),
    Period.QUARTER: lambda span, calendar, every: quarters(span),
    Period.TERM: lambda span, calendar, every: terms(span, calendar),
    Period.SCHOOL_YEAR: lambda span, calendar, every: school_year_periods(span),
    Period.YEAR: lambda span, calendar, every: years(span),
}
"""How each period that the calendar alone decides is cut: everything that meets the span, in order, whole periods."""


def _months_named(starts: date, ends: date) -> Counted:
    if (starts.year, starts.month) == (ends.year, ends.month):
        return Counted(f"{starts:%Y-%m}", _month(starts), Span(starts, ends))
    title = Phrase("%(first)s至%(last)s", first=_month(starts), last=_month(ends))
    return Counted(f"{starts:%Y-%m}..{ends:%Y-%m}", title, Span(starts, ends))


def _month(day: date) -> Phrase:
    return Phrase("%(year)s年%(month)s月", year=day.year, month=day.month)


def _month_end(day: date, months_after: int) -> date:
    index = day.year * 12 + day.month + months_after
    return date(index // 12, index % 12 + 1, 1) - timedelta(days=1)
