"""四不两直: the pool is sealed, opened in front of witnesses, and published when nothing is left to give away."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select, update

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.inspections.draw import Pool, check_pool, commitment_of, draw, new_seed
from core.inspections.models import ChecklistVersion, Round, Visit
from core.inspections.permissions import InspectionPermission
from core.inspections.queries.people import Candidate, candidates, conflicts
from core.inspections.services.rounds import RoundFacts, add_round, audit_round, check_facts, declared, locked_round
from core.inspections.services.writing import Plan, add_visit, latest_version, tell_team
from core.kernel.clock import local_date
from core.kernel.errors import Conflict, Invalid, Refused
from core.orgs.queries import unit_cards
from core.tenancy.packs.model import Pack


def seal_draw(
    session: TenantSession, *, actor: Actor, pack: Pack, facts: RoundFacts, unit_ids: Sequence[UUID], person_ids: Sequence[UUID],
    wanted: int, team: int = 2, most: int = 2, avoid: Sequence[tuple[UUID, UUID]] = (),
) -> UUID:  # fmt: skip
    """Fixes the pool and a secret seed; publishes only their commitment. Who must not meet whom is part of the pool.

    ``avoid``: further (unit, person) pairs, as declared by the people. Raises Forbidden, NotFound, Invalid.
    Side effects: none but the round: no visit exists before the opening.
    """
    check_facts(session, facts)
    actor.require(InspectionPermission.DRAW)
    units = list(dict.fromkeys(unit_ids))
    for unit_id in units:
        actor.require(InspectionPermission.DRAW, unit_id)
    cards = unit_cards(session, units)
    people = candidates(session, pack, people=person_ids)
    if set(cards) != set(units) or set(people) != set(person_ids):
        raise Invalid(fields={"unit_ids": "请从列表中选择单位和检查人员"})
    barred = conflicts(session, units=units, people=people) | declared(avoid, units=units, people=people)
    pool = Pool(
        units=tuple((str(unit), cards[unit].name) for unit in units),
        inspectors=tuple((str(own.person_id), f"{own.name}（{own.unit_name}）") for own in people.values()),
        conflicts=tuple((str(unit), str(person)) for unit, person in barred),
        wanted=wanted, team=team, most=most,
    )  # fmt: skip
    check_pool(pool)
    version = latest_version(session, facts.checklist_id, kind="blind")
    row = add_round(session, actor=actor, facts=facts, version_id=version.id, state="sealed")
    row.pool, row.seed = pool.to_json(), new_seed()
    row.commitment, row.sealed_at = commitment_of(row.seed, row.pool), session.now()
    session.flush()
    audit_round(session, actor=actor, row=row, act="sealed", commitment=row.commitment)
    return row.id


def open_draw(session: TenantSession, *, actor: Actor, pack: Pack, round_id: UUID, version: int, witness: str) -> int:
    """Draws, and makes the concealed visits; each inspector learns of the own ones only. Returns how many.

    ``witness``: words nobody could know at sealing. Raises NotFound, Stale, Conflict if it is open already, Refused where a
    drawn person may not inspect any more.
    """
    row = locked_round(session, actor=actor, round_id=round_id, version=version)
    if row.kind != "blind" or row.state != "sealed" or row.pool is None or row.seed is None:
        raise Conflict("已经开封或作废")
    if not witness.strip():
        raise Invalid(fields={"witness": "请填写当场说出的见证词"})
    row.witness = witness.strip()
    drawn = draw(row.seed, row.witness, row.pool)
    if len(drawn["visits"]) < row.pool["wanted"]:
        raise Refused("回避后凑不齐检查组，请作废后扩大候选名单重抽")
    going = {UUID(visit["unit"]): [UUID(own) for own in visit["inspectors"]] for visit in drawn["visits"]}
    people = candidates(session, pack, people={person for team in going.values() for person in team})
    missing = {person for team in going.values() for person in team} - set(people)
    barred = conflicts(session, units=going, people=people)
    if missing or any((unit, person) in barred for unit, team in going.items() for person in team):
        raise Refused("封存后有检查人员离岗或新产生回避关系，请作废后重新封存")
    row.drawn, row.drawn_at, row.state = drawn, session.now(), "drawn"
    _send_out(session, actor, row, {unit: [people[person] for person in team] for unit, team in going.items()})
    session.flush()
    audit_round(session, actor=actor, row=row, act="drawn")
    return len(going)


def reveal_draw(session: TenantSession, *, actor: Actor, round_id: UUID, version: int) -> None:
    """Publishes seed, words and pool, so that anyone can draw again. Raises NotFound, Stale, Refused while a visit waits."""
    row = locked_round(session, actor=actor, round_id=round_id, version=version)
    if row.kind != "blind" or row.state != "drawn":
        raise Conflict("只有开封后的抽取才能公布")
    waiting = session.scalar(select(func.count()).where(Visit.round_id == round_id, Visit.state == "planned"))
    if waiting:
        raise Refused("还有%(n)s家没有开始，公布会泄露名单", n=waiting)
    row.state, row.revealed_at = "revealed", session.now()
    session.execute(update(Visit).where(Visit.round_id == round_id, Visit.concealed).values(concealed=False))
    session.flush()
    audit_round(session, actor=actor, row=row, act="revealed", commitment=row.commitment)


def _send_out(session: TenantSession, actor: Actor, row: Round, going: dict[UUID, list[Candidate]]) -> None:
    cards = unit_cards(session, going)
    checklist = session.get_one(ChecklistVersion, (session.tenant_id, row.checklist_version_id))
    day = max(row.starts, local_date(session.now()))
    for unit, team in going.items():
        plan = Plan(
            "blind",
            row.title,
            cards[unit],
            row.checklist_version_id,
            day,
            tuple(team),
            row.id,
            team[0].unit_id,
            concealed=True,
        )
        visit = add_visit(session, actor=actor, plan=plan, items=len(checklist.content["items"]))
        tell_team(session, visit=visit, team=team, but=None)
