"""Fills the form of a move: whatever it asks for and lacks gets a value that is right."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from core.hazards.lifecycle import Ask, CaseState, Entry, Machine, OpenMove, PartValue, Verification
from core.kernel.clock import local_date
from core.tenancy.packs.model.lifecycle import EvidenceKind, Fact, PartKind

ALL_PERMISSIONS = frozenset(
    f"hazard:case:{act}"
    for act in (
        "read",
        "report",
        "register",
        "plan",
        "rectify",
        "verify",
        "close",
        "extend",
        "control",
        "escalate",
        "supervise",
        "export",
    )
)


def filled(
    machine: Machine,
    move: OpenMove | None,
    *,
    now: datetime,
    responsible: UUID,
    grade: str = "general",
    domain: str = "food",
    leave: frozenset[str] = frozenset(),
) -> Entry:
    """``leave``: names of fields that stay empty."""
    asks = move.asks if move is not None else ()
    values: dict[str, Any] = {"facts": {}, "plan": {}, "evidence": {}, "reason": "", "report_to": ""}
    for ask in asks:
        asked = move is not None and (not ask.grounds or move.ground in ask.grounds)
        if asked and ask.field not in leave and not ask.filled:
            _fill(machine, ask, values, now, responsible, grade, domain)
    if "ground" in values and move is not None:
        values["ground"] = move.ground
    return Entry(**values)


def _fill(
    machine: Machine, ask: Ask, values: dict[str, Any], now: datetime, responsible: UUID, grade: str, domain: str
) -> None:
    group, _, name = ask.field.partition(".")
    match group:
        case "facts":
            fact = Fact(name)
            if fact not in (Fact.LEDGER_NO, Fact.SUPERVISION_NO, Fact.FINDER, Fact.SUPERVISOR):
                values["facts"][fact] = _fact(machine, fact, now, grade, domain)
        case "plan":
            kind = machine.life.part(name).kind
            if kind is not PartKind.NUMBER:
                values["plan"][name] = _part(kind, now, responsible)
        case "evidence":
            values["evidence"][EvidenceKind(name or "after")] = ask.at_least
        case "verification":
            values["verification"] = Verification(gone=True, note="现场已消除")
        case "ground":
            values["ground"] = next(ground.code for ground in machine.life.grounds if ground.default)
        case "control_until":
            values["control_until"] = local_date(now) + timedelta(days=10)
        case "reason" | "report_to":
            values[group] = "教育局"


def _fact(machine: Machine, fact: Fact, now: datetime, grade: str, domain: str) -> object:
    return {
        Fact.GRADE: grade, Fact.DOMAIN: domain, Fact.CATEGORY: f"{domain}.any", Fact.SOURCE: machine.life.sources[0].code,
        Fact.DUE_ON: local_date(now) + timedelta(days=1), Fact.DONE_AT: now, Fact.FOUND_AT: now,
    }.get(fact, "已写明")  # fmt: skip


def _part(kind: PartKind, now: datetime, responsible: UUID) -> PartValue:
    tomorrow: date = local_date(now) + timedelta(days=1)
    return {
        PartKind.PERSON: PartValue(str(responsible), "安全主任"), PartKind.UNIT: PartValue(str(responsible), "总务处"),
        PartKind.MONEY: PartValue(100_000), PartKind.DATE: PartValue(tomorrow.isoformat()),
    }.get(kind, PartValue("已落实"))  # fmt: skip


def new_case(
    machine: Machine, *, found_by: UUID, now: datetime, source: str | None = None, **facts: object
) -> CaseState:
    """What a reporter tells."""
    told = {
        Fact.DESCRIPTION: "疏散通道堆放课桌", Fact.PLACE: "教学楼二层", Fact.FINDER: str(found_by), Fact.FOUND_AT: now,
        Fact.SOURCE: source or machine.life.sources[0].code, **{Fact(name): value for name, value in facts.items()},
    }  # fmt: skip
    return CaseState(stage=machine.life.initial, facts=told)
