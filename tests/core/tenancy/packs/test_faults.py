"""A bad sample for every kind of fault: what is said, and on which line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core.tenancy.packs.check import check, examine, load
from core.tenancy.packs.faults import Fault, PackFaults

Spoil = Callable[[str, str], tuple[Fault, ...]]
LineOf = Callable[[str], int]

CLOSE = "by: [unit], not_same_person_as: [rectifier], clauses: [EX-1-04]}"

SAMPLES = [
    # (old, new, code, part of what is said, part of what would be right)
    ("short_name: 示范", "shortname: 示范", "unknown-key", "不认识 shortname", "short_name"),
    ("division: \"\"\n", "", "missing", "缺少 division", ""),
    ("format: 1", "format: '1'", "bad-value", "应为整数", ""),
    ("format: 1", "format: 9", "bad-format", "格式 9", "format: 1"),
    ("slug: example", "slug: other", "slug-folder", "slug other", "一致"),
    ("division: \"\"", "division: 320412", "bad-value", "应为文字", "引号"),
    ("supervises: true", "supervises: yes", "bad-value", "应为 true 或 false", ""),
    ("issued_on: 2023-10-20", "issued_on: 2023-13-40", "bad-value", "应为日期", "YYYY-MM-DD"),
    ("canonical: registered", "canonical: registred", "bad-value", "没有 registred", "registered"),
    ("stages: [primary]", "stages: primary", "bad-value", "应为列表", ""),
    ("layers: [cn]", "layers: [ch]", "no-such-layer", "没有上级层 ch", "cn"),
    ("layers: [cn]", "layers: [cn]\nenglish: {取消: gone}", "no-such-label", "没有名称 取消", "本包里有"),
    ("layers: [cn]", "layers: [cn]\nenglish: {销号: 销号}", "not-english", "销号 的英文不对", "英文"),
    ("layers: [cn]", "layers: [cn-js]", "layer-order", "cn-js 的上一级是 cn", "[cn, cn-js]"),
    ("{code: close, label: 销号, en: strike off}", "{code: shut, label: 销号, en: strike off}", "missing-term", "close", ""),
    ("clauses: [EX-0-01]}", "clauses: [EX-00-01]}", "no-such-clause", "没有条款 EX-00-01", "EX-0-01"),
    ("paragraph: 1, quote", "paragraph: 7, quote", "no-such-paragraph", "没有第 7 段", ""),
    ("quote: 一氧化碳安全专项整治", "quote: 二氧化碳", "quote-not-found", "没有“二氧化碳”", ""),
    ("{no: 2, text", "{no: 1, text", "paragraph-order", "段号 1", "大于 1"),
    ("clauses: [EX-1-01]\n  phases", "clauses: [EX-9]\n  phases", "no-such-clause", "EX-9", ""),
    ("readings: [EX-A01]}", "readings: [EX-A02]}", "no-such-reading", "EX-A02", "EX-A01"),
    ("label: 学校另一人销号, default: true", "label: 学校另一人销号", "one-default", "EX-A01", "出厂"),
    ("lifecycle.moves.close.by:", "lifecycle.moves.shut.by:", "no-such-path", "lifecycle.moves.shut.by", ""),
    ("by: [{who: district}]}}", "by: [{who: nobody}]}}", "option-breaks", "采用“县局销号”后", ""),
    ("key: inspection.days", "key: inspection.dais", "no-such-key", "inspection.dais", "inspection.days"),
    ("value: 7, clauses", "value: 七, clauses", "bad-value", "inspection.days", "int"),
    ("key: inspection.days, value: 7", "key: hazard.close.persons, value: 2", "said-elsewhere", "hazard.close.persons", "lifecycle"),
    ("supervised_by: [area]", "supervised_by: [zone]", "no-such-org-type", "zone", "area"),
    ("kind: cluster, supervises: true", "kind: cluster", "cannot-supervise", "area", "supervises: true"),
    ("held_in: [bureau]", "held_in: [office]", "no-such-org-type", "office", ""),
    ("sets: [work]}]}\n- {code: keeper", "sets: [wrok]}]}\n- {code: keeper", "no-such-set", "wrok", "work"),
    ("\"hazard:case:read\"", "\"read hazards\"", "bad-permission", "read hazards", "hazard:case:read"),
    ("responsible: [safety]", "responsible: [safty]", "no-such-department", "safty", "safety"),
    ("ends: 2024-03-31\n", "ends: 2023-03-31\n", "ends-before-start", "结束早于开始", "2023-11-01"),
    ("starts: 2023-11-01, ends: 2023-12-31", "starts: 2023-10-01, ends: 2023-12-31", "outside-campaign", "全面排查 超出", "unbounded"),
    ("yearly_from: \"12-01\"", "yearly_from: \"12/01\"", "bad-date", "12/01", "MM-DD"),
    ("{code: co.alarm", "{code: co.stove", "code-twice", "co.stove", "不能重复"),
    ("domain: co, clauses", "domain: gas, clauses", "no-such-domain", "gas", ""),
    ("obligations:\n", "topics:\n- {code: stove, label: 炉具, activities: []}\nobligations:\n", "on-nothing", "主题 炉具", "activities"),
    ("obligations:\n", "topics:\n- {code: co, label: 炉具, activities: [drill]}\nobligations:\n", "code-twice", "co 已是领域", ""),
    ("initial: found", "initial: fund", "no-such-stage", "fund", "found"),
    ("to: rectifying, permission", "to: rectify, permission", "no-such-stage", "rectify", "rectifying"),
    ("of: [description, place", "of: [describtion, place", "no-such-field", "describtion", "description"),
    ("moves: [register, start, report]", "moves: [register, report]", "broken-chain", "整改完成", ""),
    ("moves: [register, start, report]", "moves: [register, start, report, close]", "shortcut-closes", "一步走到销号", ""),
    ("parts: [responsibility, measures, deadline]", "parts: [responsibility, money]", "no-such-part", "money", ""),
    ("default: true, fixable_now", "default: false, fixable_now", "one-default", "grounds", ""),
    ("  - {code: major,", "  - {code: grave,", "legal-grades", "法定两级", "general"),
    ("origin: self_check", "origin: inspection", "no-self-check", "自查", ""),
    ("trigger: overdue, to: safety", "trigger: overdue, to: safte", "no-such-addressee", "safte", "safety"),
    ("EX-{year}-{seq:04d}", "EX-{year}-{number:04d}", "bad-pattern", "{number}", "seq"),
    ("EX-{year}-{seq:04d}", "EX-{year}", "bad-pattern", "没有流水号", "{seq}"),
    ("requires: [{need: plan, clauses: [EX-1-03]}]", "requires: []", "no-plan", "整改方案", ""),
    ("requires: [{need: evidence, kinds: [after]}]", "requires: []", "no-evidence", "佐证", ""),
    ("canonical: closed, requires: [verification]", "canonical: closed", "no-verification", "复核", ""),
    (CLOSE, "by: [unit], clauses: [EX-1-04]}", "one-person", "not_same_person_as", "必经"),
    ("from: [done], to: rectifying", "from: [closed], to: rectifying", "leaves-final", "终结阶段", "新隐患"),
    ("from: [done], to: closed", "from: [found], to: closed", "no-plan", "整改方案", ""),
    ("contact: 县教育局安全股", "contact: 联系电话 2345678", "personal-data", "电话号码", "科室"),
    ("contact: 县教育局安全股", "contact: somebody@example.org", "personal-data", "电子邮箱", "科室"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "code", "wrong", "right"), SAMPLES, ids=[f"{s[2]}-{i}" for i, s in enumerate(SAMPLES)]
)
def test_check_when_spoilt_then_says_what_and_where(
    spoil: Spoil, line_of: LineOf, old: str, new: str, code: str, wrong: str, right: str
) -> None:
    faults = [fault for fault in spoil(old, new) if fault.code == code and wrong in fault.wrong]
    assert faults, "no such fault"
    assert right in faults[0].right
    assert faults[0].file == "pack.yaml"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("to: rectifying, permission", "to: rectify, permission", "no-such-stage"),
        ("supervised_by: [area]", "supervised_by: [zone]", "no-such-org-type"),
        ("canonical: registered", "canonical: registred", "bad-value"),
        ("{code: keeper, label: 安全专干", "{code: principal, label: 安全专干", "code-twice"),
        ("EX-{year}-{seq:04d}", "EX-{year}", "bad-pattern"),
        (CLOSE, "by: [unit], clauses: [EX-1-04]}", "one-person"),
    ],
)
def test_check_when_spoilt_then_names_the_line(spoil: Spoil, line_of: LineOf, old: str, new: str, code: str) -> None:
    fault = next(fault for fault in spoil(old, new) if fault.code == code)
    assert fault.line == line_of(new)
    assert str(fault).startswith(f"pack.yaml:{fault.line}: ")


def test_check_when_right_then_says_nothing(folder: Path) -> None:
    assert check(folder) == ()


def test_check_when_two_sections_are_wrong_then_names_both(spoil: Spoil) -> None:
    spoil("initial: found", "initial: fund")
    codes = {fault.code for fault in spoil("layers: [cn]", "layers: [ch]")}
    assert {"no-such-stage", "no-such-layer"} <= codes


def test_check_when_form_of_one_section_is_wrong_then_others_are_still_checked(spoil: Spoil) -> None:
    spoil("kind: cluster, supervises: true", "kind: cluster, supervises: maybe")
    codes = {fault.code for fault in spoil("initial: found", "initial: fund")}
    assert codes == {"bad-value", "no-such-stage"}


def test_load_when_wrong_then_gives_nothing(spoil: Spoil, folder: Path) -> None:
    spoil("initial: found", "initial: fund")
    assert examine(folder)[0] is None
    with pytest.raises(PackFaults) as raised:
        load(folder)
    assert "pack.yaml:" in str(raised.value)


def test_check_when_permission_is_not_declared_then_names_the_nearest(folder: Path) -> None:
    faults = check(folder, permissions=frozenset({"hazard:case:read"}))
    assert {fault.code for fault in faults} == {"no-such-permission"}
    assert "hazard:case:read" in faults[0].right


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a: [1,\nb: 2", "yaml", 2),
        ("a: &b 1\nc: *b\n", "yaml", 2),
        ("a:\n  " + "[" * 100_000, "yaml", 2),
        ("a:\n" + "- " * 100_000, "yaml", 2),
        ("- a\n- b\n", "not-a-mapping", 1),
        ("slug: a\nslug: b\n", "section-twice", 2),
        ("terms:\n- code: a\n  code: b\n", "key-twice", 3),
        ("include: [../x.yaml]\n", "bad-include", 1),
        ("slug: a\ninclude: [orgs.yaml]\n", "no-such-file", 2),
    ],
)
def test_read_when_writing_is_wrong_then_names_the_line(folder: Path, text: str, code: str, line: int) -> None:
    (folder / "pack.yaml").write_text(text, encoding="utf-8")
    assert (code, line) in {(fault.code, fault.line) for fault in check(folder)}


def test_read_when_section_stands_in_two_files_then_refused(folder: Path) -> None:
    file = folder / "pack.yaml"
    file.write_text("include: [more.yaml]\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "more.yaml").write_text("\nterms: []\n", encoding="utf-8")
    faults = check(folder)
    assert [(fault.file, fault.line, fault.code) for fault in faults] == [("more.yaml", 2, "section-twice")]


def test_read_when_there_is_no_pack_then_says_so(tmp_path: Path) -> None:
    assert "no-such-file" in {fault.code for fault in check(tmp_path)}


def test_read_when_a_tag_wants_to_construct_then_it_is_only_text(folder: Path) -> None:
    file = folder / "pack.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("version: 1.0.0", "version: !!python/object:os.system x"),
        encoding="utf-8",
    )
    assert load(folder).version == "x"
