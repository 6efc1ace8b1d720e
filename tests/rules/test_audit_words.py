"""Law: whatever the code writes into the audit log has words, said by the feature that writes it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache

import pytest

from core.app import feature_modules
from core.audit.words import AuditWords
from core.hooks.manager import build_plugins
from core.hooks.meta import Audited
from tests.rules.source import calls, modules

MADE = {
    ("core/hazards/services/timeline.py", "hazard."): (
        "report", "move", "follow_up", "extension", "control", "escalation", "supervision", "amend", "recurrence", "files", "note",
    ),
    ("plugins/fire/services/acceptances.py", "fire_acceptance."): (
        "find_reason", "choose_a", "choose_b", "settle", "make_up", "assess", "plan", "rectify", "qualify", "reject", "reopen",
    ),
    ("core/inspections/services/checklists.py", "inspection_checklist."): ("drafted", "published", "taken", "retired"),
    ("core/inspections/services/rounds.py", "inspection_round."): ("opened", "sealed", "drawn", "revealed", "cancelled"),
    ("core/inspections/services/writing.py", "inspection_visit."): (
        "planned", "started", "answered", "photo", "signed", "reported", "finished", "cancelled", "ordered",
    ),
    ("core/reports/services/writing.py", "report_filing."): (
        "begun", "saved", "ready", "signed", "reopened", "dropped", "passed", "accepted", "returned",
    ),
    ("core/reports/services/exemptions.py", "report_round."): ("exempted", "owed_again", "cancelled"),
    ("core/records/services/writing.py", "record."): (
        "held", "corrected", "struck", "planned", "started", "stopped", "counted", "found", "reported", "imported",
    ),
    ("core/exams/services/bank.py", "exam_question."): ("written", "changed", "retired", "restored"),
    ("core/exams/services/exams.py", "exam."): ("drafted", "changed", "opened", "closed", "dropped"),
    ("core/exams/services/sittings.py", "exam_sitting."): ("begun", "marked"),
    ("core/exams/services/qualifications.py", "post_qualification."): ("asked", "ended"),
    ("core/records/services/incidents.py", "incident."): ("first", "further", "final"),
    ("core/records/services/duty.py", "duty_shift."): ("planned", "cancelled", "handed_over", "taken_over"),
    ("core/records/services/plans.py", "emergency_plan."): ("issued", "revised", "reviewed", "retired"),
    ("core/campaigns/services/tasks.py", "task."): ("reported", "signed", "returned", "reopened"),
    ("core/campaigns/services/gates.py", "phase_gate."): ("confirmed", "withdrawn"),
    ("core/campaigns/services/schemes.py", "campaign_scheme."): ("submitted", "accepted", "returned"),
    ("core/papers/services/papers.py", "paper."): ("issued", "received", "withdrawn"),
    ("core/papers/services/templates.py", "paper_template."): ("put", "taken_back"),
    ("core/accountability/services/matters.py", "accountability_matter."): (
        "decided", "progress", "asked", "extended", "accepted", "refused", "ended", "called_off",
    ),
    ("core/accountability/services/rules.py", "safety_rule."): ("added", "changed", "replaced"),
    ("core/assessment/services/held.py", "assessment_round."): (
        "opened", "ordered", "computed", "announced", "published", "cancelled", "exempted", "readmitted",
    ),
    ("core/assessment/services/appeals.py", "assessment_appeal."): ("filed", "upheld", "rejected"),
    ("core/demo/district.py", ""): ("demo.loaded", "demo.opened"),
    ("plugins/fire/services/patrols.py", "fire_"): ("check.recorded", "training.recorded", "standard.recorded"),
}  # fmt: skip
"""Where an action is put together or handed in: (module, its fixed beginning) → what may follow."""


@cache
def words() -> AuditWords:
    plugins = build_plugins(feature_modules())
    assert plugins.quarantined == {}
    return AuditWords(answer for _, answer in plugins.at_boot("register_audited"))


def recorded(path: str, tree: ast.Module, argument: str) -> Iterator[tuple[int, list[str] | None]]:
    """(line, what ``argument`` may be) of each call of ``record``; None where that cannot be told from the source."""
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for name, call in calls(tree):
        if name.split(".")[-1] != "record" or not any(keyword.arg == "action" for keyword in call.keywords):
            continue
        value = next((keyword.value for keyword in call.keywords if keyword.arg == argument), None)
        if isinstance(value, ast.IfExp) and all(isinstance(side, ast.Constant) for side in (value.body, value.orelse)):
            yield call.lineno, [value.body.value, value.orelse.value]  # type: ignore[attr-defined]  # both are constants
        elif isinstance(value, ast.Constant):
            yield call.lineno, [str(value.value)]
        elif isinstance(value, ast.Name) and value.id in constants:
            yield call.lineno, [str(constants[value.id])]
        elif isinstance(value, ast.Name) or (
            isinstance(value, ast.JoinedStr) and isinstance(value.values[0], ast.Constant)
        ):
            begin = "" if isinstance(value, ast.Name) else str(value.values[0].value)  # type: ignore[attr-defined]  # a constant
            parts = MADE.get((path, begin))
            yield call.lineno, [begin + part for part in parts] if parts else None
        else:
            yield call.lineno, None


def wordless(path: str, tree: ast.Module, known: AuditWords) -> list[str]:
    if path == "core/registers/services/entries.py":
        return []  # kind and actions follow from the register; core.registers.feature words them for every one declared
    faults = []
    for argument, there in (("action", known.actions), ("object_kind", known.kinds)):
        for line, values in recorded(path, tree, argument):
            if values is None:
                faults.append(f"{path}:{line} {argument} is made up as it runs: write it out, or list it in MADE")
            else:
                faults += [f"{path}:{line} {argument} {value} has no words" for value in values if value not in there]
    return faults


def test_records_when_the_tree_is_read_then_every_action_and_kind_has_words() -> None:
    found = [fault for path, tree in modules("core", "plugins").items() for fault in wordless(path, tree, words())]
    assert found == []


def test_records_when_shown_samples_then_tells_good_from_bad() -> None:
    known = AuditWords([[Audited("thing", "东西", {"thing.done": "办结", "thing.undone": "撤销"})]])
    good = 'DONE = "thing.done"\nrecord(s, action=DONE, object_kind="thing")\nrecord(s, action="thing.done" if a else "thing.undone", object_kind="thing")'
    assert wordless("core/x/services.py", ast.parse(good), known) == []
    for bad in (
        'record(s, action="thing.lost", object_kind="thing")',
        'record(s, action="thing.done", object_kind="other")',
        'record(s, action=f"thing.{act}", object_kind="thing")',
        'record(s, action=act, object_kind="thing")',
    ):
        assert wordless("core/x/services.py", ast.parse(bad), known) != [], bad


def test_words_when_an_action_is_worded_twice_then_the_boot_stops() -> None:
    one = Audited("thing", "东西", {"thing.done": "办结"})
    with pytest.raises(ValueError, match=r"thing\.done"):
        AuditWords([[one], [Audited("other", "别的", {"thing.done": "办完"})]])
    with pytest.raises(ValueError, match="别的"):
        AuditWords([[one], [Audited("thing", "别的", {})]])
    both = AuditWords([[one], [Audited("thing", "东西", {"thing.undone": "撤销"}, facts={"a": "甲"})]])
    assert set(both.actions_of("thing")) == {"thing.done", "thing.undone"}
    assert both.kind("thing").facts == {"a": "甲"}


def test_pages_of_things_when_named_then_there_are_such_routes(app) -> None:  # type: ignore[no-untyped-def]  # the shared fixture
    missing = []
    for kind in words().kinds.values():
        rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint == kind.endpoint]
        if kind.endpoint and not any({kind.argument} - {""} == set(rule.arguments) for rule in rules):
            missing.append(f"{kind.kind}: {kind.endpoint}({kind.argument})")
    assert missing == []
