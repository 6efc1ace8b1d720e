"""What is wrong with the values somebody put in, field by field. Pure; whether something is missing is asked elsewhere."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from core.hazards.lifecycle.asks import GIVEN
from core.hazards.lifecycle.case import CaseState, Entry
from core.hazards.lifecycle.dates import day, deadline_of, due_part, limit_of
from core.kernel.clock import local_date
from core.kernel.phrases import Phrase
from core.tenancy.packs.model.lifecycle import Fact, Lifecycle, PartKind

NOT_HERE = "这一步不能填写此项"
GIVEN_ELSEWHERE = {
    Fact.FINDER: "发现人在上报时已确定",
    Fact.SOURCE: "来源由上报人的岗位决定，不能改填",
    Fact.SUPERVISOR: "督办责任人在督办时指定",
}
"""Facts that are no numbers and yet nobody types with a move."""


def faults_of(
    life: Lifecycle, before: CaseState, state: CaseState, entry: Entry, *, allowed: Collection[str], now: datetime
) -> dict[str, str]:
    """``state`` is ``before`` with the entry in it. ``allowed``: the fields that the act asks for."""
    faults = {name: NOT_HERE for name in entered_fields(entry) if name not in allowed}
    _codes(life, state, entry, faults)
    _instants(state, entry, now, faults)
    _parts(life, before, entry, now, faults)
    due = entry.facts.get(Fact.DUE_ON)
    if due is not None and due < local_date(now):
        faults.setdefault("facts.due_on", "不能早于今天")
    if not faults:
        _within_limit(life, state, entry, faults)
    if entry.control_until is not None and entry.control_until <= local_date(now):
        faults.setdefault("control_until", "应晚于今天")
    return faults


def entered_fields(entry: Entry) -> list[str]:
    """Names of the fields that the entry fills. Files, reason and note may always come along."""
    names = [f"facts.{fact}" for fact in entry.facts]
    names += [f"plan.{code}" for code in entry.plan]
    names += [
        name
        for name in ("deadline_class", "ground", "report_to", "verification", "control_until")
        if getattr(entry, name)
    ]
    return names


def _codes(life: Lifecycle, state: CaseState, entry: Entry, faults: dict[str, str]) -> None:
    if entry.ground is not None and entry.ground not in {ground.code for ground in life.grounds}:
        faults["ground"] = "没有这种整改情形，请从列表中选择"
    grade = entry.facts.get(Fact.GRADE)
    if grade is not None and grade not in {own.code for own in life.grades}:
        faults["facts.grade"] = "隐患等级只有 general（一般）和 major（重大）"
    elif entry.deadline_class and entry.deadline_class not in {own.code for own in life.grade(state.grade).classes}:
        faults["deadline_class"] = "该等级没有这个时限类别"
    known = {part.code for part in life.parts}
    faults.update({f"plan.{code}": "没有这个整改要素" for code in entry.plan if code not in known})
    faults.update(
        {f"facts.{fact}": GIVEN_ELSEWHERE.get(fact, "由系统编号，不能填写") for fact in GIVEN & entry.facts.keys()}
    )


def _instants(state: CaseState, entry: Entry, now: datetime, faults: dict[str, str]) -> None:
    found_at, done_at = entry.facts.get(Fact.FOUND_AT), entry.facts.get(Fact.DONE_AT)
    if found_at is not None and found_at > now:
        faults["facts.found_at"] = "不能晚于现在"
    if done_at is not None and done_at > now:
        faults["facts.done_at"] = "不能晚于现在"
    before = state.facts.get(Fact.FOUND_AT)
    # Forms tell minutes: what is done in the minute in which it was found is not done before.
    if done_at is not None and before is not None and done_at < before.replace(second=0, microsecond=0):
        faults["facts.done_at"] = "不能早于发现时间"
    if entry.reported_at is not None and entry.reported_at > now:
        faults["reported_at"] = "不能晚于现在"


def _parts(life: Lifecycle, before: CaseState, entry: Entry, now: datetime, faults: dict[str, str]) -> None:
    kinds = {part.code: part for part in life.parts}
    for code, held in entry.plan.items():
        part = kinds.get(code)
        if part is None or before.plan.get(code) == held:  # sent again as it stood: what was right then stays right
            continue
        if held.waived.strip() and not part.waivable:
            faults[f"plan.{code}"] = "此项必须落实，不能写“不需要”"
        elif held.value is None:
            continue
        elif part.kind is PartKind.MONEY and (not isinstance(held.value, int) or held.value < 0):
            faults[f"plan.{code}"] = "金额应为不小于 0 的数"
        elif part.kind is PartKind.DATE:
            limit = day(str(held.value))
            if limit is None:
                faults[f"plan.{code}"] = "日期写成 2020-09-01 的形式"
            elif limit < local_date(now):
                faults[f"plan.{code}"] = "不能早于今天"


def _within_limit(life: Lifecycle, state: CaseState, entry: Entry, faults: dict[str, str]) -> None:
    """A plan may be quicker than the grade's limit, never slower: for that there is the extension.

    Not so where the limit is our reading (待确认: never a breach), nor on grounds that take long by nature.
    """
    limit = limit_of(life, state)
    if limit is None or deadline_of(life, state).confirm or life.ground(state.ground).long_term or state.extensions:
        return
    code = due_part(life)
    planned = entry.plan.get(code) if code else None
    for name, wanted in (
        (f"plan.{code}", day(str(planned.value)) if planned else None),
        ("facts.due_on", entry.facts.get(Fact.DUE_ON)),
    ):
        if wanted is not None and wanted > limit:
            faults[name] = Phrase("不得晚于 %(limit)s；需要更久请办理延期", limit=limit)
