"""One hazard, as the two lists and the matters know it: what was decided about it, and what was set up against it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from core.access.actor import Actor
from core.accountability.models import Matter, SafetyRule
from core.accountability.permissions import AccountabilityPermission
from core.db.sessions import TenantSession
from core.hazards.models import Hazard

READ = AccountabilityPermission.READ


@dataclass(frozen=True)
class MatterOfHazard:
    id: UUID
    measure: str
    title: str
    state: str


@dataclass(frozen=True)
class RuleOfHazard:
    id: UUID
    title: str
    state: str


@dataclass(frozen=True)
class HazardTies:
    """``unit_id``: the school that answers for it, else the unit where it is."""

    id: UUID
    unit_id: UUID
    title: str
    domain: str
    matters: tuple[MatterOfHazard, ...]
    rules: tuple[RuleOfHazard, ...]


def hazard_ties(session: TenantSession, actor: Actor, hazard_id: UUID) -> HazardTies | None:
    """What the actor may know of; None for a hazard of a unit out of reach. Three queries."""
    unit = func.coalesce(Hazard.school_id, Hazard.unit_id)
    reach = actor.coverage(READ)
    row = session.execute(
        select(unit.label("unit_id"), Hazard.title, Hazard.domain).where(Hazard.id == hazard_id, reach.filter(unit))
    ).first()
    if row is None:
        return None
    matters = session.execute(
        select(Matter.id, Matter.measure, Matter.title, Matter.state)
        .where(Matter.hazard_id == hazard_id, reach.filter(Matter.unit_id))
        .order_by(Matter.decided_on, Matter.id)
    )
    rules = session.execute(
        select(SafetyRule.id, SafetyRule.title, SafetyRule.state)
        .where(SafetyRule.hazard_id == hazard_id, reach.filter(SafetyRule.unit_id))
        .order_by(SafetyRule.changed_at, SafetyRule.id)
    )
    return HazardTies(
        hazard_id, row.unit_id, row.title, row.domain,
        tuple(MatterOfHazard(*own) for own in matters), tuple(RuleOfHazard(*own) for own in rules),
    )  # fmt: skip
