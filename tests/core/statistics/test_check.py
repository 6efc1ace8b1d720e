"""A bad sample for every kind of fault in a table: what is said, on which line of which file, and what would be right."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from core.statistics.facts import abilities, facts
from core.statistics.heads import heads_of
from core.tenancy.packs.check import check, load
from core.tenancy.packs.faults import Fault

ROOT = Path(__file__).parents[3] / "tenants"
PACKS = ("wujin", "sip", "yongqiao", "lianyun", "tongyu")
SAMPLES = [
    # (old, new, code, part of what is said, part of what would be right)
    ("from: inspections.units", "from: inspections.unit", "no-such-fact", "inspections.unit", "inspections.units"),
    ("from: inspections.people", "from: inspections.people, only: {grades: [general]}", "cannot-narrow", "grades", "换一个"),
    ("only: {grades: [general]}", "only: {grades: [ordinary]}", "no-such-grade", "ordinary", "general"),
    ("only: {grades: [general]}", "only: {domains: [nothing]}", "no-such-domain", "nothing", ""),
    ('formula: "c6 / c5"', 'formula: "c6 / c55"', "no-such-column", "c55", "c5"),
    ('formula: "c6 / c5"', 'formula: "c6 / (c5"', "bad-formula", "缺少右括号", "sum"),
    ('formula: "c6 / c5"', 'formula: "__import__(1)"', "bad-formula", "公式", "+ - * /"),
    ('formula: "c6 / c5"', 'formula: "c6 - c5"', "percent-divides", "检查覆盖率", "percent"),
    ('type: percent, formula: "c6 / c5"', "type: percent", "no-formula", "检查覆盖率", "formula"),
    ('formula: "c9 + c13 - c11 - c15"', 'formula: "c9 + c17 - c11"', "formula-circle", "c17", "别的列"),
    ('formula: "c9 + c13 - c11 - c15"', 'formula: "c9 + c4"', "no-such-column", "c4", ""),
    ("check: hazards.open", "check: hazards.opened", "no-such-fact", "hazards.opened", "hazards.open"),
    ("type: money, unit: 万元", "unit: 万元", "money", "投入整改资金", "money"),
    ("unit: 家, from: units.listed", 'unit: 家, from: units.listed, formula: "c6"', "two-origins", "应检查单位数", "check"),
    ("{code: c6,", "{code: c5,", "code-twice", "c5", "不能重复"),
    ("{code: c6,", "{code: C6,", "bad-code", "C6", "小写"),
    ("{code: c4, label: 类别, type: text, from: row.label,", "{code: c4, label: 类别, type: text,", "no-row-label", "每行", "row.label"),
    ("kinds: [kindergarten], clauses", "who: [nursery], clauses", "no-such-org-type", "nursery", ""),
    ("{code: schools, label: 学校,", "{code: total, label: 学校,", "reserved", "合计", "换一个"),
    ("campaign: heating", "campaign: winter", "no-such-campaign", "winter", "heating"),
    ("columns: [c5, c6, c8", "columns: [c5, c4, c8", "no-such-column", "c4", ""),
    ("from: unit.name", "from: unit.title", "no-such-fact", "unit.title", "unit.name"),
    ("  - code: units\n    label: 检查情况\n", "  - code: units\n    label: 检查情况\n    from: units.listed\n", "group-with-figure", "检查情况", "下面的列"),
    ("kinds: [school]", "kinds: [university]", "bad-value", "university", ""),
    ("type: percent", "type: share", "bad-value", "share", "percent"),
    ("unit: 家, from", "measure: 家, from", "unknown-key", "measure", ""),
]  # fmt: skip


@pytest.fixture(scope="module")
def written() -> str:
    """Tongyu's first table, as a small district would write it: the guide's pack is checked in a moment."""
    text = (ROOT / "tongyu/tables.yaml").read_text(encoding="utf-8").partition("- code: t2")[0]
    return re.sub(r"TY-[A0-9.-]+", "EX-1-02", text).replace("winter_spring", "heating")


@pytest.fixture
def spoil(tmp_path: Path, written: str) -> Callable[[str, str], tuple[Fault, ...]]:
    """Replaces one text in the tables and checks the pack: ``spoil(old, new)``."""
    guide = re.search(r"```yaml\n(format: 1.*?)```", (ROOT.parent / "docs/packs.md").read_text("utf-8"), re.DOTALL)
    assert guide is not None
    shutil.copytree(ROOT / "layers", tmp_path / "layers")
    folder = tmp_path / "example"
    folder.mkdir()
    (folder / "pack.yaml").write_text(f"include: [tables.yaml]\n{guide[1]}", encoding="utf-8")
    (folder / "tables.yaml").write_text(written, encoding="utf-8")
    assert not check(folder, facts=abilities())

    def spoil(old: str, new: str) -> tuple[Fault, ...]:
        assert old in written, old
        (folder / "tables.yaml").write_text(written.replace(old, new, 1), encoding="utf-8")
        return check(folder, facts=abilities())

    return spoil


@pytest.mark.parametrize(("old", "new", "code", "wrong", "right"), SAMPLES, ids=lambda value: str(value)[:30])
def test_check_when_a_table_is_spoilt_then_the_fault_names_line_and_remedy(
    spoil: Callable[[str, str], tuple[Fault, ...]], written: str, old: str, new: str, code: str, wrong: str, right: str
) -> None:
    line = written[: written.index(old)].count("\n") + 1
    found = [fault for fault in spoil(old, new) if fault.code == code]
    assert found, code
    fault = found[0]
    assert fault.file == "tables.yaml" and wrong in fault.wrong and right in fault.right
    assert abs(fault.line - line) <= max(5, new.count("\n") + 1)


@pytest.mark.parametrize("slug", PACKS)
def test_packs_when_loaded_then_every_table_has_a_clause_and_heads_and_what_is_inferred_says_so(slug: str) -> None:
    pack = load(ROOT / slug, facts=abilities())
    assert pack.tables
    for table in pack.tables:
        assert table.clauses and (not table.confirm or table.note)
        assert heads_of(table)
        assert {leaf.fact for leaf in table.leaves()} - facts().keys() <= {"", "row.label", "row.number"}


def test_tongyu_when_its_tables_are_read_then_every_clause_of_the_annexes_stands_in_one() -> None:
    pack = load(ROOT / "tongyu", facts=abilities())
    wanted = {clause.id for clause in pack.clauses if clause.id.startswith(("TY-A1-", "TY-A2-", "TY-A3-"))}
    held = set()
    for table in pack.tables:
        parts = [table, *table.columns, *table.leaves(), *table.pairs, *table.above, *table.below, *table.rows]
        heads = [under for column in table.columns for under in column.columns]
        held |= {clause for part in [*parts, *heads] for clause in part.clauses}
    assert wanted <= held
