"""Statistical tables: every figure has one origin that is there, formulas can be computed, rows and pairs make sense."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from core.kernel.formulas import Formula, FormulaFault, formula
from core.tenancy.packs.checks.report import Report, check
from core.tenancy.packs.faults import Path
from core.tenancy.packs.model import (
    GROUPS,
    LINE_FACTS,
    ROW_FACTS,
    ColumnType,
    LegalGrade,
    Only,
    Origin,
    Pack,
    RowsBy,
    Table,
    TableColumn,
)
from core.tenancy.packs.model.checklist import InspectionKind

CODE = re.compile(r"^[a-z][a-z0-9_]{0,39}$")
NUMBERS = frozenset({ColumnType.INT, ColumnType.MONEY})
RESERVED = frozenset({"total", "sum"})
Leaves = Mapping[str, tuple[Path, TableColumn]]


@check("tables", "campaigns", "org_types", "domains", "accountability")
def tables(pack: Pack, report: Report) -> None:
    """Columns, rows, pairs and lines of each table."""
    report.codes(("tables",), pack.tables)
    campaigns = frozenset(campaign.code for campaign in pack.campaigns)
    for index, table in enumerate(pack.tables):
        path: Path = ("tables", index)
        report.one((*path, "campaign"), table.campaign, campaigns, "活动", "no-such-campaign")
        _rows(pack, table, path, report)
        leaves = _columns(table, path, report)
        if not any(leaf.fact == "row.label" for _, leaf in leaves.values()):
            report.fault(
                (*path, "columns"), "no-row-label", f"{table.label} 没有一列写明每行是什么", "加一列 from: row.label"
            )
        for at, leaf in leaves.values():
            _origin(leaf, at, leaves, report)
            _fact(pack, table, leaf, at, report)
        _cycles(leaves, report)
        for position, pair in enumerate(table.pairs):
            numbers = {code for code, (_, leaf) in leaves.items() if leaf.type in NUMBERS}
            report.known((*path, "pairs", position, "columns"), pair.columns, numbers, "数字列", "no-such-column")
        for place in ("above", "below"):
            for position, line in enumerate(getattr(table, place)):
                report.one((*path, place, position, "from"), line.fact, LINE_FACTS, "可填的内容", "no-such-fact")


def _rows(pack: Pack, table: Table, path: Path, report: Report) -> None:
    known = {org_type.code for org_type in pack.org_types} | GROUPS.keys()
    codes = report.codes((*path, "rows"), table.rows)
    if table.by is RowsBy.KINDS and not table.rows:
        report.fault(
            path, "no-rows", f"{table.label} 没有行", "写 rows，或 by: units（每校一行）、by: domains（每个领域一行）"
        )
    if table.by is not RowsBy.KINDS and table.rows:
        report.fault(
            (*path, "rows"), "rows-twice", f"by: {table.by} 的行由名册或领域决定", "去掉 rows，用 who 限定单位"
        )
    if codes & RESERVED:
        report.fault((*path, "rows"), "reserved", "total 是合计行的代码", "换一个代码")
    for position, row in enumerate(table.rows):
        report.known((*path, "rows", position, "who"), row.who, known, "单位类型", "no-such-org-type")
    report.known((*path, "who"), table.who, known, "单位类型", "no-such-org-type")


def _columns(table: Table, path: Path, report: Report) -> Leaves:
    """Code → (path, column) of the columns that hold cells."""
    seen: set[str] = set()
    leaves: dict[str, tuple[Path, TableColumn]] = {}
    for at, column in _walk(table.columns, (*path, "columns")):
        if not CODE.match(column.code) or column.code in RESERVED:
            wrong = f"{column.code} 不能作列的代码"
            report.fault((*at, "code"), "bad-code", wrong, "小写字母开头，只用小写字母、数字和 _，不用 sum、total")
        if column.code in seen:
            report.fault((*at, "code"), "code-twice", f"代码 {column.code} 已用过", "同一张表中代码不能重复")
        seen.add(column.code)
        if column.columns:
            if column.fact or column.formula or column.check:
                report.fault(
                    at,
                    "group-with-figure",
                    f"{column.label} 下面还有列，自己不能有数字",
                    "把 from、formula、check 写在下面的列上",
                )
        else:
            leaves[column.code] = (at, column)
    return leaves


def _walk(columns: tuple[TableColumn, ...], path: Path) -> Iterator[tuple[Path, TableColumn]]:
    for place, column in enumerate(columns):
        yield (*path, place), column
        yield from _walk(column.columns, (*path, place, "columns"))


def _origin(leaf: TableColumn, at: Path, leaves: Leaves, report: Report) -> None:
    if leaf.fact and leaf.formula:
        report.fault(at, "two-origins", f"{leaf.label} 既有 from 又有 formula", "只留一个；要与台账核对用 check")
    if leaf.type is ColumnType.PERCENT and not leaf.formula:
        report.fault(at, "no-formula", f"百分比 {leaf.label} 没有公式", '写 formula，例 formula: "c6 / c5"')
    if (leaf.type is ColumnType.ENUM) != bool(leaf.values):
        report.fault(
            at, "enum-values", f"{leaf.label} 的 type 和 values 不相配", "type: enum 要有 values，别的类型没有"
        )
    if (leaf.formula or leaf.check) and leaf.type not in NUMBERS | {ColumnType.PERCENT}:
        report.fault(at, "not-a-number", f"{leaf.label} 不是数字", "公式和核对只用于 int、money、percent")
    if leaf.formula:
        read = _read(leaf, at, report)
        if read is not None:
            numbers = {code for code, (_, other) in leaves.items() if other.type in NUMBERS or other.formula}
            for name in sorted(read.names):
                report.one((*at, "formula"), name, numbers, "数字列", "no-such-column")
            if read.divides != (leaf.type is ColumnType.PERCENT):
                report.fault(
                    (*at, "formula"),
                    "percent-divides",
                    f"{leaf.label} 的类型与公式不相配",
                    "有除法的是 type: percent，没有的不是",
                )


def _read(leaf: TableColumn, at: Path, report: Report) -> Formula | None:
    try:
        return formula(leaf.formula)
    except FormulaFault as fault:
        report.fault(
            (*at, "formula"),
            "bad-formula",
            f"公式 {leaf.formula}：{fault}",
            "可用 + - * / ( )、整数、列的代码、sum(甲, 乙)",
        )
        return None


def _fact(pack: Pack, table: Table, leaf: TableColumn, at: Path, report: Report) -> None:
    for key, name in (("from", leaf.fact), ("check", leaf.check)):
        if not name or report.facts is None or (key == "from" and name in ROW_FACTS):
            continue
        if name not in report.facts:
            report.one((*at, key), name, [*report.facts, *ROW_FACTS], "数据项", "no-such-fact")
            continue
        knows = report.facts[name]
        for field in ("grades", "domains", "origins", "kinds", "measures", "grounds"):
            if getattr(leaf.only, field) and field not in knows:
                report.fault(
                    (*at, "only", field), "cannot-narrow", f"{name} 不能按 {field} 细分", "去掉这一项，或换一个数据项"
                )
        if table.by is RowsBy.DOMAINS and "by_domain" not in knows:
            report.fault((*at, key), "not-by-domain", f"{name} 不能按领域分行", "换一个数据项，或改为手工填报")
        if ("money" in knows) != (leaf.type is ColumnType.MONEY):
            report.fault((*at, key), "money", f"{leaf.label} 的类型与 {name} 不相配", "金额用 type: money，其他不用")
    _only(pack, leaf.only, (*at, "only"), report)


def _only(pack: Pack, only: Only, at: Path, report: Report) -> None:
    report.known((*at, "grades"), only.grades, [str(grade) for grade in LegalGrade], "等级", "no-such-grade")
    report.known((*at, "domains"), only.domains, [domain.code for domain in pack.domains], "领域", "no-such-domain")
    report.known((*at, "origins"), only.origins, [str(origin) for origin in Origin], "来源", "no-such-source")
    report.known((*at, "kinds"), only.kinds, [str(kind) for kind in InspectionKind], "检查类型", "no-such-kind")
    grounds = [ground.code for ground in pack.accountability]
    report.known((*at, "grounds"), only.grounds, grounds, "问责情形", "no-such-ground")


def _cycles(leaves: Leaves, report: Report) -> None:
    """A formula must not rest on itself, by whatever way."""
    rests: dict[str, frozenset[str]] = {}
    for code, (_, leaf) in leaves.items():
        try:
            rests[code] = formula(leaf.formula).names & leaves.keys() if leaf.formula else frozenset()
        except FormulaFault:
            rests[code] = frozenset()
    settled: set[str] = set()
    while ready := {code for code, names in rests.items() if code not in settled and names <= settled}:
        settled |= ready
    for code in sorted(rests.keys() - settled):
        report.fault(
            (*leaves[code][0], "formula"), "formula-circle", f"{code} 的公式绕回了自己", "公式只能用别的列算出的数"
        )


CHECKS = (tables,)
