"""Schools side by side, by name: what was found there and what became of it, against their size. Never a ranking."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from core.db.sessions import TenantSession
from core.hazards.models import Hazard
from core.http.paging import Page, Paging
from core.kernel.clock import local_date
from core.orgs.models import OrgUnit
from core.orgs.models.units import SCHOOL_KINDS
from core.orgs.queries import closure_of
from core.oversight.figures import Rate
from core.oversight.queries import measures as m
from core.oversight.queries.asked import Asked


@dataclass(frozen=True)
class SchoolRow:
    """``per_hundred``: hazards found per 100 pupils; None without a number of pupils."""

    id: UUID
    name: str
    pupils: int | None
    found: int
    open: int
    overdue: int
    closed: int
    closed_due: int
    closed_on_time: int
    self_found: int

    @property
    def per_hundred(self) -> float | None:
        return 100 * self.found / self.pupils if self.pupils else None

    @property
    def closure(self) -> Rate:
        return Rate(self.closed, self.found)

    @property
    def on_time(self) -> Rate:
        return Rate(self.closed_on_time, self.closed_due)


def schools(session: TenantSession, asked: Asked, *, paging: Paging) -> Page[SchoolRow]:
    """Open schools in the order of their names, also those where nothing was found. Two queries."""
    today = local_date(session.now())
    counts = (
        select(
            Hazard.school_id, m.count(m.COUNTED).label("found"), m.count(m.OPEN).label("open"),
            m.count(m.overdue(today)).label("overdue"), m.count(m.CLOSED).label("closed"),
            m.count(m.HAD_LIMIT).label("closed_due"), m.count(m.ON_TIME).label("closed_on_time"),
            m.count((Hazard.origin == m.SELF_CHECK) & m.COUNTED).label("self_found"),
        )
        .where(*asked.found(), Hazard.tenant_id == session.tenant_id)
        .group_by(Hazard.school_id)
        .subquery()
    )  # fmt: skip
    wanted = [
        OrgUnit.kind.in_(SCHOOL_KINDS), asked.coverage.filter(OrgUnit.id), OrgUnit.valid_from <= today,
        OrgUnit.valid_to.is_(None) | (OrgUnit.valid_to >= today),
    ]  # fmt: skip
    if asked.cluster is not None:
        wanted.append(OrgUnit.id.in_(closure_of(asked.cluster)))
    total = session.scalar(select(func.count()).select_from(OrgUnit).where(*wanted)) or 0
    named = (
        func.coalesce(counts.c[name], 0)
        for name in ("found", "open", "overdue", "closed", "closed_due", "closed_on_time", "self_found")
    )
    rows = session.execute(
        select(OrgUnit.id, OrgUnit.name, OrgUnit.student_count, *named)
        .outerjoin(counts, counts.c.school_id == OrgUnit.id)
        .where(*wanted)
        .order_by(OrgUnit.name_sort, OrgUnit.id)
        .limit(paging.page_size)
        .offset(paging.offset)
    )
    return Page(tuple(SchoolRow(*row) for row in rows), total, paging.page, paging.page_size)
