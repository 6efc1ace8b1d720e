"""The way of a building to its fire acceptance, as a pure state machine: no database, no clock, no words of pages.

Path A 补办手续 ends with the acceptance or filing document. Path B goes third-party assessment → plan → rectification →
reassessment, and ends with the third party's pass report; a failed reassessment goes back to the plan. A district that
does not tell the two apart settles a case with the document alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.sdk.domain import Invalid, Refused


class Stage(StrEnum):
    """What has to be done next."""

    REASON = "reason"
    PATH = "path"
    MAKE_UP = "make_up"
    ASSESSMENT = "assessment"
    PLAN = "plan"
    RECTIFICATION = "rectification"
    REASSESSMENT = "reassessment"
    DONE = "done"


class Step(StrEnum):
    """What somebody did."""

    FIND_REASON = "find_reason"
    CHOOSE_A = "choose_a"
    CHOOSE_B = "choose_b"
    SETTLE = "settle"
    MAKE_UP = "make_up"
    ASSESS = "assess"
    PLAN = "plan"
    RECTIFY = "rectify"
    QUALIFY = "qualify"
    REJECT = "reject"
    REOPEN = "reopen"


@dataclass(frozen=True)
class Rule:
    """Where a step starts and ends, what it must say, and the path and state it leads to."""

    title: str
    starts: tuple[Stage, ...]
    ends: Stage
    needs: tuple[str, ...] = ()
    path: str | None = None
    state: str | None = None


RULES: dict[Step, Rule] = {
    Step.FIND_REASON: Rule("查明未通过原因", (Stage.REASON,), Stage.PATH, needs=("reason",)),
    Step.CHOOSE_A: Rule("能补办：走补办手续", (Stage.PATH,), Stage.MAKE_UP, path="A"),
    Step.CHOOSE_B: Rule(
        "不能补办：请第三方评估", (Stage.PATH, Stage.MAKE_UP), Stage.ASSESSMENT, needs=("note",), path="B"
    ),
    Step.SETTLE: Rule(
        "取得验收或备案文书", (Stage.REASON, Stage.PATH), Stage.DONE, needs=("state", "document_no", "document_on")
    ),
    Step.MAKE_UP: Rule(
        "取得验收或备案文书", (Stage.MAKE_UP,), Stage.DONE, needs=("state", "document_no", "document_on")
    ),
    Step.ASSESS: Rule("第三方机构完成评估", (Stage.ASSESSMENT,), Stage.PLAN, needs=("agency", "on")),
    Step.PLAN: Rule("拿出整改方案", (Stage.PLAN,), Stage.RECTIFICATION, needs=("plan", "plan_due_on", "on")),
    Step.RECTIFY: Rule("完成整改", (Stage.RECTIFICATION,), Stage.REASSESSMENT, needs=("on",)),
    Step.QUALIFY: Rule(
        "重新评估合格，取得合格报告", (Stage.REASSESSMENT,), Stage.DONE, needs=("document_no", "document_on", "on")
    ),
    Step.REJECT: Rule("重新评估不合格，退回方案", (Stage.REASSESSMENT,), Stage.PLAN, needs=("note", "on")),
    Step.REOPEN: Rule(
        "改建、装修或变更用途，重新办理", (Stage.DONE,), Stage.REASON, needs=("note",), state="not_accepted"
    ),
}
"""All that can happen; whatever is not here is refused."""
ONLY_WITH_PATHS = frozenset({Step.CHOOSE_A, Step.CHOOSE_B})
ONLY_WITHOUT_PATHS = frozenset({Step.SETTLE})

STAGES: dict[Stage, str] = {
    Stage.REASON: "待查明原因",
    Stage.PATH: "待定办理途径",
    Stage.MAKE_UP: "补办手续中",
    Stage.ASSESSMENT: "待第三方评估",
    Stage.PLAN: "待出整改方案",
    Stage.RECTIFICATION: "整改中",
    Stage.REASSESSMENT: "待重新评估",
    Stage.DONE: "已办结",
}
PATHS: dict[str, tuple[Stage, ...]] = {
    "A": (Stage.REASON, Stage.PATH, Stage.MAKE_UP, Stage.DONE),
    "B": (
        Stage.REASON, Stage.PATH, Stage.ASSESSMENT, Stage.PLAN, Stage.RECTIFICATION, Stage.REASSESSMENT, Stage.DONE,
    ),
}  # fmt: skip
"""The stages of each path in their order."""

NEEDED: dict[str, str] = {
    "reason": "写明未通过消防验收的原因",
    "note": "写明情况",
    "state": "选择验收合格或已备案",
    "document_no": "填写文书编号",
    "document_on": "填写文书日期",
    "agency": "填写消防第三方机构名称",
    "on": "填写日期",
    "plan": "写明整改方案",
    "plan_due_on": "填写整改时限",
}


@dataclass(frozen=True)
class Facts:
    """What comes along with a step."""

    on: date | None = None
    reason: str = ""
    note: str = ""
    agency: str = ""
    plan: str = ""
    plan_due_on: date | None = None
    state: str | None = None
    document_no: str = ""
    document_on: date | None = None


@dataclass(frozen=True)
class Outcome:
    """The case after the step."""

    stage: Stage
    path: str | None
    state: str


def open_steps(stage: str, *, paths: bool) -> tuple[Step, ...]:
    """The steps that can be taken now, in the order of the notice. ``paths``: the district tells two ways apart."""
    left_out = ONLY_WITHOUT_PATHS if paths else ONLY_WITH_PATHS
    return tuple(step for step, rule in RULES.items() if stage in rule.starts and step not in left_out)


def decide(*, stage: str, path: str | None, state: str, step: Step, facts: Facts, today: date, paths: bool) -> Outcome:
    """Raises Refused for a step that does not start here, Invalid naming what is missing or impossible."""
    rule = RULES[step]
    if step not in open_steps(stage, paths=paths):
        raise Refused("「%(stage)s」阶段不能做「%(step)s」，请按步骤办理", stage=STAGES[Stage(stage)], step=rule.title)
    missing = {name: NEEDED[name] for name in rule.needs if not getattr(facts, name)}
    if "state" in rule.needs and facts.state not in ("accepted", "filed"):
        missing["state"] = NEEDED["state"]
    for name in ("on", "document_on"):
        value = getattr(facts, name)
        if value is not None and value > today:
            missing[name] = "不能晚于今天"
    if missing:
        raise Invalid(fields=missing)
    ended = None if step is Step.REOPEN else rule.path or path
    given = facts.state if "state" in rule.needs and facts.state else state
    return Outcome(rule.ends, ended, rule.state or given)


@dataclass(frozen=True)
class Limit:
    """Until when; ``hard``: passing it is a breach, else it is only warned of (reading WJ-A07)."""

    due_on: date
    hard: bool


def limit(*, stage: str, path: str | None, path_b_due: date | None, path_a_warning: date | None) -> Limit | None:
    """The district's date for this case; None where it sets none or the case is done."""
    if stage == Stage.DONE:
        return None
    if path == "B":
        return Limit(path_b_due, True) if path_b_due else None
    return Limit(path_a_warning, False) if path_a_warning else None


def tone(found: Limit | None, *, today: date) -> str:
    """The colour of time: normal | soon | overdue | none. A warning date never turns red."""
    if found is None:
        return "none"
    left = (found.due_on - today).days
    if left < 0:
        return "overdue" if found.hard else "soon"
    return "soon" if left <= 30 else "normal"
