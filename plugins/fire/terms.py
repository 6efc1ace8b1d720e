"""The school term around a day: the district's own dates, or 1 September to January and February to August. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core.sdk.domain import Pack, Phrase


@dataclass(frozen=True)
class Term:
    """First and last day. ``assumed``: the district has not stated its dates."""

    title: str
    starts: date
    ends: date
    assumed: bool


def term_around(pack: Pack | None, day: date) -> Term:
    """Days between two stated terms belong to the one before: that is when its papers are finished."""
    stated = sorted(pack.calendar.terms, key=lambda term: term.starts) if pack else []
    begun = [term for term in stated if term.starts <= day]
    if begun:
        last = begun[-1]
        after = next((term for term in stated if term.starts > last.starts), None)
        if day <= last.ends or after is not None:
            return Term(last.label, last.starts, last.ends, assumed=False)
    if day.month >= 9 or day.month == 1:
        year = day.year if day.month >= 9 else day.year - 1
        return Term(
            Phrase("%(year)s—%(next)s学年第一学期", year=year, next=year + 1),
            date(year, 9, 1),
            date(year + 1, 1, 31),
            assumed=True,
        )
    return Term(
        Phrase("%(year)s—%(next)s学年第二学期", year=day.year - 1, next=day.year),
        date(day.year, 2, 1),
        date(day.year, 8, 31),
        assumed=True,
    )
