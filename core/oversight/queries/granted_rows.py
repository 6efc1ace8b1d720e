"""Single hazards of districts that granted rows, through the bureau's own login. No persons, no texts beyond the title."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, column, func, select, true, values

from core.db.sessions import BureauSession
from core.hazards.models import Hazard
from core.http.paging import Page, Paging
from core.orgs.models import OrgUnit

FARTHEST = 2_000
"""Rows that can be paged to; whoever needs more narrows the question."""


@dataclass(frozen=True)
class GrantedRow:
    """``state``: normal | overdue | none | done, as of the district's own day."""

    tenant_id: int
    id: UUID
    no: str | None
    title: str
    unit: str
    domain: str
    grade: str
    canonical: str
    found_at: datetime
    clock_on: date | None
    closed_at: datetime | None


def granted_rows(
    session: BureauSession,
    *,
    districts: Sequence[int],
    paging: Paging,
    grade: str | None = None,
    canonical: str | None = None,
) -> Page[GrantedRow]:
    """Newest first. Two queries: one LATERAL per district under the limit, not a sort over all rows of all districts."""
    reached = sorted(set(districts) & session.rids)
    if not reached:
        return Page((), 0, paging.page, paging.page_size)
    wanted: list[ColumnElement[bool]] = []
    if grade:
        wanted.append(Hazard.grade == grade)
    if canonical:
        wanted.append(Hazard.canonical == canonical)
    total = session.scalar(select(func.count()).select_from(Hazard).where(Hazard.tenant_id.in_(reached), *wanted)) or 0
    needed = min(paging.offset + paging.page_size, FARTHEST)
    listed = values(column("tenant_id", Integer), name="districts").data([(tenant_id,) for tenant_id in reached])
    newest = (
        select(
            Hazard.tenant_id, Hazard.id, Hazard.no, Hazard.title, OrgUnit.name.label("unit"), Hazard.domain, Hazard.grade, Hazard.canonical,
            Hazard.found_at, Hazard.clock_on, Hazard.closed_at,
        )
        .join(OrgUnit, (OrgUnit.tenant_id == Hazard.tenant_id) & (OrgUnit.id == Hazard.unit_id))
        .where(Hazard.tenant_id == listed.c.tenant_id, *wanted)
        .order_by(Hazard.found_at.desc(), Hazard.id.desc())
        .limit(needed)
        .lateral("newest")
    )  # fmt: skip
    rows = session.execute(
        select(*newest.c)
        .select_from(listed.join(newest, true()))
        .order_by(newest.c.found_at.desc(), newest.c.id.desc())
        .limit(paging.page_size)
        .offset(paging.offset)
    )
    return Page(tuple(GrantedRow(*row) for row in rows), min(total, FARTHEST), paging.page, paging.page_size)
