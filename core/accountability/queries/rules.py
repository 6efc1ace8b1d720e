"""The two lists: what is wrong (counts of the ledger) and what is set up against it (制度措施清单)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select

from core.access.actor import Actor
from core.accountability.models import SafetyRule
from core.accountability.permissions import AccountabilityPermission
from core.db.sessions import TenantSession
from core.hazards.models import Hazard
from core.http.paging import Page, Paging
from core.kernel.clock import local_date
from core.kernel.errors import NotFound
from core.orgs.models import OrgUnit

READ = AccountabilityPermission.READ


@dataclass(frozen=True)
class RuleLine:
    """A line of the list. ``late``: planned, and its day has gone by."""

    id: UUID
    unit_id: UUID
    unit_name: str
    title: str
    domain: str
    problem: str
    hazard_id: UUID | None
    responsible: str
    due_on: date | None
    in_force_on: date | None
    state: str
    changed_at: datetime
    changed_by_name: str
    version: int
    late: bool


@dataclass(frozen=True)
class Problems:
    """The other list in figures: hazards within reach, and when it last changed."""

    found: int
    open: int
    closed: int
    changed_at: datetime | None
    rules_changed_at: datetime | None


def rules_page(
    session: TenantSession, actor: Actor, *, paging: Paging, state: str = "", domain: str = "", unit_id: UUID | None = None
) -> Page[RuleLine]:  # fmt: skip
    """Last changed first. Two queries."""
    where = [actor.coverage(READ).filter(SafetyRule.unit_id)]
    where += [SafetyRule.state == state] if state else []
    where += [SafetyRule.domain == domain] if domain else []
    where += [SafetyRule.unit_id == unit_id] if unit_id else []
    total = session.scalar(select(func.count()).select_from(SafetyRule).where(*where)) or 0
    rows = session.execute(
        select(SafetyRule, OrgUnit.name)
        .join(OrgUnit, OrgUnit.id == SafetyRule.unit_id)
        .where(*where)
        .order_by(SafetyRule.changed_at.desc(), SafetyRule.id.desc())
        .offset(paging.offset)
        .limit(paging.page_size)
    )
    today = local_date(session.now())
    return Page(tuple(_line(row, name, today) for row, name in rows), total, paging.page, paging.page_size)


def rule_line(session: TenantSession, actor: Actor, rule_id: UUID) -> RuleLine:
    """Raises NotFound."""
    row = session.execute(
        select(SafetyRule, OrgUnit.name)
        .join(OrgUnit, OrgUnit.id == SafetyRule.unit_id)
        .where(SafetyRule.id == rule_id, actor.coverage(READ).filter(SafetyRule.unit_id))
    ).first()
    if row is None:
        raise NotFound()
    return _line(row[0], row[1], local_date(session.now()))


def problems(session: TenantSession, actor: Actor) -> Problems:
    """Two queries."""
    reach = actor.coverage(READ)
    row = session.execute(
        select(
            func.count().label("found"),
            func.count().filter(Hazard.canonical != "closed").label("open"),
            func.max(Hazard.found_at).label("found_at"),
            func.max(Hazard.closed_at).label("closed_at"),
        ).where(reach.filter(func.coalesce(Hazard.school_id, Hazard.unit_id)))
    ).one()
    changed = session.scalar(select(func.max(SafetyRule.changed_at)).where(reach.filter(SafetyRule.unit_id)))
    moments = [moment for moment in (row.found_at, row.closed_at) if moment is not None]
    return Problems(row.found, row.open, row.found - row.open, max(moments, default=None), changed)


def _line(row: SafetyRule, unit_name: str, today: date) -> RuleLine:
    return RuleLine(
        row.id, row.unit_id, unit_name, row.title, row.domain, row.problem, row.hazard_id, row.responsible, row.due_on, row.in_force_on,
        row.state, row.changed_at, row.changed_by_name, row.version,
        late=row.state == "planned" and row.due_on is not None and row.due_on < today,
    )  # fmt: skip
