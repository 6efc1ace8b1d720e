"""The two lists: what is wrong (counts of the ledger) and what is set up against it (制度措施清单)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from core.access.actor import Actor
from core.accountability.models import SafetyRule
from core.accountability.permissions import AccountabilityPermission
from core.accountability.words import PLANNED
from core.db.sessions import TenantSession
from core.hazards.models import Hazard
from core.hazards.queries.filters import open_
from core.http.paging import Page, Paging
from core.kernel.clock import local_date
from core.kernel.errors import NotFound
from core.orgs.models import OrgUnit
from core.tenancy.values import effective

READ = AccountabilityPermission.READ
UPDATE_DAYS = "list.update_days"
"""The district's value: so many days may go by until a list changes again (动态更新)."""


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
    hazard_title: str | None
    responsible: str
    due_on: date | None
    in_force_on: date | None
    state: str
    changed_at: datetime
    changed_by_name: str
    version: int
    late: bool


@dataclass(frozen=True)
class Freshness:
    """When a list last changed (local day; None: never), and whether that is longer ago than ``days``."""

    on: date | None
    days: int
    stale: bool


@dataclass(frozen=True)
class TwoLists:
    """Hazards within reach (误报 is none) and, of both lists, when they last changed."""

    found: int
    open: int
    closed: int
    problems: Freshness
    rules: Freshness


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
        _rules()
        .where(*where)
        .order_by(SafetyRule.changed_at.desc(), SafetyRule.id.desc())
        .offset(paging.offset)
        .limit(paging.page_size)
    )
    today = local_date(session.now())
    return Page(tuple(_line(row, today) for row in rows), total, paging.page, paging.page_size)


def rule_line(session: TenantSession, actor: Actor, rule_id: UUID) -> RuleLine:
    """Raises NotFound."""
    row = session.execute(
        _rules().where(SafetyRule.id == rule_id, actor.coverage(READ).filter(SafetyRule.unit_id))
    ).first()
    if row is None:
        raise NotFound()
    return _line(row, local_date(session.now()))


def two_lists(session: TenantSession, actor: Actor) -> TwoLists:
    """Two queries beside those of the district's values."""
    reach = actor.coverage(READ)
    row = session.execute(
        select(
            func.count().label("found"),
            func.count().filter(open_()).label("open"),
            func.max(Hazard.found_at).label("found_at"),
            func.max(Hazard.closed_at).label("closed_at"),
        ).where(reach.filter(func.coalesce(Hazard.school_id, Hazard.unit_id)), Hazard.canonical != "cancelled")
    ).one()
    changed = session.scalar(select(func.max(SafetyRule.changed_at)).where(reach.filter(SafetyRule.unit_id)))
    moments = [moment for moment in (row.found_at, row.closed_at) if moment is not None]
    value = effective(session, UPDATE_DAYS)
    days, today = int(value.value) if value is not None else 0, local_date(session.now())
    problems, rules = (_freshness(moment, days, today) for moment in (max(moments, default=None), changed))
    return TwoLists(row.found, row.open, row.found - row.open, problems, rules)


def _freshness(changed_at: datetime | None, days: int, today: date) -> Freshness:
    """A list that never changed is not late: nobody has begun it."""
    on = local_date(changed_at) if changed_at is not None else None
    return Freshness(on, days, on is not None and days > 0 and on + timedelta(days=days) < today)


def _rules() -> Select[Any]:
    columns: Any = (SafetyRule, OrgUnit.name, Hazard.title)
    statement: Select[Any] = (
        select(*columns)
        .join(OrgUnit, OrgUnit.id == SafetyRule.unit_id)
        .outerjoin(Hazard, Hazard.id == SafetyRule.hazard_id)
    )
    return statement


def _line(found: Any, today: date) -> RuleLine:
    row, unit_name, hazard_title = found
    return RuleLine(
        row.id, row.unit_id, unit_name, row.title, row.domain, row.problem, row.hazard_id, hazard_title, row.responsible, row.due_on, row.in_force_on,
        row.state, row.changed_at, row.changed_by_name, row.version,
        late=row.state == PLANNED and row.due_on is not None and row.due_on < today,
    )  # fmt: skip
