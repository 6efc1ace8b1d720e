"""A case in words: what is told to the timeline, to the audit log, and to whoever came second. In the district's labels."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from core.hazards.lifecycle import CaseState, PartValue
from core.hazards.lifecycle.asks import FACTS
from core.kernel.phrases import Phrase
from core.tenancy.packs.model import Pack
from core.tenancy.packs.model.lifecycle import Fact, PartKind

Told = dict[str, str | None]

_NAMES = {
    "stage": "阶段",
    "ground": "整改情形",
    "deadline_class": "时限类别",
    "control_until": "管控到期日",
    "reported_to": "报告对象",
    "title": "标题",
    "source_note": "来源说明",
    "clauses": "依据条款",
    "recurrence_of": "复发自",
    **{str(fact): label for fact, label in FACTS.items()},
}


def field_label(pack: Pack, name: str) -> str:
    """What a field is called on pages: ``plan.funds`` → 资金."""
    group, _, code = name.partition(".")
    if group == "plan" and code:
        return next((part.label for part in pack.lifecycle.parts if part.code == code), code)
    return _NAMES.get(code or group, name)


def told(pack: Pack, state: CaseState) -> Told:
    """Every field that people know, as text; None where it is empty."""
    life = pack.lifecycle
    found: Told = {
        "stage": life.stage(state.stage).label,
        "ground": life.ground(state.ground).label if state.ground else None,
        "deadline_class": state.deadline_class,
        "control_until": _text(state.control_until),
        "reported_to": state.reported_to or None,
    }
    for fact, value in state.facts.items():
        if fact is not Fact.FINDER:
            found[str(fact)] = _label(pack, fact, value)
    for code, part in state.plan.items():
        if code in {own.code for own in life.parts}:
            found[f"plan.{code}"] = part_text(life.part(code).kind, part)
    return found


def differences(before: Mapping[str, str | None], after: Mapping[str, str | None]) -> dict[str, list[str | None]]:
    """Field → [before, after], where they differ."""
    names = [*before, *(name for name in after if name not in before)]
    return {name: [before.get(name), after.get(name)] for name in names if before.get(name) != after.get(name)}


def part_text(kind: PartKind, part: PartValue) -> str | None:
    """A part of the plan as people read it; money in yuan."""
    if part.waived:
        return Phrase("不需要：%(why)s", why=part.waived)
    if kind is PartKind.MONEY and isinstance(part.value, int):
        return Phrase("%(yuan)s 元", yuan=f"{part.value / 100:.2f}")
    return part.label or (str(part.value) if part.value not in (None, "") else None)


def part_cell(kind: PartKind, part: PartValue) -> str | date | Decimal | None:
    """A part of the plan as a cell of a sheet: money as a number of yuan, a day as a day, all else as people read it."""
    if not part.waived and kind is PartKind.MONEY and isinstance(part.value, int):
        return Decimal(part.value) / 100
    if not part.waived and kind is PartKind.DATE and isinstance(part.value, str) and part.value:
        return date.fromisoformat(part.value)
    return part_text(kind, part)


def _label(pack: Pack, fact: Fact, value: object) -> str | None:
    if fact is Fact.GRADE:
        return pack.lifecycle.grade(str(value)).label
    if fact is Fact.SOURCE:
        return pack.lifecycle.source(str(value)).label
    return _text(value)


def _text(value: object) -> str | None:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value) if value not in (None, "") else None
