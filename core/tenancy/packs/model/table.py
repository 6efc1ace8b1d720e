"""Statistical tables (统计表): a tree of column heads, rows, and where every figure comes from. Knows no database.

A figure is a fact of the catalogue (``from``), a formula over other columns, or typed by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from core.tenancy.packs.model.accountability import Measure
from core.tenancy.packs.model.base import Coded, Sourced
from core.tenancy.packs.model.orgs import OrgKind


class ColumnType(StrEnum):
    """What a cell holds."""

    TEXT = "text"
    INT = "int"
    MONEY = "money"
    """Fen inside; printed in the column's unit, 元 or 万元."""
    PERCENT = "percent"
    """Always a formula; printed with its denominator where that is small."""
    DATE = "date"
    ENUM = "enum"
    PERIOD = "period"


class RowsBy(StrEnum):
    """What a row stands for."""

    KINDS = "kinds"
    """The rows named in ``rows``, each some kinds of units."""
    UNITS = "units"
    """One row for each school that answers for itself."""
    DOMAINS = "domains"
    """One row for each domain of the pack."""


ROW_FACTS = ("row.number", "row.label")
"""What a column may say of its row."""
LINE_FACTS = ("unit.name", "period")
"""What a line above or below the table may be filled with."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Only:
    """Narrows a fact; empty = all. Which of these a fact knows, the catalogue says."""

    grades: tuple[str, ...] = ()
    """general, major."""
    domains: tuple[str, ...] = ()
    """Codes of domains."""
    origins: tuple[str, ...] = ()
    """Of hazards: self_check, inspection, cluster …"""
    kinds: tuple[str, ...] = ()
    """Of inspections: special, joint, blind …"""
    measures: tuple[Measure, ...] = ()
    """Of accountability: talk, circular, discipline …"""
    grounds: tuple[str, ...] = ()
    """Of accountability: codes of the pack's grounds."""


EVERYTHING = Only()


@dataclass(frozen=True, kw_only=True, slots=True)
class TableColumn(Coded):
    """A column, or with ``columns`` a head over several. ``code`` is its name in formulas."""

    RENAMED: ClassVar[dict[str, str]] = {"from": "fact"}

    type: ColumnType = ColumnType.INT
    """What its cells hold."""
    unit: str = ""
    """As printed: 家, 项, 人次, 万元."""
    fact: str = ""
    """Name in the catalogue of facts; empty = formula, or typed by hand."""
    only: Only = EVERYTHING
    """What of the fact is counted."""
    formula: str = ""
    """Over codes of other columns: ``c6 / c5``, ``sum(c7, c8)``."""
    check: str = ""
    """A fact that the column must equal; a difference needs a reason and stays visible."""
    values: tuple[str, ...] = ()
    """Words of an enum."""
    columns: tuple[TableColumn, ...] = ()
    """The columns under it."""
    hidden: bool = False
    """Not shown: a district that does not need it hides it, formulas may still use it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TableRow(Coded):
    """A row of kinds of units. A unit stands in the first row that takes it; one that none takes is in no figure."""

    kinds: tuple[OrgKind, ...] = ()
    """school, kindergarten …"""
    who: tuple[str, ...] = ()
    """Org types of the pack, or groups (``schools`` …). Without both: every school and kindergarten."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TableLine(Coded):
    """A line above or below the table: 填报单位, 填表人."""

    RENAMED: ClassVar[dict[str, str]] = {"from": "fact"}

    fact: str = ""
    """unit.name or period; empty = typed or signed by hand."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TablePair(Sourced):
    """本期数／累计数: these columns stand twice, for the period and from the campaign's first day on."""

    columns: tuple[str, ...]
    """Their codes."""
    period: str = "本期"
    """Head of the period's figures."""
    running: str = "累计"
    """Head of the running totals."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Table(Coded):
    """A statistical table as its notice prints it."""

    campaign: str = ""
    """Running totals count from its first day; empty = from 1 January."""
    by: RowsBy = RowsBy.KINDS
    """What a row stands for."""
    rows: tuple[TableRow, ...] = ()
    """The rows, where they stand for kinds of units."""
    who: tuple[str, ...] = ()
    """With rows by units or domains: whose figures, as in ``rows``; empty = all schools and kindergartens."""
    total: str = "合计"
    """Label of the total row; empty = none."""
    small: int = 5
    """A rate on fewer cases is printed as part/whole, not in per cent."""
    above: tuple[TableLine, ...] = ()
    """Lines above the heads: 填报单位, 报告期."""
    columns: tuple[TableColumn, ...] = ()
    """The tree of heads."""
    pairs: tuple[TablePair, ...] = ()
    """Columns that stand for the period and for the time since the campaign's first day."""
    below: tuple[TableLine, ...] = ()
    """Lines under the table: 填表人, 审核人."""

    def leaves(self) -> tuple[TableColumn, ...]:
        """The columns that hold cells, from left to right, hidden ones too."""
        return tuple(leaf for column in self.columns for leaf in _leaves(column))

    def column(self, code: str) -> TableColumn:
        """KeyError for none."""
        for leaf in self.leaves():
            if leaf.code == code:
                return leaf
        raise KeyError(code)


def _leaves(column: TableColumn) -> tuple[TableColumn, ...]:
    if not column.columns:
        return (column,)
    return tuple(leaf for under in column.columns for leaf in _leaves(under))
