"""制度措施清单: a line is planned, in force, replaced; what changed stands in the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from core.access.actor import Actor
from core.accountability.models import SafetyRule
from core.accountability.permissions import AccountabilityPermission
from core.accountability.words import IN_FORCE, PLANNED, REPLACED
from core.audit.services import record
from core.db.sessions import TenantSession
from core.hazards.models import Hazard
from core.kernel.clock import local_date
from core.kernel.errors import Invalid, NotFound, Refused, Stale
from core.kernel.ids import new_id
from core.tenancy.packs.model import Pack

READ, RULE = AccountabilityPermission.READ, AccountabilityPermission.RULE


@dataclass(frozen=True)
class RuleFacts:
    """A line as it is written. ``responsible``: a post or a department."""

    title: str
    problem: str
    domain: str = ""
    responsible: str = ""
    due_on: date | None = None
    in_force_on: date | None = None
    hazard_id: UUID | None = None


def add_rule(session: TenantSession, *, actor: Actor, pack: Pack, unit_id: UUID, facts: RuleFacts) -> UUID:
    """Returns the line's id. Raises NotFound for a unit out of reach, Invalid."""
    actor.require(RULE, unit_id)
    _check(session, pack, unit_id, facts)
    row = SafetyRule(id=new_id(), unit_id=unit_id, state=PLANNED, changed_by_name=actor.name)
    _write(session, actor, row, facts)
    session.add(row)
    session.flush()
    _audit(session, actor, "added", row)
    return row.id


def change_rule(
    session: TenantSession, *, actor: Actor, pack: Pack, rule_id: UUID, version: int, facts: RuleFacts
) -> None:
    """Raises NotFound, Stale, Refused for a line that was replaced, Invalid."""
    row = _locked(session, actor, rule_id, version)
    _check(session, pack, row.unit_id, facts)
    _write(session, actor, row, facts)
    session.flush()
    _audit(session, actor, "changed", row)


def replace_rule(session: TenantSession, *, actor: Actor, rule_id: UUID, version: int) -> None:
    """废止: stays on the list as what was. Raises NotFound, Stale, Refused where it was replaced already."""
    row = _locked(session, actor, rule_id, version)
    row.state = REPLACED
    _sign(session, actor, row)
    session.flush()
    _audit(session, actor, "replaced", row)


def _write(session: TenantSession, actor: Actor, row: SafetyRule, facts: RuleFacts) -> None:
    for name in RuleFacts.__dataclass_fields__:
        setattr(row, name, getattr(facts, name))
    row.state = IN_FORCE if facts.in_force_on is not None else PLANNED
    _sign(session, actor, row)


def _sign(session: TenantSession, actor: Actor, row: SafetyRule) -> None:
    row.changed_at, row.changed_by, row.changed_by_name = session.now(), actor.person_id, actor.name


def _check(session: TenantSession, pack: Pack, unit_id: UUID, facts: RuleFacts) -> None:
    for name in ("title", "problem"):
        if not getattr(facts, name).strip():
            raise Invalid(fields={name: "请填写"})
    if facts.in_force_on is not None and facts.in_force_on > local_date(session.now()):
        raise Invalid(fields={"in_force_on": "还没有施行的写计划完成日期"})
    if facts.domain and facts.domain not in {domain.code for domain in pack.domains}:
        raise Invalid(fields={"domain": "没有这个领域"})
    if facts.hazard_id is not None:
        here = (Hazard.unit_id == unit_id) | (Hazard.school_id == unit_id)
        if session.scalars(select(Hazard.id).where(Hazard.id == facts.hazard_id, here)).first() is None:
            raise Invalid(fields={"hazard_id": "请选择该单位的隐患"})


def _locked(session: TenantSession, actor: Actor, rule_id: UUID, version: int) -> SafetyRule:
    row = session.scalars(select(SafetyRule).where(SafetyRule.id == rule_id).with_for_update()).first()
    if row is None or not actor.may(READ, row.unit_id):
        raise NotFound()
    actor.require(RULE, row.unit_id)
    if row.version != version:
        raise Stale()
    if row.state == REPLACED:
        raise Refused("已废止的制度措施不再更新，请另列一条")
    return row


def _audit(session: TenantSession, actor: Actor, act: str, row: SafetyRule) -> None:
    record(
        session, actor=actor, action=f"safety_rule.{act}", object_kind="safety_rule", object_id=row.id,
        data={"title": row.title, "state": row.state},
    )  # fmt: skip
