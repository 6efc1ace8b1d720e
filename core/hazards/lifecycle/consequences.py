"""What follows from a move once it is allowed: the state after it, who played which part, which escalations fire."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from core.hazards.lifecycle.case import CONTROL, CaseState, Entry
from core.hazards.lifecycle.conditions import conditions_of
from core.hazards.lifecycle.dates import settled
from core.hazards.lifecycle.decision import Decision
from core.hazards.lifecycle.standing import Standing
from core.kernel.clock import local_date
from core.kernel.phrases import Phrase
from core.tenancy.packs.model.lifecycle import (
    MAIN_LINE,
    Canonical,
    Fact,
    LegalGrade,
    Lifecycle,
    Move,
    PartKind,
    Party,
    Trigger,
)

USED_UP = "带险管控次数已用完，请整改或上报"
BARRED = {
    Party.FINDER: "这一步需由发现人以外的人办理",
    Party.REGISTRAR: "这一步需由登记人以外的人办理",
    Party.PLANNER: "这一步需由制定整改方案以外的人办理",
    Party.RECTIFIER: "整改的人不能自己办这一步，需由另一人办理",
    Party.VERIFIER: "这一步需由复核人以外的人办理",
}
_PARTIES = {Canonical.REGISTERED: Party.REGISTRAR, Canonical.PLANNED: Party.PLANNER, Canonical.REPORTED: Party.RECTIFIER,
            Canonical.VERIFIED: Party.VERIFIER}  # fmt: skip


def merged(state: CaseState, entry: Entry, now: datetime) -> CaseState:
    """The state with what was put in; what the move makes of it comes later."""
    evidence = dict(state.evidence)
    for kind, count in entry.evidence.items():
        evidence[kind] = evidence.get(kind, 0) + count
    told = entry.report_to.strip()
    return replace(
        state,
        facts={**state.facts, **entry.facts},
        deadline_class=entry.deadline_class or state.deadline_class,
        ground=entry.ground or state.ground,
        plan={**state.plan, **entry.plan},
        evidence=evidence,
        reported_to=told or state.reported_to,
        reported_at=(entry.reported_at or now) if told else state.reported_at,
        control_until=entry.control_until or state.control_until,
        due_by_hand=state.due_by_hand or Fact.DUE_ON in entry.facts,
    )


def reported(life: Lifecycle, state: CaseState, draws: tuple[tuple[Fact, str], ...]) -> Decision:
    """A new hazard in the first stage."""
    after, fired = escalated_by_grade(life, settled(life, state))
    return Decision(
        kind="report", code="report", label="上报", before=None, after=after, canonical=life.canonical(state.stage),
        draws=draws, escalations=fired, topics=("hazard.found",),
    )  # fmt: skip


def moved(
    life: Lifecycle,
    state: CaseState,
    move: Move,
    entry: Entry,
    standing: Standing,
    draws: tuple[tuple[Fact, str], ...],
    now: datetime,
) -> Decision:
    """``state`` before the move with the entry in it."""
    came_from, goes_to = life.canonical(state.stage), life.canonical(move.to)
    after = _with_players(state, came_from, goes_to, entry, standing.person_id)
    after = _with_control(life, after, move, now)
    after = replace(after, stage=move.to, entered={move.to: now, **after.entered})
    if goes_to is Canonical.VERIFIED:
        after = replace(after, verified_at=now)
    elif goes_to in MAIN_LINE and MAIN_LINE.index(goes_to) <= MAIN_LINE.index(Canonical.REPORTED):
        after = replace(after, verified_at=None)  # what was seen before more work was done proves nothing
    back = sent_back(came_from, goes_to)
    if back:
        after = _begun_anew(after, goes_to)
    after, fired = escalated_by_grade(life, settled(life, after))
    return Decision(
        kind="move", code=move.code, label=move.label, before=state, after=after, canonical=goes_to,
        draws=draws, escalations=fired, topics=(f"hazard.{goes_to}",), sent_back=back,
    )  # fmt: skip


def sent_back(came_from: Canonical, goes_to: Canonical) -> bool:
    """Was work that had been told as done, or seen as done, found wanting?"""
    told = (Canonical.REPORTED, Canonical.VERIFIED)
    return came_from in told and (
        goes_to is Canonical.RISK_CONTROLLED
        or (goes_to in MAIN_LINE and MAIN_LINE.index(goes_to) < MAIN_LINE.index(came_from))
    )


def _begun_anew(state: CaseState, goes_to: Canonical) -> CaseState:
    """What was told and shown so far stays in the history and proves nothing any more: it is to be told and shown again."""
    state = replace(state, outdated=dict(state.evidence))
    if goes_to is Canonical.REPORTED:  # only the verification was wanting
        return state
    return replace(state.with_facts(measure_done=None, done_at=None), reported_to="", reported_at=None)


def players(life: Lifecycle, state: CaseState, party: Party) -> frozenset[UUID]:
    """Who played this part: by acting, and for the rectifier also whom the plan names."""
    acted = state.played.get(party, frozenset())
    named = responsible(life, state) if party is Party.RECTIFIER else None
    return acted | {named} if named else acted


def barred_for(life: Lifecycle, party: Party) -> tuple[str, ...]:
    """Labels of the moves that nobody may make who has played this part."""
    return tuple(dict.fromkeys(move.label for move in life.moves if party in move.not_same_person_as))


def responsible(life: Lifecycle, state: CaseState) -> UUID | None:
    """The person the plan names: its first part that is a person."""
    code = next((part.code for part in life.parts if part.kind is PartKind.PERSON), None)
    held = state.plan.get(code) if code else None
    return UUID(str(held.value)) if held and held.value else None


def watcher(life: Lifecycle, state: CaseState) -> UUID | None:
    """The person whom the plan names to watch the controls of 带险管控: the first of its terms that is a person."""
    control = life.risk_control
    parts = [life.part(code) for code in control.parts] if control is not None else []
    code = next((part.code for part in parts if part.kind is PartKind.PERSON), None)
    held = state.plan.get(code) if code else None
    return UUID(str(held.value)) if held and held.value else None


def needs_supervision(life: Lifecycle, state: CaseState) -> bool:
    """Must it be numbered and supervised before it is closed (C20: long-term adds number and supervisor)?"""
    rule = life.supervision
    if rule is None:
        return False
    return (rule.required and rule.when.matches(**conditions_of(life, state))) or life.ground(state.ground).long_term


def control_faults(life: Lifecycle, state: CaseState, chain: Sequence[Move], now: datetime) -> dict[str, str]:
    """Whether 带险管控 is to last too long."""
    control = life.risk_control
    if control is None or all(move.to != control.stage for move in chain):
        return {}
    return control_limit_fault(control.max_days, state.control_until, now)


def control_used_up(life: Lifecycle, state: CaseState, move: Move) -> bool:
    """Was it under control so often that it may not come under it again?"""
    control = life.risk_control
    again = control is not None and move.to == control.stage and control.stage in state.entered
    return again and control is not None and state.control_renewals >= control.renewals


def control_limit_fault(max_days: int | None, until: date | None, now: datetime) -> dict[str, str]:
    if max_days is None or until is None:
        return {}
    last = local_date(now) + timedelta(days=max_days)
    return {"control_until": Phrase("不得晚于 %(last)s", last=last)} if until > last else {}


def _with_players(
    state: CaseState, came_from: Canonical, goes_to: Canonical, entry: Entry, person: UUID | None
) -> CaseState:
    parties = {_PARTIES[goes_to]} if goes_to in _PARTIES else set()
    if entry.plan:
        parties.add(Party.PLANNER)
    forward = came_from in MAIN_LINE and MAIN_LINE.index(came_from) < MAIN_LINE.index(Canonical.RECTIFYING)
    # Sending back into rectifying is a verifier's act, not a rectifier's.
    begins = goes_to is Canonical.RECTIFYING and forward
    tells_of_work = Fact.MEASURE_DONE in entry.facts and goes_to not in (Canonical.VERIFIED, Canonical.CLOSED)
    if begins or tells_of_work:
        parties.add(Party.RECTIFIER)
    for party in parties:
        state = state.with_player(party, person)
    return state


def _with_control(life: Lifecycle, state: CaseState, move: Move, now: datetime) -> CaseState:
    control = life.risk_control
    if control is None or move.to != control.stage:
        return replace(state, control_until=None)
    again = control.stage in state.entered
    state = replace(state, looked_at={**state.looked_at, CONTROL: now})
    return replace(state, control_renewals=state.control_renewals + 1) if again else state


def escalated_by_grade(life: Lifecycle, state: CaseState) -> tuple[CaseState, tuple[str, ...]]:
    """Escalations that a major hazard sets off by itself, each once."""
    if state.facts.get(Fact.GRADE) != LegalGrade.MAJOR:
        return state, ()
    fired = tuple(
        own.code for own in life.escalations if own.trigger is Trigger.MAJOR and own.code not in state.escalated
    )
    return replace(state, escalated=state.escalated | set(fired)), fired
