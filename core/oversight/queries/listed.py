"""The cases that leaders follow one by one: major ones, those under 带险管控, those taken up. Names of units, none of persons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select

from core.db.sessions import TenantSession
from core.hazards.models import Hazard
from core.orgs.models import OrgUnit
from core.oversight.queries import measures as m
from core.oversight.queries.asked import Asked

SHOWN = 8


@dataclass(frozen=True)
class ListedCase:
    id: UUID
    no: str | None
    title: str
    unit: str
    domain: str
    stage: str
    canonical: str
    clock_on: date | None
    found_at: datetime
    control_until: date | None
    escalated_to: str | None


def major_open(session: TenantSession, asked: Asked, *, limit: int = SHOWN) -> Sequence[ListedCase]:
    """Those due first."""
    return _cases(session, asked, m.MAJOR & m.OPEN, Hazard.clock_on.asc().nulls_last(), limit)


def controlled(session: TenantSession, asked: Asked, *, limit: int = SHOWN) -> Sequence[ListedCase]:
    """Those whose control ends first."""
    return _cases(session, asked, m.CONTROLLED, Hazard.control_until.asc().nulls_last(), limit)


def escalated(session: TenantSession, asked: Asked, *, limit: int = SHOWN) -> Sequence[ListedCase]:
    """Those open longest."""
    return _cases(session, asked, m.ESCALATED, Hazard.found_at.asc(), limit)


def _cases(
    session: TenantSession, asked: Asked, which: ColumnElement[bool], order: ColumnElement[Any], limit: int
) -> list[ListedCase]:
    rows = session.execute(
        select(
            Hazard.id, Hazard.no, Hazard.title, OrgUnit.name, Hazard.domain, Hazard.stage, Hazard.canonical, Hazard.clock_on,
            Hazard.found_at, Hazard.control_until, Hazard.escalated_to,
        )
        .join(OrgUnit, OrgUnit.id == Hazard.unit_id)
        .where(*asked.found(), which)
        .order_by(order, Hazard.id)
        .limit(limit)
    )  # fmt: skip
    return [ListedCase(*row) for row in rows]
