"""Fills the form of a move as somebody at a school would. Pure; values are right by construction, the machine still checks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from core.demo.cast import Player
from core.demo.texts import PLAN_TEXTS, REASONS, VERIFIED, Text
from core.hazards.lifecycle import Ask, CaseState, Entry, Machine, PartValue, Verification
from core.hazards.lifecycle.dates import limit_of
from core.kernel.clock import local_date
from core.tenancy.packs.model import EvidenceKind, Fact, PartKind

FUNDS = (0, 0, 0, 30_000, 80_000, 150_000, 360_000, 1_200_000)
"""In fen: most hazards cost nothing."""
CONTROL_DAYS = 60
PLAN_DAYS = (3, 5, 7, 10, 15)


@dataclass(frozen=True)
class Facts:
    """What the story knows of its hazard beforehand."""

    text: Text
    grade: str
    category: str
    domain: str
    source: str
    ground: str
    responsible: Player
    report_to: str
    long_term: bool


def fill(machine: Machine, asks: Iterable[Ask], state: CaseState, facts: Facts, now: datetime, rng: Random) -> Entry:
    values: dict[str, Any] = {"facts": {}, "plan": {}, "evidence": {}}
    for ask in asks:
        if not ask.filled:
            _fill(machine, ask, values, state, facts, now, rng)
    return Entry(**values)


def _fill(
    machine: Machine, ask: Ask, values: dict[str, Any], state: CaseState, facts: Facts, now: datetime, rng: Random
) -> None:
    group, _, name = ask.field.partition(".")
    match group:
        case "facts":
            fact = Fact(name)
            if fact not in (Fact.LEDGER_NO, Fact.SUPERVISION_NO, Fact.SUPERVISOR, Fact.FINDER):
                values["facts"][fact] = _fact(fact, machine, state, facts, now, rng)
        case "plan":
            part = _part(machine.life.part(name).kind, name, machine, state, facts, now, rng)
            if part is not None:
                values["plan"][name] = part
        case "evidence":
            values["evidence"][EvidenceKind(name or "document")] = ask.at_least
        case "verification":
            values["verification"] = Verification(gone=True, note=rng.choice(VERIFIED))
        case "ground":
            values["ground"] = facts.ground
        case "control_until":
            values["control_until"] = local_date(now) + timedelta(days=_control_days(machine))
        case "reason":
            values["reason"] = rng.choice(REASONS)
        case "report_to":
            values["report_to"] = facts.report_to


def _fact(fact: Fact, machine: Machine, state: CaseState, facts: Facts, now: datetime, rng: Random) -> Any:
    if fact is Fact.DUE_ON:
        return _due(machine, state, facts, now, rng)
    known = {
        Fact.GRADE: facts.grade, Fact.DOMAIN: facts.domain, Fact.CATEGORY: facts.category, Fact.SOURCE: facts.source, Fact.DONE_AT: now,
        Fact.MEASURE_DONE: facts.text[2], Fact.PLACE: facts.text[0],
    }  # fmt: skip
    return known.get(fact, facts.text[1])


def _part(
    kind: PartKind, code: str, machine: Machine, state: CaseState, facts: Facts, now: datetime, rng: Random
) -> PartValue | None:
    match kind:
        case PartKind.NUMBER:
            return None
        case PartKind.PERSON:
            return PartValue(str(facts.responsible.person_id), facts.responsible.name)
        case PartKind.UNIT:
            return PartValue(str(facts.responsible.unit_id), facts.responsible.name)
        case PartKind.MONEY:
            return PartValue(rng.choice(FUNDS) * (4 if facts.grade == "major" else 1))
        case PartKind.DATE:
            return PartValue(_due(machine, state, facts, now, rng).isoformat())
        case _:
            if machine.life.part(code).waivable and rng.random() < 0.4:
                return PartValue(waived="隐患轻微，无需另订预案")
            return PartValue(PLAN_TEXTS.get(code, facts.text[2]))


def _due(machine: Machine, state: CaseState, facts: Facts, now: datetime, rng: Random) -> date:
    """A plan is a little quicker than the limit, where there is one."""
    days = rng.choice(PLAN_DAYS) * (3 if facts.grade == "major" or facts.long_term else 1)
    planned = local_date(now) + timedelta(days=days)
    limit = limit_of(machine.life, state)
    return max(local_date(now), min(planned, limit)) if limit else planned


def _control_days(machine: Machine) -> int:
    control = machine.life.risk_control
    return min(CONTROL_DAYS, control.max_days) if control and control.max_days else CONTROL_DAYS
