"""The figures of a report, counted where the facts lie: the hazards' ledger and the inspections."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, true

from core.db.sessions import TenantSession
from core.hazards.models import Hazard
from core.inspections.models import Visit
from core.kernel.clock import end_of_day, local_date, start_of_day
from core.kernel.schoolyear import Span
from core.orgs.models.units import SCHOOL_KINDS
from core.reports.queries.scope import ABOVE


def figures_of(
    session: TenantSession, *, unit_id: UUID, unit_kind: str, span: Span, codes: tuple[str, ...]
) -> dict[str, int]:
    """Code → figure, in the order of ``codes``. Two queries, none without codes.

    A school counts what lies in it, the bureau and its offices the whole district, anybody else what they found or carried out
    themselves. Days are local, both included. Overdue: by the hazard's own day, as of the end of the span or now.
    """
    if not codes:
        return {}
    begin, end = start_of_day(span.starts), min(end_of_day(span.ends), session.now())
    alive = Hazard.canonical != "cancelled"
    found = and_(alive, Hazard.found_at >= begin, Hazard.found_at < end)
    still = and_(alive, Hazard.found_at < end, or_(Hazard.closed_at.is_(None), Hazard.closed_at >= end))
    row = session.execute(
        select(
            func.count().filter(found),
            func.count().filter(found, Hazard.grade == "major"),
            func.count().filter(Hazard.closed_at >= begin, Hazard.closed_at < end),
            func.count().filter(still),
            func.count().filter(still, Hazard.clock_on <= span.ends, Hazard.clock_on < local_date(session.now())),
        ).where(_hazards_of(unit_id, unit_kind))
    ).one()
    done = session.scalar(
        select(func.count()).where(
            Visit.state == "finished",
            Visit.finished_at >= begin,
            Visit.finished_at < end,
            _visits_of(unit_id, unit_kind),
        )
    )
    counted = dict(
        zip(
            ("hazards_found", "hazards_major", "hazards_closed", "hazards_open", "hazards_overdue", "inspections_done"),
            (*row, done or 0),
            strict=True,
        )
    )
    return {code: int(counted[code]) for code in codes}


def _hazards_of(unit_id: UUID, unit_kind: str) -> ColumnElement[bool]:
    if unit_kind in SCHOOL_KINDS:
        return or_(Hazard.school_id == unit_id, Hazard.unit_id == unit_id)
    return true() if unit_kind in ABOVE else Hazard.finder_unit_id == unit_id


def _visits_of(unit_id: UUID, unit_kind: str) -> ColumnElement[bool]:
    if unit_kind in SCHOOL_KINDS:
        return or_(Visit.school_id == unit_id, Visit.unit_id == unit_id)
    return true() if unit_kind in ABOVE else Visit.inspecting_unit_id == unit_id
