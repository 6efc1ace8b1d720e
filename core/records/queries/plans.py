"""Emergency plans and their wordings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.files.queries import FileCard, files_on
from core.http.paging import Page, Paging
from core.kernel.clock import local_date
from core.kernel.errors import NotFound
from core.orgs.models import OrgUnit
from core.records.models import EmergencyPlan, EmergencyPlanVersion
from core.records.scope import recordable, visible
from core.records.services.plans import SUBJECT


@dataclass(frozen=True)
class PlanLine:
    """A row of the list. ``due``: its review is over its day."""

    id: UUID
    unit_id: UUID
    unit_name: str
    kind: str
    title: str
    topic: str
    latest_no: int
    review_on: date
    retired_on: date | None
    retire_reason: str
    version: int
    due: bool


@dataclass(frozen=True)
class PlanWording:
    """One version with the files that came with it."""

    no: int
    body: str
    reason: str
    in_force_on: date
    issued_at: datetime
    issued_by_name: str
    files: tuple[FileCard, ...]


@dataclass(frozen=True)
class PlanCard:
    """One plan, newest wording first."""

    line: PlanLine
    wordings: tuple[PlanWording, ...]
    may_write: bool


def plans_page(
    session: TenantSession,
    actor: Actor,
    *,
    paging: Paging,
    due: bool = False,
    retired: bool = False,
    unit_id: UUID | None = None,
) -> Page[PlanLine]:
    """One page, by unit and title. Two queries."""
    today = local_date(session.now())
    wanted = [visible(actor, EmergencyPlan.unit_id)]
    wanted.append(EmergencyPlan.retired_on.is_not(None) if retired else EmergencyPlan.retired_on.is_(None))
    if due:
        wanted.append(EmergencyPlan.review_on < today)
    if unit_id is not None:
        wanted.append(EmergencyPlan.unit_id == unit_id)
    total = session.scalar(select(func.count()).select_from(EmergencyPlan).where(*wanted)) or 0
    rows = session.execute(
        _lines()
        .where(*wanted)
        .order_by(OrgUnit.name_sort, EmergencyPlan.title, EmergencyPlan.id)
        .limit(paging.page_size)
        .offset(paging.offset)
    )
    return Page(tuple(_line(row, today) for row in rows), total, paging.page, paging.page_size)


def plan_card(session: TenantSession, actor: Actor, plan_id: UUID) -> PlanCard:
    """Raises NotFound. A fixed number of queries."""
    row = session.execute(_lines().where(EmergencyPlan.id == plan_id, visible(actor, EmergencyPlan.unit_id))).first()
    if row is None:
        raise NotFound()
    files = files_on(session, subject_kind=SUBJECT, subject_ids=[plan_id]).get(plan_id, ())
    wordings = session.execute(
        select(
            EmergencyPlanVersion.no, EmergencyPlanVersion.body, EmergencyPlanVersion.reason, EmergencyPlanVersion.in_force_on,
            EmergencyPlanVersion.issued_at, EmergencyPlanVersion.issued_by_name,
        )
        .where(EmergencyPlanVersion.plan_id == plan_id)
        .order_by(EmergencyPlanVersion.no.desc())
    )  # fmt: skip
    line = _line(row, local_date(session.now()))
    return PlanCard(
        line,
        tuple(PlanWording(*own, tuple(file for file in files if file.purpose == f"v{own.no}")) for own in wordings),
        line.retired_on is None and line.unit_id in recordable(session, actor),
    )


def plan_choices(session: TenantSession, unit_id: UUID) -> list[tuple[str, str]]:
    """(id, title) of a unit's plans in force. One query; the caller has checked access to the unit."""
    rows = session.execute(
        select(EmergencyPlan.id, EmergencyPlan.title)
        .where(EmergencyPlan.unit_id == unit_id, EmergencyPlan.retired_on.is_(None))
        .order_by(EmergencyPlan.title)
    )
    return [(str(row.id), row.title) for row in rows]


def plans_due(session: TenantSession, actor: Actor, *, today: date) -> int:
    """How many of the actor's units' plans should have been looked at again. One query."""
    wanted = (
        visible(actor, EmergencyPlan.unit_id),
        EmergencyPlan.retired_on.is_(None),
        EmergencyPlan.review_on < today,
    )
    return session.scalar(select(func.count()).select_from(EmergencyPlan).where(*wanted)) or 0


def may_see_files(session: TenantSession, actor: Actor, plan_id: UUID) -> bool:
    """Whoever sees the plan sees its files."""
    found = session.scalar(
        select(EmergencyPlan.id).where(EmergencyPlan.id == plan_id, visible(actor, EmergencyPlan.unit_id))
    )
    return found is not None


def _lines() -> Select[*tuple[Any, ...]]:
    return select(
        EmergencyPlan.id, EmergencyPlan.unit_id, OrgUnit.name, EmergencyPlan.kind, EmergencyPlan.title, EmergencyPlan.topic,
        EmergencyPlan.latest_no, EmergencyPlan.review_on, EmergencyPlan.retired_on, EmergencyPlan.retire_reason, EmergencyPlan.version,
    ).join(OrgUnit, OrgUnit.id == EmergencyPlan.unit_id)  # fmt: skip


def _line(row: Any, today: date) -> PlanLine:
    values: tuple[Any, ...] = (*row, row.retired_on is None and row.review_on < today)
    return PlanLine(*values)
