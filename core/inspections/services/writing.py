"""What the writes of visits share: the row under a lock, who may act on it, telling. Decides nothing itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.access.actor import Actor
from core.audit.services import record
from core.db.sessions import TenantSession
from core.inspections.checklist import Content, content_of
from core.inspections.models import Checklist, ChecklistVersion, Inspector, Visit
from core.inspections.permissions import InspectionPermission
from core.inspections.queries.people import Candidate
from core.inspections.queries.scope import may_conduct, visible
from core.jobs.services import emit
from core.kernel.errors import Forbidden, Invalid, NotFound, Refused, Stale
from core.kernel.events import Event
from core.kernel.ids import new_id
from core.notify.services import notify
from core.orgs.queries import UnitCard

UNDER_WAY = "under_way"


@dataclass(frozen=True)
class Plan:
    """What a visit is going to be."""

    kind: str
    title: str
    card: UnitCard
    version_id: UUID
    planned_on: date
    team: tuple[Candidate, ...] = ()
    round_id: UUID | None = None
    inspecting_unit_id: UUID | None = None
    concealed: bool = False
    only_items: tuple[str, ...] | None = None
    follows_id: UUID | None = None


def locked(
    session: TenantSession, *, actor: Actor, visit_id: UUID, version: int | None = None, conduct: bool = True
) -> Visit:
    """The visit under a row lock. Raises NotFound for what the actor does not see, Forbidden for who only looks, Stale.

    ``version`` None: as it is now. ``conduct`` False: the caller checks the right itself.
    """
    visit = session.scalars(
        select(Visit)
        .where(Visit.id == visit_id, visible(actor))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if visit is None:
        raise NotFound()
    if conduct and not may_conduct(actor, visit, on_team=is_on_team(session, actor=actor, visit_id=visit_id)):
        raise Forbidden()
    if version is not None and visit.version != version:
        raise Stale()
    return visit


def under_way(visit: Visit) -> Visit:
    """Raises Refused unless the visit has begun and is not over."""
    if visit.state != UNDER_WAY:
        raise Refused("检查还没有开始" if visit.state == "planned" else "检查已经结束，结果不能再改")
    return visit


def is_on_team(session: TenantSession, *, actor: Actor, visit_id: UUID) -> bool:
    if actor.person_id is None:
        return False
    return session.get(Inspector, (session.tenant_id, visit_id, actor.person_id)) is not None


def latest_version(session: TenantSession, checklist_id: UUID, *, kind: str) -> ChecklistVersion:
    """The version in force. Raises Invalid for a checklist that cannot be used for this kind."""
    row = session.execute(
        select(ChecklistVersion, Checklist)
        .join(Checklist, Checklist.id == ChecklistVersion.checklist_id)
        .where(Checklist.id == checklist_id, ChecklistVersion.no == Checklist.latest_no, Checklist.retired_on.is_(None))
    ).first()
    if row is None or (row[1].kinds and kind not in row[1].kinds):
        raise Invalid(fields={"checklist_id": "没有这张检查表，或它不用于这类检查"})
    found: ChecklistVersion = row[0]
    return found


def content(session: TenantSession, visit: Visit) -> Content:
    """What this visit asks: its own version, or the part of it that a 回头看 asks."""
    row = session.get_one(ChecklistVersion, (session.tenant_id, visit.checklist_version_id))
    return content_of(row.content).only(visit.only_items)


def add_visit(session: TenantSession, *, actor: Actor, plan: Plan, items: int) -> Visit:
    """The row and its team. A concealed one is written into the log only when it begins."""
    visit = Visit(
        id=new_id(), round_id=plan.round_id, kind=plan.kind, title=plan.title, unit_id=plan.card.id, school_id=plan.card.school_id,
        inspecting_unit_id=plan.inspecting_unit_id, checklist_version_id=plan.version_id,
        only_items=list(plan.only_items) if plan.only_items is not None else None, follows_id=plan.follows_id,
        planned_on=plan.planned_on, concealed=plan.concealed, state="planned", items=items, made_at=session.now(),
        made_by=actor.person_id,
    )  # fmt: skip
    session.add(visit)
    session.flush()
    for place, person in enumerate(plan.team):
        session.add(
            Inspector(
                visit_id=visit.id, person_id=person.person_id, name=person.name, unit_id=person.unit_id, lead=place == 0
            )
        )
    session.flush()
    if not plan.concealed:
        audit(session, actor=actor, visit=visit, act="planned", data={"kind": plan.kind})
    return visit


def tell_team(session: TenantSession, *, visit: Visit, team: Iterable[Candidate], but: UUID | None) -> None:
    """A note in the inbox of each of the team; whoever planned it knows already."""
    people = {person.person_id for person in team} - {but}
    title = f"{visit.title}：{visit.planned_on.isoformat()}"
    notify(session, to=people, kind="inspection", title=title, link=f"/inspections/visits/{visit.id}")


def audit(
    session: TenantSession, *, actor: Actor, visit: Visit, act: str, data: Mapping[str, Any] | None = None
) -> None:
    record(
        session, actor=actor, action=f"inspection_visit.{act}", object_kind="inspection_visit", object_id=visit.id,
        data=data or {},
    )  # fmt: skip


def tell(session: TenantSession, *, visit: Visit, topic: str, **more: Any) -> None:
    """To subscribers, after the commit; never of a visit that is still concealed."""
    payload = {
        "visit_id": str(visit.id), "unit_id": str(visit.unit_id), "kind": visit.kind, "score": visit.score,
        "failed": visit.failed, **more,
    }  # fmt: skip
    emit(session, Event(topic=topic, tenant_id=session.tenant_id, at=session.now(), payload=payload))


def require_plan(actor: Actor, unit_ids: Iterable[UUID]) -> None:
    """Raises Forbidden without the permission, NotFound where a unit is out of reach."""
    for unit_id in unit_ids:
        actor.require(InspectionPermission.PLAN, unit_id)
