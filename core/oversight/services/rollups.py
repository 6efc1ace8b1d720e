"""Counts a district anew, set-based, in one transaction. There is no other way into the rollups, so they cannot drift."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Date, Integer, column, delete, func, insert, literal, select, union_all, values
from sqlalchemy.dialects.postgresql import insert as upsert

from core.db.sessions import TenantSession
from core.hazards.models import Hazard
from core.kernel.clock import local_date
from core.orgs.models import OrgUnit
from core.oversight.figures import months_between, next_month
from core.oversight.models import HazardRollup, ReportingRollup, RollupState
from core.oversight.queries import measures
from core.tenancy import shelf

KEYS = ("month", "domain", "grade", "source")
REPORTING_KINDS = ("school", "kindergarten")
"""Units that are expected to keep a ledger of their own."""
MONTHS = 60
"""How far back completeness is counted."""


def recount(session: TenantSession) -> int:
    """Replaces all rollups of the tenant; returns how many cells the cube has. Two recounts wait for each other."""
    today = local_date(session.now())
    _state(session, today)
    session.execute(delete(HazardRollup).execution_options(synchronize_session=False))
    cube = _cube(session.tenant_id, today)
    names = [column.key for column in cube.selected_columns]
    made = session.execute(insert(HazardRollup).from_select(names, cube))
    _reporting(session, today)
    return int(made.rowcount)  # type: ignore[attr-defined]  # an insert gives a CursorResult


def _cube(tenant_id: int, today: date) -> Any:
    """Found by month and closed by month, one under the other, summed into one cube."""
    by_found = _found_measures(today)
    keys = _keys(measures.month_of(Hazard.found_at))
    found = select(*_named(keys), *(by_found[name].label(name) for name in by_found), literal(0).label("closed_in"))
    found = found.where(Hazard.tenant_id == tenant_id).group_by(*keys)
    keys = _keys(measures.month_of(Hazard.closed_at))
    closed = select(*_named(keys), *(literal(0).label(name) for name in by_found), func.count().label("closed_in"))
    closed = closed.where(Hazard.tenant_id == tenant_id, measures.CLOSED, Hazard.closed_at.is_not(None)).group_by(*keys)
    both = union_all(found, closed).subquery()
    sums = (func.sum(both.c[name]).label(name) for name in (*by_found, "closed_in"))
    return select(literal(tenant_id, Integer).label("tenant_id"), *(both.c[key] for key in KEYS), *sums).group_by(
        *(both.c[key] for key in KEYS)
    )


def _keys(month: Any) -> tuple[Any, ...]:
    """Grouped by as expressions: the name ``source`` alone would mean the hazard's own column."""
    return (month, Hazard.domain, Hazard.grade, Hazard.origin)


def _named(keys: tuple[Any, ...]) -> list[Any]:
    return [key.label(name) for key, name in zip(keys, KEYS, strict=True)]


def _found_measures(today: date) -> dict[str, Any]:
    count, m = measures.count, measures
    ages = {name: count(m.OPEN & m.within(m.age(today), low, high)) for name, low, high in m.AGE_BUCKETS}
    days = {name: count(m.CLOSED & m.within(m.DAYS_TAKEN, low, high)) for name, low, high in m.DAY_BUCKETS}
    return {
        "found": count(m.COUNTED), "open": count(m.OPEN), "overdue": count(m.overdue(today)), "controlled": count(m.CONTROLLED),
        "escalated": count(m.ESCALATED), "cancelled": count(~m.COUNTED), "closed": count(m.CLOSED), "closed_due": count(m.HAD_LIMIT),
        "closed_on_time": count(m.ON_TIME), "on_the_spot": count(m.ON_THE_SPOT), **ages,
        "days_sum": func.coalesce(func.sum(m.DAYS_TAKEN).filter(m.CLOSED), 0), **days,
    }  # fmt: skip


def _state(session: TenantSession, today: date) -> None:
    """The denominators; its row is also the lock that makes recounts take turns."""
    schools, pupils = session.execute(
        select(func.count(), func.coalesce(func.sum(OrgUnit.student_count), 0)).where(
            OrgUnit.kind.in_(REPORTING_KINDS),
            OrgUnit.valid_from <= today,
            OrgUnit.valid_to.is_(None) | (OrgUnit.valid_to >= today),
        )
    ).one()
    pack = shelf.current(session)
    outer = next((campaign for campaign in pack.campaigns if not campaign.within), None) if pack else None
    held = {
        "as_of": today, "counted_at": session.now(), "schools": schools, "pupils": pupils, "campaign": outer.label if outer else "",
        "starts": outer.starts if outer else None, "ends": outer.ends if outer else None,
    }  # fmt: skip
    statement = upsert(RollupState).values(tenant_id=session.tenant_id, **held)
    session.execute(statement.on_conflict_do_update(index_elements=["tenant_id"], set_=held))


def _reporting(session: TenantSession, today: date) -> None:
    session.execute(delete(ReportingRollup).execution_options(synchronize_session=False))
    first = session.scalar(select(func.min(measures.FOUND_DAY)).select_from(Hazard))
    if first is None:
        return
    all_months = months_between(first, today)[-MONTHS:]
    months = values(column("month", Date), column("after", Date), name="months").data(
        [(month, next_month(month)) for month in all_months]
    )
    schools = (
        select(months.c.month, func.count(OrgUnit.id).label("schools"))
        .select_from(months)
        .outerjoin(
            OrgUnit,
            OrgUnit.kind.in_(REPORTING_KINDS)
            & (OrgUnit.valid_from < months.c.after)
            & (OrgUnit.valid_to.is_(None) | (OrgUnit.valid_to >= months.c.month))
            & (OrgUnit.tenant_id == session.tenant_id),
        )
        .group_by(months.c.month)
        .subquery()
    )
    entries = (
        select(
            measures.month_of(Hazard.found_at).label("month"),
            func.count(Hazard.school_id.distinct()).label("with_entry"),
        )
        .join(
            OrgUnit,
            (OrgUnit.tenant_id == Hazard.tenant_id)
            & (OrgUnit.id == Hazard.school_id)
            & OrgUnit.kind.in_(REPORTING_KINDS),
        )
        .where(Hazard.tenant_id == session.tenant_id)
        .group_by("month")
        .subquery()
    )
    rows = select(
        literal(session.tenant_id, Integer).label("tenant_id"), schools.c.month, schools.c.schools,
        func.coalesce(entries.c.with_entry, 0).label("with_entry"),
    ).outerjoin(entries, entries.c.month == schools.c.month)  # fmt: skip
    session.execute(insert(ReportingRollup).from_select(["tenant_id", "month", "schools", "with_entry"], rows))
