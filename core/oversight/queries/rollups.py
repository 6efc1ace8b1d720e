"""What a bureau sees of the districts that let it: sums of the rollups, blanked where a group of figures is not opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select, tuple_

from core.db.sessions import BureauSession
from core.oversight import indicators
from core.oversight.figures import MonthPoint, Rate, Totals, months_between
from core.oversight.models import HazardRollup, ReportingRollup, RollupState
from core.oversight.queries.consents import Opened
from core.oversight.queries.measures import SELF_CHECK

MONTHS = 12
OTHER = "other"
WHOLE, BY_MONTH = 0b11, 0b01
"""Of ``grouping(month, domain)``: a bit for each of the two by which a row is not grouped."""


@dataclass(frozen=True)
class DomainPart:
    """One domain of one district; domains that only this district knows are summed as ``OTHER``."""

    domain: str
    found: int
    closed: int
    overdue: int
    on_time: Rate


@dataclass(frozen=True)
class DistrictFigures:
    """What one district shows now. A group that is not opened is None, not zero."""

    tenant_id: int
    as_of: date
    counted_at: datetime
    campaign: str
    schools: int
    pupils: int
    totals: Totals | None
    overdue: int | None
    on_time: Rate | None
    ages: tuple[int, int, int, int] | None
    days_average: float | None
    months: tuple[MonthPoint, ...]
    domains: tuple[DomainPart, ...]
    reporting: tuple[tuple[date, Rate], ...]

    @property
    def per_hundred_pupils(self) -> float | None:
        return 100 * self.totals.found / self.pupils if self.totals and self.pupils else None


def figures(
    session: BureauSession, opened: Mapping[int, Opened], *, known_domains: frozenset[str]
) -> dict[int, DistrictFigures]:
    """By district. Three queries, whatever the number of districts."""
    tids = sorted(session.tids)
    if not tids:
        return {}
    states = {row.tenant_id: row for row in session.scalars(select(RollupState).where(RollupState.tenant_id.in_(tids)))}
    sums: dict[int, Any] = {}
    by_month: dict[int, dict[date, tuple[int, int]]] = {}
    by_domain: dict[int, dict[str, list[int]]] = {}
    for row in session.execute(_counted(tids)):
        if row.left_out == WHOLE:
            sums[row.tenant_id] = row
        elif row.left_out == BY_MONTH:
            by_month.setdefault(row.tenant_id, {})[row.month] = (int(row.found), int(row.closed_in))
        else:
            numbers = (row.found, row.closed, row.overdue, row.closed_on_time, row.closed_due)
            held = by_domain.setdefault(row.tenant_id, {}).setdefault(
                row.domain if row.domain in known_domains else OTHER, [0] * len(numbers)
            )
            for place, number in enumerate(numbers):
                held[place] += int(number)
    reporting: dict[int, list[tuple[date, Rate]]] = {}
    rows = select(ReportingRollup.tenant_id, ReportingRollup.month, ReportingRollup.with_entry, ReportingRollup.schools)
    for tenant_id, month, part, whole in session.execute(
        rows.where(ReportingRollup.tenant_id.in_(tids)).order_by(ReportingRollup.month)
    ):
        reporting.setdefault(tenant_id, []).append((month, Rate(part, whole)))
    return {
        tenant_id: _figures(
            state, opened[tenant_id].indicators, sums.get(tenant_id), by_month.get(tenant_id, {}), by_domain.get(tenant_id, {}),
            reporting.get(tenant_id, []),
        )
        for tenant_id, state in states.items()
        if tenant_id in opened
    }  # fmt: skip


def _figures(
    state: RollupState, shown: frozenset[str], sums: Any, months: dict[date, tuple[int, int]], domains: dict[str, list[int]],
    reporting: list[tuple[date, Rate]],
) -> DistrictFigures:  # fmt: skip
    counts, timely = (
        indicators.COUNTS in shown and sums is not None,
        indicators.TIMELINESS in shown and sums is not None,
    )
    split = indicators.DOMAINS in shown
    first = min(months, default=state.as_of)
    line = months_between(first, state.as_of)[-MONTHS:]
    return DistrictFigures(
        tenant_id=state.tenant_id, as_of=state.as_of, counted_at=state.counted_at, campaign=state.campaign, schools=state.schools,
        pupils=state.pupils,
        totals=_totals(sums) if counts else None,
        overdue=int(sums.overdue) if timely else None,
        on_time=Rate(int(sums.closed_on_time), int(sums.closed_due)) if timely else None,
        ages=(int(sums.age_7), int(sums.age_15), int(sums.age_30), int(sums.age_more)) if timely else None,
        days_average=float(sums.days_sum) / int(sums.closed) if timely and sums.closed else None,
        months=tuple(MonthPoint(month, *months.get(month, (0, 0))) for month in line) if counts else (),
        domains=tuple(
            DomainPart(domain, found if counts else 0, closed if counts else 0, overdue if timely else 0, Rate(on_time, due) if timely else Rate(0, 0))
            for domain, (found, closed, overdue, on_time, due) in sorted(domains.items())
        )
        if split
        else (),
        reporting=tuple(reporting[-MONTHS:]) if indicators.REPORTING in shown else (),
    )  # fmt: skip


def _totals(sums: Any) -> Totals:
    """Without what belongs to other groups of figures."""
    return Totals(
        found=int(sums.found), open=int(sums.open), controlled=int(sums.controlled), escalated=int(sums.escalated), closed=int(sums.closed),
        on_the_spot=int(sums.on_the_spot), major=int(sums.major or 0), major_open=int(sums.major_open or 0),
        self_found=int(sums.self_found or 0), cancelled=int(sums.cancelled),
    )  # fmt: skip


def _counted(tids: list[int]) -> Select[Any]:
    """Each district as a whole, by month and by domain, in one pass: what costs is the looking at the rows."""
    names = (
        "found", "open", "overdue", "controlled", "escalated", "cancelled", "closed", "closed_due", "closed_on_time", "on_the_spot",
        "age_7", "age_15", "age_30", "age_more", "days_sum", "closed_in",
    )  # fmt: skip
    district, month, domain = HazardRollup.tenant_id, HazardRollup.month, HazardRollup.domain
    major, own = HazardRollup.grade == "major", HazardRollup.source == SELF_CHECK
    return (
        select(
            district, month, domain, func.grouping(month, domain).label("left_out"),
            *(func.sum(getattr(HazardRollup, name)).label(name) for name in names),
            func.sum(HazardRollup.found).filter(major).label("major"), func.sum(HazardRollup.open).filter(major).label("major_open"),
            func.sum(HazardRollup.found).filter(own).label("self_found"),
        )
        .where(district.in_(tids))
        .group_by(func.grouping_sets(tuple_(district), tuple_(district, month), tuple_(district, domain)))
    )  # fmt: skip
