"""The district's own figures, live from its ledger: one grouped query per block, whatever the size of the district."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import func, literal, select, text, tuple_, union_all

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
    """Two queries: the cohort, and what was closed in the month."""
    today = local_date(session.now())
    count = m.count
    row = session.execute(
        select(
            count(m.COUNTED).label("found"), count(m.OPEN).label("open"), count(m.overdue(today)).label("overdue"),
            count(m.soon(today)).label("soon"), count(m.CONTROLLED).label("controlled"), count(m.ESCALATED).label("escalated"),
            count(m.CLOSED).label("closed"), count(m.HAD_LIMIT).label("closed_due"), count(m.ON_TIME).label("closed_on_time"),
            count(m.ON_THE_SPOT).label("on_the_spot"), count(m.MAJOR & m.COUNTED).label("major"),
            count(m.MAJOR & m.OPEN).label("major_open"), count((Hazard.origin == m.SELF_CHECK) & m.COUNTED).label("self_found"),
            count(Hazard.recurrence_of.is_not(None) & m.COUNTED).label("recurrences"), count(~m.COUNTED).label("cancelled"),
        ).where(*asked.found())
    ).one()  # fmt: skip
    first, after = asked.current_month
    closed = session.scalar(
        select(func.count())
        .select_from(Hazard)
        .where(
            *asked.where(), m.CLOSED, Hazard.closed_at >= start_of_day(first), Hazard.closed_at < start_of_day(after)
        )
    )
    return Totals(**row._mapping, closed_this_month=closed or 0)


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
    ages = [m.count(m.OPEN & m.within(m.age(today), low, high)) for _name, low, high in m.AGE_BUCKETS]
    whole = func.grouping(Hazard.category)
    rows = session.execute(
        select(
            Hazard.domain, Hazard.category, whole, m.count(m.COUNTED), m.count(m.OPEN), m.count(m.overdue(today)), m.count(m.CLOSED), *ages,
        )
        .where(*asked.found())
        .group_by(func.grouping_sets(tuple_(Hazard.domain), tuple_(Hazard.domain, Hazard.category)))
    ).all()  # fmt: skip
    order = {code: place for place, code in enumerate(titles)}
    domains = [
        DomainRow(row[0], titles.get(row[0], row[0] or "未分类"), row[3], row[4], row[5], row[6], (row[7], row[8], row[9], row[10]))
        for row in rows
        if row[2]
    ]  # fmt: skip
    categories = [CategoryRow(row[0], row[1] or "", "", row[3]) for row in rows if not row[2] and row[3]]
    return (
        sorted(domains, key=lambda row: (order.get(row.domain, len(order)), row.domain)),
        sorted(categories, key=lambda row: (-row.found, row.domain, row.category)),
    )


def boxes(session: TenantSession, asked: Asked, titles: Mapping[str, str]) -> list[Box]:
    """Days from found to closed: all, by grade, by domain. One query."""
    shares = func.percentile_cont(list(SHARES)).within_group(m.DAYS_TAKEN.asc())
    rows = session.execute(
        select(Hazard.grade, Hazard.domain, func.count(), shares)
        .where(*asked.found(), m.CLOSED)
        .group_by(func.grouping_sets(text("()"), tuple_(Hazard.grade), tuple_(Hazard.domain)))
    ).all()
    order = {code: place for place, code in enumerate(titles)}

    def rank(row: Sequence[object]) -> tuple[int, int, str]:
        grade, domain = row[0], row[1]
        return (
            (0, 0, "")
            if grade is None and domain is None
            else ((1, 0, str(grade)) if grade else (2, order.get(str(domain), 99), str(domain)))
        )

    def title(grade: str | None, domain: str | None) -> str:
        if grade:
            return LABELS.get(grade, grade)
        return "全部" if domain is None else titles.get(domain, domain or "未分类")

    return [
        Box(title(grade, domain), n, *(float(value) for value in five))
        for grade, domain, n, five in sorted(rows, key=rank)
        if n >= ENOUGH
    ]


def phases(session: TenantSession, asked: Asked, campaign: Campaign | None, today: date) -> list[PhaseBar]:
    """The campaign's phases with what became of the hazards found in their windows. One query, none without phases."""
    parts = campaign.phases if campaign else ()
    if not parts:
        return []
    columns = []
    for phase in parts:
        inside = found_between(phase.window.starts, phase.window.ends)
        columns += [m.count(inside & m.COUNTED), m.count(inside & m.CLOSED)]
    row = session.execute(select(*columns).where(*asked.where())).one()
    return [
        PhaseBar(
            phase.code,
            phase.label,
            phase.window.starts,
            phase.window.ends,
            row[2 * place],
            row[2 * place + 1],
            phase.window.holds(today),
        )
        for place, phase in enumerate(parts)
    ]
