"""The periods a table is made for: those of the reports whose form it is, else the months of its campaign. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from core.kernel.obligations import occurrences
from core.kernel.periods import months
from core.kernel.schoolyear import Span, school_year
from core.tenancy.packs.model import Pack, Table
from core.tenancy.packs.owed import rule, school_calendar

MOST = 60
"""Periods to choose from."""
AHEAD = timedelta(days=62)


@dataclass(frozen=True)
class TablePeriod:
    """``title`` in words, Chinese."""

    title: str
    span: Span


def periods(pack: Pack, table: Table, *, today: date) -> list[TablePeriod]:
    """What has begun by ``today``, newest first."""
    campaign = next((one for one in pack.campaigns if one.code == table.campaign), None)
    whole = Span(campaign.starts, campaign.ends) if campaign else school_year(today)
    asked = Span(whole.starts, whole.ends + AHEAD)
    calendar = school_calendar(pack, asked=asked)
    found = [
        TablePeriod(one.title, one.span)
        for report in pack.reports
        if table.code in report.form.split()
        for one in occurrences(rule(pack, report), calendar, asked)
    ]
    found.sort(key=lambda one: (one.span.starts, one.span.ends))
    if not found:
        found = [TablePeriod(one.title, one.span) for one in months(whole, every=1)]
    return [one for one in reversed(found) if one.span.starts <= today][:MOST]


def default_period(pack: Pack, table: Table, *, today: date) -> Span:
    """The last that has begun; the month so far where there is none."""
    found = periods(pack, table, today=today)
    return found[0].span if found else Span(today.replace(day=1), today)
