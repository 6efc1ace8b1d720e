"""The district's own figures, live from its ledger: one grouped query per block, whatever the size of the district."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date
from operator import add

from sqlalchemy import ColumnElement, func, literal, or_, select, union_all

from core.db.sessions import TenantSession
from core.hazards.models import Hazard
from core.kernel.clock import end_of_day, local_date, start_of_day
from core.oversight.figures import Box, CategoryRow, DomainRow, MonthPoint, PhaseBar, Totals, months_between
from core.oversight.queries import measures as m
from core.oversight.queries.asked import Asked, found_between
from core.tenancy.packs.model import Campaign

SHARES = (0.0, 0.25, 0.5, 0.75, 0.95)
ENOUGH = 5
"""A distribution of fewer cases is not drawn."""
LABELS = {"general": "一般隐患", "major": "重大隐患"}


def totals(session: TenantSession, asked: Asked) -> Totals:
    """The cohort, and what was closed in the month. One query."""
    return standing(session, asked, None, local_date(session.now()))[0]


def standing(
    session: TenantSession, asked: Asked, campaign: Campaign | None, today: date
) -> tuple[Totals, list[PhaseBar]]:
    """The totals, and the campaign's phases with what became of the hazards found in their windows.

    One query: the ledger is gone through once for the period, the month and the phases, which each count their own of it.
    """
    found, (first, after) = found_between(asked.since, asked.until), asked.current_month
    closed_then = m.CLOSED & (Hazard.closed_at >= start_of_day(first)) & (Hazard.closed_at < start_of_day(after))

    def count(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return m.count(found & condition)

    figures = [
        count(m.COUNTED).label("found"), count(m.OPEN).label("open"), count(m.overdue(today)).label("overdue"),
        count(m.soon(today)).label("soon"), count(m.CONTROLLED).label("controlled"), count(m.ESCALATED).label("escalated"),
        count(m.CLOSED).label("closed"), count(m.HAD_LIMIT).label("closed_due"), count(m.ON_TIME).label("closed_on_time"),
        count(m.ON_THE_SPOT).label("on_the_spot"), count(m.MAJOR & m.COUNTED).label("major"),
        count(m.MAJOR & m.OPEN).label("major_open"), count((Hazard.origin == m.SELF_CHECK) & m.COUNTED).label("self_found"),
        count(Hazard.recurrence_of.is_not(None) & m.COUNTED).label("recurrences"), count(~m.COUNTED).label("cancelled"),
        m.count(closed_then).label("closed_this_month"),
    ]  # fmt: skip
    parts = campaign.phases if campaign else ()
    windows = [found_between(phase.window.starts, phase.window.ends) for phase in parts]
    bars = [m.count(inside & wanted) for inside in windows for wanted in (m.COUNTED, m.CLOSED)]
    row = session.execute(select(*figures, *bars).where(*asked.where(), or_(found, closed_then, *windows))).one()
    names = [figure.name for figure in figures]
    drawn = [
        PhaseBar(
            phase.code, phase.label, phase.window.starts, phase.window.ends, row[len(names) + 2 * place], row[len(names) + 2 * place + 1],
            phase.window.holds(today),
        )
        for place, phase in enumerate(parts)
    ]  # fmt: skip
    return Totals(**dict(zip(names, row, strict=False))), drawn


def months(session: TenantSession, asked: Asked) -> list[MonthPoint]:
    """Found and closed in each month of the period, and what became of those found in it. One query."""
    first, after = start_of_day(asked.since), end_of_day(asked.until)
    found_month, closed_month = m.month_of(Hazard.found_at), m.month_of(Hazard.closed_at)
    found = (
        select(
            found_month.label("month"), func.count().label("found"), literal(0).label("closed"), m.count(m.CLOSED).label("done"),
        )
        .where(*asked.found(), m.COUNTED)
        .group_by(found_month)
    )  # fmt: skip
    closed = (
        select(closed_month.label("month"), literal(0).label("found"), func.count().label("closed"), literal(0).label("done"))
        .where(*asked.where(), m.CLOSED, Hazard.closed_at >= first, Hazard.closed_at < after)
        .group_by(closed_month)
    )  # fmt: skip
    both = union_all(found, closed).subquery()
    sums = (func.sum(both.c.found), func.sum(both.c.closed), func.sum(both.c.done))
    rows = session.execute(select(both.c.month, *sums).group_by(both.c.month))
    counts = {row[0]: (int(row[1]), int(row[2]), int(row[3])) for row in rows}
    return [MonthPoint(month, *counts.get(month, (0, 0, 0))) for month in months_between(asked.since, asked.until)]


def sorts(session: TenantSession, asked: Asked, titles: Mapping[str, str]) -> tuple[list[DomainRow], list[CategoryRow]]:
    """By domain, with the age of what is open, and by category inside the domains. One query.

    Domains in the order of ``titles``, others after; categories with the most first, without titles.
    """
    today = local_date(session.now())
    ages = [m.count(m.OPEN & m.aged(today, low, high)) for _name, low, high in m.AGE_BUCKETS]
    rows = session.execute(
        select(Hazard.domain, Hazard.category, m.count(m.COUNTED), m.count(m.OPEN), m.count(m.overdue(today)), m.count(m.CLOSED), *ages)
        .where(*asked.found())
        .group_by(Hazard.domain, Hazard.category)
    ).all()  # fmt: skip
    whole: dict[str, list[int]] = {}  # added up here: a second grouping in SQL would count every hazard twice
    for row in rows:
        sums = whole.setdefault(row[0], [0] * len(row[2:]))
        sums[:] = map(add, sums, row[2:])
    order = {code: place for place, code in enumerate(titles)}
    domains = [
        DomainRow(code, titles.get(code, code or "未分类"), n[0], n[1], n[2], n[3], (n[4], n[5], n[6], n[7]))
        for code, n in whole.items()
    ]
    categories = [CategoryRow(row[0], row[1] or "", "", row[2]) for row in rows if row[2]]
    return (
        sorted(domains, key=lambda row: (order.get(row.domain, len(order)), row.domain)),
        sorted(categories, key=lambda row: (-row.found, row.domain, row.category)),
    )


def boxes(session: TenantSession, asked: Asked, titles: Mapping[str, str]) -> list[Box]:
    """Days from found to closed: all, by grade, by domain. One query, which only counts: days are few, sorting cases is dear."""
    rows = session.execute(
        select(Hazard.grade, Hazard.domain, m.DAYS_TAKEN, func.count())
        .where(*asked.found(), m.CLOSED)
        .group_by(Hazard.grade, Hazard.domain, m.DAYS_TAKEN)
    )
    all_, grades, domains = (
        Counter[int](),
        defaultdict[str, Counter[int]](Counter),
        defaultdict[str, Counter[int]](Counter),
    )
    for grade, domain, days, n in rows:
        all_[days] += n
        domains[domain or ""][days] += n
        if grade:
            grades[grade][days] += n
    order = {code: place for place, code in enumerate(titles)}
    parts = [("全部", all_)]
    parts += [(LABELS.get(grade, grade), grades[grade]) for grade in sorted(grades)]
    parts += [
        (titles.get(domain, domain or "未分类"), domains[domain])
        for domain in sorted(domains, key=lambda code: (order.get(code, len(order)), code))
    ]
    return [
        Box(title, cases.total(), *(percentile(cases, share) for share in SHARES))
        for title, cases in parts
        if cases.total() >= ENOUGH
    ]


def percentile(cases: Mapping[int, int], share: float) -> float:
    """Of a histogram (value → cases), between neighbours where it falls between two: as percentile_cont of SQL."""
    place = share * (sum(cases.values()) - 1)
    low = int(place)
    below, above, seen = None, None, 0
    for value in sorted(cases):
        seen += cases[value]
        if below is None and seen > low:
            below = value
        if seen > low + 1 or (seen > low and place == low):
            above = value
            break
    first = float(below or 0)
    return first + (float(first if above is None else above) - first) * (place - low)
