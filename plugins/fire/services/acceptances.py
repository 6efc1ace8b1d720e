"""Buildings are registered with their acceptance state and led, step by step, to a document."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from uuid import UUID

from sqlalchemy import select

from core.sdk.domain import (
    Actor,
    BuildingDirectory,
    Conflict,
    Event,
    Invalid,
    NotFound,
    Stale,
    TenantSession,
    emit,
    local_date,
    record,
    unit_card,
)
from plugins.fire.acceptance import NEEDED, RULES, Facts, Stage, Step, decide
from plugins.fire.buildings import NO_BUILDINGS, building_named
from plugins.fire.models import Acceptance, AcceptanceStep
from plugins.fire.permissions import FirePermission
from plugins.fire.variant import variant_in_force


def register_building(
    session: TenantSession, *, actor: Actor, unit_id: UUID, state: str, building: str = "", reason: str = "",
    document_no: str = "", document_on: date | None = None, building_id: UUID | None = None,
    buildings: BuildingDirectory = NO_BUILDINGS,
) -> UUID:  # fmt: skip
    """Raises Conflict for a building the unit has already, Invalid for none, another unit's, an accepted one without document."""
    actor.require(FirePermission.ACCEPTANCE_WRITE, unit_id)
    unit_card(session, unit_id)
    building = building_named(buildings, unit_id=unit_id, building_id=building_id, words=building)
    if not building:
        raise Invalid(fields={"building": "选择建筑，或写明建筑名称"})
    found = session.scalar(select(Acceptance.id).where(Acceptance.unit_id == unit_id, Acceptance.building == building))
    if found is not None:
        raise Conflict(fields={"building": "本单位已登记这栋建筑"})
    done = state != "not_accepted"
    if done and not document_no:
        raise Invalid(fields={"document_no": NEEDED["document_no"]})
    stage = Stage.DONE if done else Stage.PATH if reason else Stage.REASON
    case = Acceptance(
        unit_id=unit_id, building=building, building_id=building_id, state=state, stage=stage, reason=reason,
        document_no=document_no if done else "", document_on=document_on if done else None,
    )  # fmt: skip
    session.add(case)
    session.flush()
    record(
        session, actor=actor, action="fire_acceptance.registered", object_kind="fire_acceptance", object_id=case.id,
        data={"building": building, "state": state},
    )  # fmt: skip
    return case.id


def take_step(
    session: TenantSession, *, actor: Actor, acceptance_id: UUID, version: int, step: Step, facts: Facts
) -> None:
    """Raises Stale, Refused (not now), Invalid (something is missing)."""
    case = locked(session, actor=actor, acceptance_id=acceptance_id)
    if case.version != version:
        raise Stale(changes={"stage": [None, case.stage]})
    today = local_date(session.now())
    outcome = decide(
        stage=case.stage, path=case.path, state=case.state, step=step, facts=facts, today=today,
        paths=variant_in_force(session).acceptance_paths,
    )  # fmt: skip
    before = case.stage
    case.stage, case.path, case.state = outcome.stage, outcome.path, outcome.state
    _keep(case, step, facts, today)
    session.add(
        AcceptanceStep(
            acceptance_id=case.id,
            at=session.now(),
            step=step,
            on=facts.on or facts.document_on or today,
            note=facts.note or facts.reason or facts.plan,
            by_id=actor.person_id,
            by_name=actor.name,
        )
    )
    session.flush()
    said = {
        name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(facts).items() if value
    }
    record(
        session, actor=actor, action=f"fire_acceptance.{step}", object_kind="fire_acceptance", object_id=case.id,
        data={"stage": [before, case.stage], **said},
    )  # fmt: skip
    topic = "fire_acceptance.done" if case.stage == Stage.DONE else "fire_acceptance.moved"
    payload = {"acceptance_id": str(case.id), "unit_id": str(case.unit_id), "step": str(step), "path": case.path}
    emit(session, Event(topic, session.tenant_id, session.now(), payload))


def locked(session: TenantSession, *, actor: Actor, acceptance_id: UUID) -> Acceptance:
    """Raises NotFound also for one out of the actor's reach."""
    case = session.scalars(select(Acceptance).where(Acceptance.id == acceptance_id).with_for_update()).first()
    if case is None:
        raise NotFound()
    actor.require(FirePermission.ACCEPTANCE_WRITE, case.unit_id)
    return case


def _keep(case: Acceptance, step: Step, facts: Facts, today: date) -> None:
    """What the step says stays in the row, where lists and the register of the notice find it."""
    needs = RULES[step].needs
    for name in ("reason", "agency", "plan", "plan_due_on", "document_no", "document_on"):
        if name in needs:
            setattr(case, name, getattr(facts, name))
    match step:
        case Step.ASSESS:
            case.assessed_on = facts.on
        case Step.PLAN:
            case.planned_on = facts.on
        case Step.RECTIFY:
            case.rectified_on = facts.on
        case Step.QUALIFY | Step.REJECT:
            case.reassessed_on = facts.on
        case Step.REOPEN:
            case.reason, case.document_no, case.document_on = "", "", None
