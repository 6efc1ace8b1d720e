"""Every check of packs finds its fault: a bad sample for each code that no other test of packs knows, and a law that none is left out."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

import pytest

from core.statistics.facts import abilities
from core.tenancy.packs import checks
from core.tenancy.packs.check import check
from core.tenancy.packs.checks.report import Report
from core.tenancy.packs.faults import Fault
from tests.core.statistics.test_check import SAMPLES as TABLES
from tests.core.tenancy.packs.test_faults import SAMPLES as FAULTS

MORE = """
reports:
- {code: monthly, label: 月报, who: [primary], to: [safety], period: month, due: {at: month_day, day: 5, months_after: 1}, clauses: [EX-1-02]}
- {code: plan, label: 方案, who: [primary], period: once, due: {on: 2023-11-30}, clauses: [EX-1-02]}
- {code: incident, label: 首报, who: [primary], period: event, after: incident, due: {within_minutes: 60}, clauses: [EX-1-02]}
- {code: ten_days, label: 旬报, who: [primary], period: every_days, window: heating, clauses: [EX-1-02]}
- {code: any_time, label: 专报, who: [primary], period: on_demand, clauses: [EX-1-02]}
topics:
- {code: ventilation, label: 通风, activities: [safety_lesson]}
registers:
- code: stoves
  label: 炉具台账
  domain: co
  kept_in: [school]
  named_by: [name]
  validity: {starts: 检验日期, ends: 有效期}
  files: {label: 检验合格证, most: 2, sorts: [image], personal: true, checked_by: "inspection:visit:conduct"}
  fields:
  - {code: name, label: 名称, required: true, most: 40}
  - {code: fuel, label: 燃料, kind: choice, choices: [{code: coal, label: 煤}, {code: gas, label: 燃气}]}
  - {code: alarm, label: 有报警器, kind: boolean}
  rules:
  - {code: any, label: 有台账, kind: at_least, kinds: [school], category: co.stove}
  - {code: alarmed, label: 装报警器, kind: matches, where: [{field: fuel, among: [coal]}], must: [{field: alarm, among: ["true"]}], category: co.alarm}
- {code: fire_more, label: 消防设施, extends: fire_facilities, fields: [{code: remark, label: 备注, most: 40}]}
- code: visitors
  label: 来访台账
  kept_in: [school]
  read_by: "register:visitors:read"
  fields: [{code: seen_on, label: 日期, kind: date}]
  rules: [{code: fresh, label: 近期有记录, kind: fresh_within, field: seen_on, days: 30}]
checklists:
- {code: rooms, label: 宿舍检查表, domain: co, kinds: [special], pass_percent: 90, items: [{code: alarm, label: 报警器通电, category: co.alarm, points: 10}]}
- {code: general, label: 综合检查表, kinds: [special], items: [{code: order, label: 秩序}]}
tasks:
- {code: r1, no: "1", label: 排查, campaign: heating, phase: p1, starts: 2023-11-01, ends: 2023-11-30, clauses: [EX-1-02]}
- {code: r2, no: "2", label: 同1, campaign: heating, same_as: [r1], copies: true, clauses: [EX-1-02]}
accountability:
- {code: late, label: 整改不力, measures: [talk], clauses: [EX-1-03]}
counters:
- {code: talks, label: 约谈, measures: [talk], persons: true, unit: 人, clauses: [EX-1-03]}
questions:
- {code: q1, kind: single, label: 中毒后先做什么？, domain: co, clauses: [EX-1-02], choices: [{code: a, label: 开窗, right: true}, {code: b, label: 点火}]}
exams:
- {code: must_know, label: 应知应会, posts: [principal], draws: [{number: 1, domain: co}], minutes: 30, clauses: [EX-1-02]}
qualifications:
- {code: passed, label: 考核合格, posts: [principal], exam: must_know, clauses: [EX-1-02]}
indicators:
- {code: on-time, label: 按时整改率, source: hazards_on_time, goal: at_least, target: 100, clauses: [EX-1-03]}
- {code: open, label: 未销号, source: hazards_open, unit: 项, goal: at_most, target: 0, clauses: [EX-1-03]}
- {code: checks, label: 每周检查率, source: duties, of: [weekly_check], goal: at_least, target: 90, clauses: [EX-1-02]}
- {code: taught, label: 上过课的学校, source: held, of: [safety_lesson], goal: at_least, target: 100, clauses: [EX-1-02]}
- {code: funds, label: 全区投入, source: typed, district: true, unit: 万元, clauses: [EX-1-03]}
assessment:
- code: annual
  label: 年度考核
  items:
  - {code: closing, label: 整改, indicator: on-time, points: 60, each: 1, clauses: [EX-1-03]}
  - {code: weekly, label: 检查, indicator: checks, points: 40, clauses: [EX-1-02]}
  vetoes:
  - {code: left, label: 大量未改, indicator: open, over: 50, clauses: [EX-1-03]}
  grades: [{code: good, label: 良好, least: 80}, {code: rest, label: 一般, least: 0}]
  clauses: [EX-1-03]
tables:
- code: rectified
  label: 整改统计表
  by: domains
  clauses: [EX-1-03]
  columns:
  - {code: what, label: 领域, type: text, from: row.label}
  - {code: found, label: 发现, type: int, from: hazards.found}
  - {code: state, label: 情况, type: enum, values: [好, 差]}
"""

SAMPLES = (
    ("measures: [talk], clauses", "measures: [], clauses", "no-measure"),
    ("measures: [talk], persons", "measures: [talk], figure: major_hazards_closed, persons", "counts-what"),
    ("measures: [talk], persons", "figure: major_hazards_closed, persons", "persons-of-what"),
    ("unit: 人, clauses: [EX-1-03]", "unit: 人", "no-source"),
    ("EX-1-03]}\n  grades", "EX-1-03]}\n  appeal_days: 90\n  grades", "appeal-days"),
    ("indicator: on-time", "indicator: funds", "district-only"),
    ("source: hazards_open,", "source: hazards_open, share: true,", "knows-itself"),
    ("goal: at_most, target: 0", "goal: at_most, target: 0, baseline: 2022", "no-baseline"),
    ("goal: at_least, target: 90, ", "", "no-goal"),
    ("  items:\n  - {code: closing", "  items: []\n  spare:\n  - {code: closing", "unknown-key"),
    ("indicator: checks", "indicator: check", "no-such-indicator"),
    ("source: hazards_open,", "source: hazards_open, who: [nursery],", "no-such-who"),
    ("indicator: open", "indicator: on-time", "not-counted"),
    ("over: 50", "over: -1", "over"),
    ("source: hazards_open,", "source: hazards_open, of: [x],", "not-narrowed"),
    ("source: duties, of: [weekly_check]", "source: duties", "of-what"),
    ("of: [safety_lesson]", "of: [safety_lesion]", "no-such-fact"),
    ("goal: at_most, target: 0", "goal: at_least, target: 0", "other-goal"),
    ("goal: at_least, target: 90", "goal: at_least, target: 190", "target"),
    ("source: hazards_open,", "source: hazards_open, district: true,", "district"),
    ("points: 40", "points: 50", "over-full"),
    ("points: 40", "points: 140", "points"),
    ("least: 80}", "least: 0}", "grades"),
    ("  phases:\n  - {code: p1", "  phases:\n  - {code: p0, label: 收尾, unbounded: true, windows: [{starts: 2024-04-01, ends: 2024-04-30}]}\n  - {code: p1", "no-reason"),
    ("label: 取暖季一氧化碳安全专项整治\n", "label: 取暖季一氧化碳安全专项整治\n  document: order\n", "no-such-document"),
    ("  teaching_months", "  - {code: 2023-2, label: 春学期, school_year: 2023-2024, starts: 2024-01-10, ends: 2024-07-01}\n  teaching_months", "terms-overlap"),
    ("label: 秩序}", "label: 秩序, category: co.alarm}", "no-domain"),
    ("items: [{code: order, label: 秩序}]", "items: []", "no-items"),
    ("label: 报警器通电, category: co.alarm", "label: 报警器通电, category: co.alarms", "no-such-category"),
    ("pass_percent: 90", "pass_percent: 190", "out-of-range"),
    ("paragraph: 1, quote", "paragraph: 2, quote", "clause-elsewhere"),
    ("clauses: [EX-0-01]}", "clauses: []}", "clause-unused"),
    ("kind: rule, domain: core", "kind: rule, domain: core, sensitive: persons", "no-privacy-reading"),
    ("  categories:\n  - {code: co.stove, label: 燃煤炉具、烟道隐患, clauses: [EX-1-02]}\n  - {code: co.alarm, label: 一氧化碳报警器缺失或失效}\n", "", "no-categories"),
    ("{code: co.alarm, label: 一氧化碳报警器缺失或失效}", "{code: co.alarm, label: 一氧化碳报警器缺失或失效, focus: [co.first]}", "no-such-focus"),
    ("exam: must_know, clauses", "exam: must_know, certificate: health, clauses", "asks-what"),
    ("right: true}, {code: b", "right: true}, {code: b, right: true", "no-answer"),
    ("exam: must_know, clauses", "exam: must_pass, clauses", "no-such-exam"),
    ("activity: heating_check", "activity: exam, topics: [must_pass]", "no-such-exam"),
    ("number: 1, domain", "number: 0, domain", "nothing-drawn"),
    ("minutes: 30", "minutes: 300", "out-of-bounds"),
    ("posts: [principal], draws", "posts: [], draws", "incomplete"),
    ("posts: [principal], draws", "posts: [principle], draws", "no-such-post"),
    ("code: hazard, label: 隐患编号", "code: case, label: 隐患编号", "no-hazard-number"),
    ("code: registered, label: 登记, canonical: registered", "code: registered, label: 登记, canonical: risk_controlled", "no-risk-control"),
    ("moves: [register, start, report]", "moves: [register, begin, report]", "no-such-move"),
    ("  extension: {", "  risk_control: {stage: registered, parts: [deadline], max_days: 30, on_expiry: [gone]}\n  extension: {", "no-such-escalation"),
    ("  extension: {", "  supervision: {code: watched, label: 督办, numbering: dd, by: [district], permission: \"hazard:case:close\"}\n  extension: {", "no-such-numbering"),
    ("canonical: closed, requires: [verification]", "canonical: closed, requires: [verification, {need: follow_up, of: [daily]}]", "no-such-track"),
    ("period: every_days, window: heating", "period: every_days, window: heating, step: 0", "bad-rule"),
    ("period: on_demand", "period: on_demand, due: {at: month_day}", "never-due"),
    (", due: {on: 2023-11-30}", "", "no-day"),
    ("period: event, after: incident", "period: month, after: incident", "no-event"),
    ("period: every_days, window: heating", "period: every_days", "no-start"),
    ("who: [primary], period: week", "who: [primery], period: week", "no-such-who"),
    ("period: every_days, window: heating", "period: every_days, window: heeting", "no-such-window"),
    ("period: every_days, window: heating", "period: every_days, params: {coverage: all}, window: heating", "no-such-param"),
    ("period: once, due", "period: month, due", "not-once"),
    ("who: [primary], period: week", "who: [], period: week", "nobody"),
    ("single: true, grants: [{scope: unit, sets: [work]}]", "single: true, grants: []", "no-grants"),
    ("departments:\n", "bodies:\n- {code: office, label: 专班, kind: committee, parent: council}\ndepartments:\n", "no-such-body"),
    ("from: [registered], to: rectifying", "from: [registered], to: registered", "dead-end"),
    ("  - {code: done, label", "  - {code: lost, label: 失联, canonical: rectifying}\n  - {code: done, label", "unreachable"),
    ("canonical: closed, requires: [verification]", "canonical: verified, requires: [verification]", "no-end"),
    ("{field: alarm, among: [\"true\"]}", "{field: alarm}", "no-condition"),
    ("field: seen_on, days: 30", "days: 30", "no-date"),
    ("fields: [{code: remark, label: 备注, most: 40}]", "fields: [{code: visit, label: 来访, kind: entry, to: visitors}]", "reads-restricted"),
    ("label: 检验合格证", "label: \"\"", "no-label"),
    ("most: 2, sorts", "most: 21, sorts", "bad-number"),
    ("sorts: [image]", "sorts: []", "no-sorts"),
    ("personal: true, checked_by", "checked_by", "not-personal"),
    ("read_by: \"register:visitors:read\"", "read_by: visitors", "bad-permission"),
    ("validity: {starts: 检验日期, ends: 有效期}", "validity: {}", "no-dates"),
    ("  fields: [{code: seen_on, label: 日期, kind: date}]\n  rules: [{code: fresh, label: 近期有记录, kind: fresh_within, field: seen_on, days: 30}]\n", "", "no-fields"),
    ("among: [coal]", "among: [wood]", "no-such-choice"),
    ("extends: fire_facilities", "extends: fire_facility", "no-such-register"),
    ("{code: name, label: 名称, required: true, most: 40}", "{code: name, label: 名称, required: true, most: 40, past: true}", "not-a-date"),
    ("extends: fire_facilities,", "extends: fire_facilities, kept_in: [school],", "not-extended"),
    ("kind: at_least, kinds: [school], category", "kind: at_least, category", "over-nobody"),
    ("field: seen_on, days: 30", "field: seen_on", "days"),
    ("{code: alarm, label: 有报警器, kind: boolean}", "{code: alarm, label: 有报警器, kind: choice}", "choices"),
    ("{code: alarm, label: 有报警器, kind: boolean}", "{code: alarm, label: 有报警器, kind: entry}", "to"),
    (", must: [{field: alarm, among: [\"true\"]}]", "", "must"),
    ("type: enum, values: [好, 差]", "type: enum", "enum-values"),
    ("by: domains\n", "by: kinds\n", "no-rows"),
    ("by: domains\n", "by: domains\n  rows: [{code: x, label: 甲, kinds: [school]}]\n", "rows-twice"),
    ("from: hazards.found}", "from: accountability.matters, only: {grounds: [later]}}", "no-such-ground"),
    ("from: hazards.found}", "from: inspections.visits, only: {kinds: [surprise]}}", "no-such-kind"),
    ("from: hazards.found}", "from: hazards.found, only: {origins: [nobody]}}", "no-such-source"),
    ("type: text, from: row.label}", "type: text, from: row.label, check: hazards.found}", "not-a-number"),
    ("from: hazards.found}", "from: units.listed}", "not-by-domain"),
    ("same_as: [r1], copies", "copies", "copies-nothing"),
    ("who: [primary], period: week", "who: [primary], having: {label: 谁}, period: week", "one-holding"),
    ("who: [primary], period: week", "who: [primary], having: {holding: boiler, where: [{field: fuel, filled: true}], label: 谁}, period: week", "no-register"),
    ("who: [primary], period: week", "who: [primary], having: {holding: furnace, label: 谁}, period: week", "no-such-holding"),
    ("who: [primary], period: week", "who: [primary], period: event, after: entry, due: {within_days: 1}", "entry"),
    ("who: [primary], period: week", "who: [primary], period: event, after: entry, entry: {register: stoves, on: seen_on}, due: {within_minutes: 5}", "no-hours"),
    ("kind: at_least, kinds: [school], category", "kind: at_least, kinds: [school], having: {holding: boiler, label: 谁}, category", "registers-only"),
    ("kind: matches, where", "kind: balanced, where", "balance"),
    ("kind: fresh_within, field: seen_on, days: 30", "kind: has_files", "no-files"),
    ("phase: p1, starts", "phase: p9, starts", "no-such-phase"),
    ("same_as: [r1]", "same_as: [r9]", "no-such-task"),
    ("same_as: [r1]", "same_as: [r2]", "circle"),
)  # fmt: skip
"""(a text of the pack, what it is replaced by, the code of the fault)."""
ELSEWHERE = {"no-such-permission"}
"""Asked only where the permissions of the installation are known: test_faults and tests/core/cli/test_known.py."""
REGISTERS = {"fire_facilities": frozenset({"name", "place"})}


@pytest.fixture
def spoilt(folder: Path) -> Callable[[str, str], tuple[Fault, ...]]:
    """The guide's pack with what it leaves out: ``spoilt(old, new)`` replaces one text and checks it."""
    files = {
        folder / "pack.yaml": f"include: [more.yaml]\n{(folder / 'pack.yaml').read_text(encoding='utf-8')}",
        folder / "more.yaml": MORE,
    }

    def spoilt(old: str, new: str) -> tuple[Fault, ...]:
        assert sum(old in text for text in files.values()) == 1 or not old, old
        for file, text in files.items():
            file.write_text(text.replace(old, new, 1) if old else text, encoding="utf-8")
        return check(folder, registers=REGISTERS, facts=abilities(), holdings=frozenset({"boiler"}))

    return spoilt


def test_check_when_nothing_is_spoilt_then_says_nothing(spoilt: Callable[[str, str], tuple[Fault, ...]]) -> None:
    assert spoilt("", "") == ()


@pytest.mark.parametrize(("old", "new", "code"), SAMPLES, ids=[f"{s[2]}-{i}" for i, s in enumerate(SAMPLES)])
def test_check_when_spoilt_then_finds_it_and_says_what_would_be_right(
    spoilt: Callable[[str, str], tuple[Fault, ...]], old: str, new: str, code: str
) -> None:
    found = [fault for fault in spoilt(old, new) if fault.code == code]
    assert found, "no such fault"
    assert found[0].file in ("pack.yaml", "more.yaml") and found[0].line > 1
    assert found[0].wrong and found[0].right


def test_samples_when_a_check_has_a_fault_then_there_is_one_for_it() -> None:
    """The law: no fault of the checks without a bad sample."""
    proven = {sample[2] for sample in (*SAMPLES, *FAULTS, *TABLES)} | ELSEWHERE
    assert not said() - proven


def said() -> set[str]:
    """Codes of faults that the checks can find, from their source."""
    codes: set[str] = set()
    for file in Path(checks.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CODE_AT:
                at = node.args[CODE_AT[node.func.attr]]
                codes |= {at.value} if isinstance(at, ast.Constant) and isinstance(at.value, str) else set()
    return codes


CODE_AT = {Report.fault.__name__: 1, Report.one.__name__: -1, Report.known.__name__: -1}
"""Method of the report → where it is given the code of the fault."""
