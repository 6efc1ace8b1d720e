"""How a case lies in its row: row → state for the machine, state → columns. Also used to write many rows at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from core.hazards.lifecycle import CaseState, Decision, Entry, PartValue
from core.hazards.lifecycle.consequences import responsible, watcher
from core.hazards.lifecycle.dates import check_due_on, clock_on
from core.hazards.models import Hazard
from core.tenancy.packs.model import Campaign
from core.tenancy.packs.model.lifecycle import Canonical, EvidenceKind, Fact, Lifecycle, PartKind, Party

_TEXTS = {
    Fact.DESCRIPTION: "description",
    Fact.PLACE: "place",
    Fact.LEDGER_NO: "no",
    Fact.DOMAIN: "domain",
    Fact.CATEGORY: "category",
    Fact.SOURCE: "source",
    Fact.DUE_ON: "due_on",
    Fact.FOUND_AT: "found_at",
    Fact.MEASURE_DONE: "measure_done",
    Fact.DONE_AT: "done_at",
    Fact.SUPERVISION_NO: "supervision_no",
    Fact.SUPERVISOR: "supervisor",
}
"""Facts that are columns as they are."""


def state_of(hazard: Hazard, evidence: Mapping[EvidenceKind, int]) -> CaseState:
    """``evidence``: how many files of each kind hang on it."""
    facts: dict[Fact, Any] = {fact: getattr(hazard, name) for fact, name in _TEXTS.items()}
    facts[Fact.FINDER] = hazard.found_by or hazard.finder_unit_id or hazard.found_by_name or None
    facts[Fact.GRADE] = hazard.grade if hazard.graded else None
    trail = hazard.trail
    return CaseState(
        stage=hazard.stage,
        facts={fact: value for fact, value in facts.items() if value not in (None, "")},
        org_type=hazard.org_type,
        deadline_class=hazard.deadline_class,
        ground=hazard.ground,
        plan=plan_of(hazard.plan),
        evidence=dict(evidence),
        outdated={EvidenceKind(kind): count for kind, count in trail.get("outdated", {}).items()},
        follow_ups=dict(trail.get("follow_ups", {})),
        looked_at={what: datetime.fromisoformat(at) for what, at in trail.get("looked_at", {}).items()},
        played={
            Party(party): frozenset(UUID(person) for person in people)
            for party, people in trail.get("played", {}).items()
        },
        entered={stage: datetime.fromisoformat(at) for stage, at in trail.get("entered", {}).items()},
        supervisor_id=hazard.supervisor_id,
        verified_at=hazard.verified_at,
        reported_to=hazard.reported_to,
        reported_at=hazard.reported_at,
        due_by_hand=hazard.due_by_hand,
        original_due_on=hazard.original_due_on,
        extensions=hazard.extensions,
        control_until=hazard.control_until,
        control_renewals=hazard.control_renewals,
        escalated=frozenset(entry["code"] for entry in hazard.escalations),
    )


def plan_of(stored: Mapping[str, Any]) -> dict[str, PartValue]:
    return {
        code: PartValue(part.get("value"), part.get("label", ""), part.get("waived", ""))
        for code, part in stored.items()
    }


def columns_of(life: Lifecycle, state: CaseState) -> dict[str, Any]:
    """Every column that follows from the state. Who signed what is added by :func:`signatures`."""
    facts = state.facts
    return {
        "no": facts.get(Fact.LEDGER_NO),
        "place": facts.get(Fact.PLACE) or "",
        "description": facts.get(Fact.DESCRIPTION) or "",
        "domain": state.domain or "",
        "category": facts.get(Fact.CATEGORY),
        "grade": state.grade,
        "graded": Fact.GRADE in facts,
        "deadline_class": state.deadline_class,
        "source": facts[Fact.SOURCE],
        "origin": str(life.source(facts[Fact.SOURCE]).origin),
        "found_at": facts[Fact.FOUND_AT],
        "stage": state.stage,
        "canonical": str(life.canonical(state.stage)),
        "ground": state.ground,
        "plan": {code: _stored(part) for code, part in state.plan.items()},
        "due_on": state.due_on,
        "due_by_hand": state.due_by_hand,
        "original_due_on": state.original_due_on,
        "clock_on": clock_on(life, state),
        "extensions": state.extensions,
        "measure_done": facts.get(Fact.MEASURE_DONE) or "",
        "done_at": facts.get(Fact.DONE_AT),
        "reported_to": state.reported_to,
        "reported_at": state.reported_at,
        "verified_at": state.verified_at,
        "control_until": state.control_until,
        "control_renewals": state.control_renewals,
        "supervision_no": facts.get(Fact.SUPERVISION_NO),
        "supervisor": facts.get(Fact.SUPERVISOR),
        "supervisor_id": state.supervisor_id,
        "watcher_id": watcher(life, state),
        "check_due_on": check_due_on(life, state),
        "trail": {
            "entered": {stage: at.isoformat() for stage, at in state.entered.items()},
            "played": {str(party): sorted(str(person) for person in people) for party, people in state.played.items()},
            "follow_ups": dict(state.follow_ups),
            "outdated": {str(kind): count for kind, count in state.outdated.items()},
            "looked_at": {what: at.isoformat() for what, at in state.looked_at.items()},
        },
        **_from_plan(life, state),
    }


def _stored(part: PartValue) -> dict[str, Any]:
    return {
        name: value
        for name, value in (("value", part.value), ("label", part.label), ("waived", part.waived))
        if value not in (None, "")
    }


def _from_plan(life: Lifecycle, state: CaseState) -> dict[str, Any]:
    """Columns for lists and sums: the first part of its kind counts."""
    named: dict[PartKind, PartValue] = {}
    for part in life.parts:
        held = state.plan.get(part.code)
        if held is not None:
            named.setdefault(part.kind, held)
    unit, person, money = named.get(PartKind.UNIT), named.get(PartKind.PERSON), named.get(PartKind.MONEY)
    return {
        "responsible_person_id": responsible(life, state),
        "responsible_unit_id": UUID(str(unit.value)) if unit and unit.value else None,
        "responsible_name": (person.label if person else "") or (unit.label if unit else ""),
        "funds_cents": money.value if money and isinstance(money.value, int) else None,
    }


def signatures(decision: Decision, entry: Entry, *, person_id: UUID | None, name: str, now: datetime) -> dict[str, Any]:
    """Columns that say who rectified, verified and closed it: with a stage of its own, else in the move that tells of it."""
    if decision.kind != "move":
        return {}
    signed: dict[str, Any] = {}
    tells_of_work = Fact.MEASURE_DONE in entry.facts and decision.canonical is not Canonical.CLOSED
    if decision.canonical is Canonical.REPORTED or tells_of_work:
        signed |= {"rectified_by": person_id, "rectified_by_name": name, "rectified_at": now}
    if decision.after.verified_at is None:
        signed |= {"verified_by": None, "verified_by_name": ""}
    elif decision.canonical is Canonical.VERIFIED or entry.verification is not None:
        signed |= {"verified_by": person_id, "verified_by_name": name}
    if decision.canonical is Canonical.CLOSED:
        signed |= {"closed_by": person_id, "closed_by_name": name, "closed_at": now}
    return signed


def phase_at(campaigns: Iterable[Campaign], day: date) -> tuple[str, str]:
    """Codes of the innermost campaign in whose phase the day lies, and of that phase; a campaign without phases only
    where no other holds the day. Empty where none does."""
    holding = [campaign for campaign in campaigns if campaign.starts <= day <= campaign.ends]
    for campaign in reversed(holding):
        for phase in campaign.phases:
            if any(window.default and window.holds(day) for window in phase.windows):
                return campaign.code, phase.code
    return (holding[-1].code, "") if holding else ("", "")
