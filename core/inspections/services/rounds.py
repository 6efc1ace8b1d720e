"""A round of inspections is planned: named schools, a cluster's schools among themselves, or findings looked at again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from core.access.actor import Actor
from core.audit.services import record
from core.db.sessions import TenantSession
from core.hazards.services.numbering import take_numbers
from core.inspections.models import Answer, Round, Visit
from core.inspections.peers import pair_up
from core.inspections.permissions import InspectionPermission
from core.inspections.queries.people import Candidate, candidates, conflicts
from core.inspections.queries.scope import visible
from core.inspections.services.writing import (
    Plan,
    add_visit,
    audit,
    latest_version,
    require_plan,
    tell_team,
)
from core.kernel.clock import local_date
from core.kernel.errors import Invalid, NotFound, Refused, Stale
from core.kernel.ids import new_id
from core.kernel.phrases import Phrase
from core.orgs.models import OrgLink
from core.orgs.models.units import CLUSTER
from core.orgs.queries import unit_cards
from core.orgs.queries.tree import link_valid
from core.tenancy.packs.model import Pack

MOST_UNITS = 500
MOST_PEOPLE = 200
MOST_RECUSALS = 500


@dataclass(frozen=True)
class RoundFacts:
    """What is told of a round. ``starts`` is also the day of its visits."""

    kind: str
    title: str
    checklist_id: UUID
    starts: date
    ends: date
    basis: str = ""


def plan_round(
    session: TenantSession,
    *,
    actor: Actor,
    pack: Pack,
    facts: RoundFacts,
    unit_ids: Sequence[UUID],
    person_ids: Sequence[UUID],
    avoid: Sequence[tuple[UUID, UUID]] = (),
) -> UUID:
    """专项、联合: each unit is visited by those of the people who have no conflict with it. ``avoid``: further (unit, person)
    pairs, as declared.

    Raises Forbidden, NotFound for a unit out of reach, Invalid naming units for which nobody is left.
    """
    _check_facts(session, facts, ("special", "joint"))
    units = list(dict.fromkeys(unit_ids))
    if not units or len(units) > MOST_UNITS:
        raise Invalid(fields={"unit_ids": Phrase("请选择1到%(most)s个单位", most=MOST_UNITS)})
    require_plan(actor, units)
    team = _people(session, pack, person_ids)
    cards = unit_cards(session, units)
    barred = conflicts(session, units=units, people=team) | declared(avoid, units=units, people=team)
    going = {
        unit: tuple(own for person, own in team.items() if (unit, person) not in barred)
        for unit in units
        if unit in cards
    }
    if alone := [cards[unit].name for unit, people in going.items() if not people]:
        raise Invalid(fields={"person_ids": Phrase("这些单位的检查人员都须回避：%(names)s", names=alone)})
    version = latest_version(session, facts.checklist_id, kind=facts.kind)
    row = add_round(session, actor=actor, facts=facts, version_id=version.id)
    for unit, people in going.items():
        plan = Plan(facts.kind, facts.title, cards[unit], version.id, facts.starts, people, row.id, people[0].unit_id)
        visit = add_visit(session, actor=actor, plan=plan, items=len(version.content["items"]))
        tell_team(session, visit=visit, team=people, but=actor.person_id)
    _opened(session, actor, row, len(going))
    return row.id


def plan_peers(session: TenantSession, *, actor: Actor, pack: Pack, facts: RoundFacts, cluster_id: UUID) -> UUID:
    """片区互查: the schools of a cluster visit each other, never themselves, from three on never in pairs.

    Raises Forbidden, NotFound for a cluster out of reach, Invalid where fewer than two schools can take part.
    """
    _check_facts(session, facts, ("peer",))
    actor.require(InspectionPermission.PLAN, cluster_id)
    schools = _members(session, cluster_id)
    require_plan(actor, schools)
    people = candidates(session, pack, units=schools)
    teams: dict[UUID, list[UUID]] = {school: [] for school in schools}
    for person in people.values():
        teams[person.unit_id].append(person.person_id)
    barred = conflicts(session, units=schools, people=people)
    version = latest_version(session, facts.checklist_id, kind=facts.kind)
    row = add_round(session, actor=actor, facts=facts, version_id=version.id, cluster_id=cluster_id)
    pairs = pair_up(schools, teams, barred, salt=str(row.id))
    if len(pairs) < 2:
        raise Invalid(fields={"cluster_id": "这个片区里能互查的学校不到两所"})
    cards = unit_cards(session, schools)
    for inspected, inspecting, who in pairs:
        team = tuple(people[person] for person in who)
        plan = Plan("peer", facts.title, cards[inspected], version.id, facts.starts, team, row.id, inspecting)
        visit = add_visit(session, actor=actor, plan=plan, items=len(version.content["items"]))
        tell_team(session, visit=visit, team=team, but=actor.person_id)
    _opened(session, actor, row, len(pairs))
    return row.id


def plan_revisit(
    session: TenantSession, *, actor: Actor, pack: Pack, visit_id: UUID, planned_on: date, person_ids: Sequence[UUID]
) -> UUID:
    """回头看 of one finished visit: asks again exactly what failed. Returns the new visit.

    Raises NotFound, Refused where nothing failed, Invalid for a day gone by or where all must stay away.
    """
    before = session.scalars(select(Visit).where(Visit.id == visit_id, visible(actor))).first()
    if before is None:
        raise NotFound()
    actor.require(InspectionPermission.PLAN, before.unit_id)
    if before.state != "finished" or not before.failed:
        raise Refused("只有完成且有不合格项的检查才有“回头看”")
    if planned_on < local_date(session.now()):
        raise Invalid(fields={"planned_on": "不能早于今天"})
    failed = tuple(
        session.scalars(
            select(Answer.item).where(Answer.visit_id == visit_id, Answer.verdict == "fail").order_by(Answer.item)
        )
    )
    team = _people(session, pack, person_ids)
    barred = conflicts(session, units=[before.unit_id], people=team)
    going = tuple(own for person, own in team.items() if (before.unit_id, person) not in barred)
    if not going:
        raise Invalid(fields={"person_ids": "检查人员都须回避，请另选"})
    card = unit_cards(session, [before.unit_id])[before.unit_id]
    plan = Plan(
        "revisit", before.title, card, before.checklist_version_id, planned_on, going, None, going[0].unit_id,
        only_items=failed, follows_id=before.id,
    )  # fmt: skip
    visit = add_visit(session, actor=actor, plan=plan, items=len(failed))
    tell_team(session, visit=visit, team=going, but=actor.person_id)
    return visit.id


def cancel_round(session: TenantSession, *, actor: Actor, round_id: UUID, version: int, reason: str) -> None:
    """作废: visits that have not begun are cancelled, the others go on; the number stays. Raises NotFound, Stale, Refused."""
    row = locked_round(session, actor=actor, round_id=round_id, version=version)
    if row.state in ("revealed", "cancelled"):
        raise Refused("已经公布或作废")
    if not reason.strip():
        raise Invalid(fields={"reason": "请写明理由"})
    for visit in session.scalars(
        select(Visit).where(Visit.round_id == round_id, Visit.state == "planned").with_for_update()
    ):
        visit.state, visit.cancel_reason = "cancelled", reason
        if not visit.concealed:
            audit(session, actor=actor, visit=visit, act="cancelled", data={"reason": reason})
    row.state, row.cancel_reason = "cancelled", reason
    session.flush()
    audit_round(session, actor=actor, row=row, act="cancelled", reason=reason)


def locked_round(session: TenantSession, *, actor: Actor, round_id: UUID, version: int) -> Round:
    """Raises NotFound also for a sealed draw that the actor does not hold, Stale."""
    row = session.scalars(
        select(Round).where(Round.id == round_id).with_for_update().execution_options(populate_existing=True)
    ).first()
    permission = InspectionPermission.DRAW if row is not None and row.kind == "blind" else InspectionPermission.PLAN
    if row is None or (not actor.coverage(permission).everywhere and row.made_by != actor.person_id):
        raise NotFound()
    actor.require(permission)
    if row.version != version:
        raise Stale()
    return row


def add_round(
    session: TenantSession, *, actor: Actor, facts: RoundFacts, version_id: UUID, cluster_id: UUID | None = None,
    state: str = "open",
) -> Round:  # fmt: skip
    """The row; its number is the next one, without a gap."""
    row = Round(
        id=new_id(), no=take_numbers(session, code="inspection_round"), kind=facts.kind, title=facts.title.strip(), basis=facts.basis.strip(),
        checklist_version_id=version_id, starts=facts.starts, ends=facts.ends, cluster_id=cluster_id, state=state,
        made_at=session.now(), made_by=actor.person_id, made_by_name=actor.name,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def audit_round(session: TenantSession, *, actor: Actor, row: Round, act: str, **data: object) -> None:
    record(
        session, actor=actor, action=f"inspection_round.{act}", object_kind="inspection_round", object_id=row.id,
        data={"kind": row.kind, **data},
    )  # fmt: skip


def _opened(session: TenantSession, actor: Actor, row: Round, visits: int) -> None:
    session.flush()
    audit_round(session, actor=actor, row=row, act="opened", visits=visits)


def _check_facts(session: TenantSession, facts: RoundFacts, kinds: Sequence[str]) -> None:
    faults = {}
    if facts.kind not in kinds:
        faults["kind"] = "这类检查不这样安排"
    if not facts.title.strip():
        faults["title"] = "请填写名称"
    if facts.ends < facts.starts:
        faults["ends"] = "不能早于开始"
    if facts.ends < local_date(session.now()):
        faults["ends"] = "不能早于今天"
    if faults:
        raise Invalid(fields=faults)


def declared(
    avoid: Sequence[tuple[UUID, UUID]], *, units: Collection[UUID], people: Collection[UUID]
) -> frozenset[tuple[UUID, UUID]]:
    """Recusals that people declared, as (unit, person). Raises Invalid for whom or what is not in question."""
    if any(unit not in units or person not in people for unit, person in avoid):
        raise Invalid(fields={"avoid": "只能填写上面选中的检查人员和单位"})
    return frozenset(avoid)


def check_facts(session: TenantSession, facts: RoundFacts) -> None:
    """The same for a sealed draw. Raises Invalid."""
    _check_facts(session, facts, ("blind",))


def _people(session: TenantSession, pack: Pack, person_ids: Sequence[UUID]) -> dict[UUID, Candidate]:
    wanted = list(dict.fromkeys(person_ids))
    found = candidates(session, pack, people=wanted)
    if not wanted or len(wanted) > MOST_PEOPLE or len(found) != len(wanted):
        raise Invalid(fields={"person_ids": "请从列表中选择检查人员"})
    return {person: found[person] for person in wanted}


def _members(session: TenantSession, cluster_id: UUID) -> list[UUID]:
    """Schools that the cluster supervises today."""
    today = local_date(session.now())
    return list(
        session.scalars(
            select(OrgLink.child_id)
            .where(OrgLink.parent_id == cluster_id, OrgLink.tree == CLUSTER, link_valid(OrgLink, today))
            .order_by(OrgLink.child_id)
        )
    )
