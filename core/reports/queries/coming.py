"""Periods of a report that have not begun: what the grid says instead of an empty column."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.db.sessions import TenantSession
from core.kernel.clock import local_date
from core.kernel.obligations import occurrences
from core.kernel.schoolyear import Span
from core.reports.owed import opens_on
from core.tenancy import shelf
from core.tenancy.packs.owed import rule, school_calendar

AHEAD = timedelta(days=370)


@dataclass(frozen=True)
class Coming:
    period_title: str
    opens_on: date
    due_on: date


def coming_rounds(session: TenantSession, *, code: str, now: datetime, most: int = 1) -> tuple[Coming, ...]:
    """The next ones, soonest first; none for reports that are opened by hand. No query but the pack's."""
    pack = shelf.current(session)
    report = next((own for own in pack.reports if own.code == code), None) if pack else None
    if pack is None or report is None:
        return ()
    today = local_date(now)
    asked = Span(today, today + AHEAD)
    found = occurrences(rule(pack, report), school_calendar(pack, asked=asked), asked)
    later = [
        Coming(str(one.title), opens_on(one), one.due_on)
        for one in found
        if one.due_on is not None and opens_on(one) > today
    ]
    return tuple(sorted(later, key=lambda one: one.opens_on)[:most])
