"""What a move asks for, and which of it is there. One :class:`Ask` is one field of the move's form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce

from core.hazards.lifecycle.case import CaseState, Entry, PartValue
from core.hazards.lifecycle.conditions import conditions_of, plan_conditions
from core.kernel.phrases import Phrase
from core.tenancy.packs.model.lifecycle import EvidenceKind, Fact, Lifecycle, Need, PartKind, PlanPart, Requirement

FACTS = {
    Fact.DESCRIPTION: "隐患描述",
    Fact.PLACE: "位置",
    Fact.FINDER: "发现人",
    Fact.FOUND_AT: "发现时间",
    Fact.LEDGER_NO: "隐患编号",
    Fact.DOMAIN: "领域",
    Fact.CATEGORY: "类别",
    Fact.GRADE: "隐患等级",
    Fact.SOURCE: "隐患来源",
    Fact.DUE_ON: "整改时限",
    Fact.MEASURE_DONE: "整改情况",
    Fact.DONE_AT: "整改完成时间",
    Fact.SUPERVISION_NO: "督办编号",
    Fact.SUPERVISOR: "督办责任人",
}
EVIDENCE = {
    EvidenceKind.BEFORE: "整改前照片",
    EvidenceKind.AFTER: "整改后照片",
    EvidenceKind.DOCUMENT: "书面材料",
    EvidenceKind.VERIFICATION: "复核材料",
}
_FACT_KINDS = {
    Fact.FOUND_AT: "instant",
    Fact.DONE_AT: "instant",
    Fact.DUE_ON: "date",
    Fact.GRADE: "choice",
    Fact.DOMAIN: "choice",
    Fact.CATEGORY: "choice",
}
GIVEN = frozenset({Fact.LEDGER_NO, Fact.SUPERVISION_NO, Fact.SUPERVISOR, Fact.FINDER, Fact.SOURCE})
"""Facts that nobody types: numbers are drawn, the finder is who reported, the source follows from the finder's post, the
supervisor is named by the order."""
AFRESH = "退回之前的不再作数，请上传退回之后的"
"""Of evidence, once the work was sent back."""
RIGHT = {
    "text": "请填写",
    "person": "请指定到人",
    "unit": "请指定单位",
    "money": "请填写金额，无需资金时填 0",
    "date": "请填写日期",
    "instant": "请填写时间",
    "choice": "请选择",
    "files": "请上传",
    "log": "请先补记跟踪情况",
    "verification": "请先现场复核，确认隐患已消除",
    "number": "由系统编号，请先办理编号",
}
"""By kind: what would be right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One thing a move asks for. ``field``: its name in forms and REST, e.g. ``plan.funds``, ``evidence.after``."""

    field: str
    label: str
    kind: str
    """text person unit money date instant choice files log verification number: how it is entered."""
    filled: bool
    hint: str = ""
    at_least: int = 1
    zero_ok: bool = False
    waivable: bool = False
    grounds: tuple[str, ...] = ()
    """Asked only on these grounds; empty: whatever the ground."""

    says: str = ""
    """What would be right, where the kind alone does not say it."""

    @property
    def right(self) -> str:
        return self.says or RIGHT[self.kind]


def asks_of(life: Lifecycle, requirements: Iterable[Requirement], state: CaseState, entry: Entry) -> tuple[Ask, ...]:
    """Everything that ``requirements`` ask of this hazard, each once, in the pack's order.

    ``state`` already holds what ``entry`` brings.
    """
    found: dict[str, Ask] = {}
    conditions = conditions_of(life, state)
    for requirement in requirements:
        if requirement.when.matches(**conditions):
            for ask in _asks(life, requirement, state, entry):
                # Two demands for the same thing: the stricter one stands.
                before = found.get(ask.field)
                if before is None or (before.filled and not ask.filled) or before.at_least < ask.at_least:
                    found[ask.field] = ask
    return tuple(found.values())


def _asks(life: Lifecycle, requirement: Requirement, state: CaseState, entry: Entry) -> Iterator[Ask]:
    match requirement.need:
        case Need.FIELDS:
            for name in requirement.of:
                fact = Fact(name)
                kind = "number" if fact in GIVEN else _FACT_KINDS.get(fact, "text")
                yield Ask(field=f"facts.{fact}", label=FACTS[fact], kind=kind, filled=state.has(fact))
        case Need.GROUND:
            if len(life.grounds) > 1:  # with one ground there is nothing to choose
                yield Ask(field="ground", label="整改情形", kind="choice", filled=state.ground is not None)
        case Need.PLAN:
            parts = tuple(life.part(code) for code in requirement.of) or plan_parts(life, state)
            yield from part_asks(parts, state)
        case Need.EVIDENCE:
            yield _evidence(requirement, state)
        case Need.FOLLOW_UP:
            track = next(track for track in life.tracks if track.code in requirement.of)
            there = state.follow_ups.get(track.code, 0)
            label = Phrase("%(track)s记录（至少%(n)s条）", track=track.label, n=requirement.at_least)
            yield Ask(field=f"follow_up.{track.code}", label=label, kind="log", filled=there >= requirement.at_least)
        case Need.VERIFICATION:
            yield Ask(field="verification", label="现场复核", kind="verification", filled=state.verified_at is not None)
        case Need.REASON:
            yield Ask(field="reason", label="理由", kind="text", filled=bool(entry.reason.strip()))
        case Need.REPORT_TO:
            yield Ask(field="report_to", label="报告对象", kind="text", filled=bool(state.reported_to.strip()))


def plan_parts(life: Lifecycle, state: CaseState) -> tuple[PlanPart, ...]:
    """The parts this hazard's plan must have."""
    return life.plan_parts(ground=state.ground, **plan_conditions(state))


def part_asks(parts: Iterable[PlanPart], state: CaseState) -> Iterator[Ask]:
    for part in parts:
        yield Ask(
            field=f"plan.{part.code}",
            label=part.label,
            kind=str(part.kind),
            filled=part_filled(part, state),
            hint=part.hint,
            zero_ok=part.zero_ok,
            waivable=part.waivable,
        )


def part_filled(part: PlanPart, state: CaseState) -> bool:
    """Filled, or waived with a reason where the pack allows that."""
    if part.kind is PartKind.NUMBER:
        return state.has(Fact.SUPERVISION_NO)
    held = state.plan.get(part.code, PartValue())
    if part.waivable and held.waived.strip():
        return True
    match part.kind:
        case PartKind.MONEY:
            return isinstance(held.value, int) and (held.value > 0 or (held.value == 0 and part.zero_ok))
        case PartKind.PERSON | PartKind.UNIT:
            return bool(held.value) or bool(held.label.strip())
        case _:
            return bool(str(held.value or "").strip())


def _evidence(requirement: Requirement, state: CaseState) -> Ask:
    kinds = requirement.kinds or tuple(EvidenceKind)
    # What shows the hazard as it was found stays true; whatever is to show the work proves only what was done before it.
    there = sum(state.evidence.get(kind, 0) for kind in kinds)
    outdated = 0 if kinds == (EvidenceKind.BEFORE,) else sum(state.outdated.get(kind, 0) for kind in kinds)
    name = _either([EVIDENCE[kind] for kind in requirement.kinds]) or "佐证材料"
    label = name if requirement.at_least == 1 else Phrase("%(kind)s（至少%(n)s份）", kind=name, n=requirement.at_least)
    return Ask(
        field=f"evidence.{kinds[0]}" if requirement.kinds else "evidence",
        label=label,
        kind="files",
        filled=there - outdated >= requirement.at_least,
        at_least=requirement.at_least,
        hint=AFRESH if outdated else "",
        says=AFRESH if outdated else "",
    )


def _either(names: Sequence[str]) -> str:
    return reduce(lambda before, name: Phrase("%(a)s或%(b)s", a=before, b=name), names) if names else ""


def asked_anew(asks: Iterable[Ask], *fields: str) -> tuple[Ask, ...]:
    """The same asks, these fields counting as filled (numbers drawn by the move itself)."""
    return tuple(replace(ask, filled=True) if ask.field in fields else ask for ask in asks)
