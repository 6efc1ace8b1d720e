"""The school calendar of one district: terms, teaching months, days without school. Pure: no database, no tenant.

A school year runs from 1 September to 31 August (packs.md, Time).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from core.kernel.calendar import is_working_day
from core.kernel.phrases import Phrase

SCHOOL_YEAR_STARTS = 9
"""September."""
TEACHING_MONTHS = frozenset({9, 10, 11, 12, 3, 4, 5, 6})
"""Used where a district has not said otherwise: eight months, so that 8+n drills a year and one a month agree (SIP C01)."""


@dataclass(frozen=True, slots=True)
class Span:
    """Days from ``starts`` to ``ends``, both included."""

    starts: date
    ends: date

    def __post_init__(self) -> None:
        if self.ends < self.starts:
            raise ValueError(f"a span cannot end ({self.ends}) before it starts ({self.starts})")

    def __contains__(self, day: date) -> bool:
        return self.starts <= day <= self.ends

    @property
    def days(self) -> int:
        return (self.ends - self.starts).days + 1

    @property
    def middle(self) -> date:
        return self.starts + timedelta(days=self.days // 2)

    def meets(self, other: Span) -> bool:
        return self.starts <= other.ends and other.starts <= self.ends

    def clipped(self, other: Span) -> Span | None:
        """What both have in common; None if nothing."""
        if not self.meets(other):
            return None
        return Span(max(self.starts, other.starts), min(self.ends, other.ends))


@dataclass(frozen=True, slots=True)
class Term:
    code: str
    """Stable inside a district: ``2020-2021-1``."""
    title: str
    span: Span


@dataclass(frozen=True)
class SchoolCalendar:
    """``windows``: named spans of the district (phases, campaigns, key periods), by code; several for one that comes
    again every year."""

    terms: tuple[Term, ...] = ()
    teaching_months: frozenset[int] = TEACHING_MONTHS
    days_off: tuple[Span, ...] = ()
    """Further days without school, beside the State Council's holidays."""
    windows: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)

    def terms_in(self, span: Span) -> list[Term]:
        """The terms that meet ``span``, in order; where a school year has none of its own, the usual two (待确认)."""
        found = {term.code: term for term in self.terms}
        # by its middle: an autumn term may begin in the last days of August
        stated = {school_year(term.span.middle).starts for term in self.terms}
        for starts in school_years(span):
            if starts.starts not in stated:
                found.update({term.code: term for term in usual_terms(starts.starts.year)})
        return sorted((term for term in found.values() if term.span.meets(span)), key=lambda term: term.span.starts)

    def is_school_day(self, day: date) -> bool:
        """Within a term, a working day, and not a day off of the district."""
        return (
            is_working_day(day)
            and not any(day in off for off in self.days_off)
            and any(day in term.span for term in self.terms_in(Span(day, day)))
        )

    def is_free(self, day: date) -> bool:
        """A weekend or public holiday, or a day off of the district."""
        return not is_working_day(day) or any(day in off for off in self.days_off)

    def teaches_in(self, day: date) -> bool:
        return day.month in self.teaching_months


def usual_terms(year: int) -> tuple[Term, Term]:
    """The two terms of the school year that starts in September of ``year``, as far as nobody said otherwise."""
    name = f"{year}-{year + 1}"
    return (
        Term(f"{name}-1", Phrase("%(years)s学年第一学期", years=name), Span(date(year, 9, 1), date(year + 1, 1, 31))),
        Term(
            f"{name}-2", Phrase("%(years)s学年第二学期", years=name), Span(date(year + 1, 2, 15), date(year + 1, 7, 5))
        ),
    )


def school_year(day: date) -> Span:
    """The school year that ``day`` lies in."""
    year = day.year if day.month >= SCHOOL_YEAR_STARTS else day.year - 1
    return Span(date(year, SCHOOL_YEAR_STARTS, 1), date(year + 1, SCHOOL_YEAR_STARTS, 1) - timedelta(days=1))


def school_years(span: Span) -> list[Span]:
    """Every school year that meets ``span``, in order."""
    found = [school_year(span.starts)]
    while found[-1].ends < span.ends:
        found.append(school_year(found[-1].ends + timedelta(days=1)))
    return found
