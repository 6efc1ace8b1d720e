"""From a table of the pack to the heads of a sheet, pairs spread, and to the facts that fill it. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from core.kernel.formulas import renamed
from core.kernel.schoolyear import Span
from core.statistics.facts import Asked
from core.statistics.sheet import RUNNING, Head, Origin
from core.tenancy.packs.model import ROW_FACTS, Table, TableColumn, TablePair


def heads_of(table: Table) -> tuple[Head, ...]:
    """The tree of heads; a paired column becomes a head over two."""
    pairs = paired(table)
    return tuple(_head(column, pairs) for column in table.columns)


def paired(table: Table) -> Mapping[str, TablePair]:
    """Code of a column that stands twice → its pair."""
    return {code: pair for pair in table.pairs for code in pair.columns}


def figures_of(table: Table, *, period: Span, running: Span) -> dict[str, Asked]:
    """Code of a column of the sheet → the fact that fills it, or that it is compared with."""
    pairs = paired(table)
    found: dict[str, Asked] = {}
    for column in table.leaves():
        fact = column.check or (column.fact if origin_of(column) is Origin.FACT else "")
        if fact:
            found[column.code] = Asked(fact, column.only, period)
            if column.code in pairs:
                found[column.code + RUNNING] = Asked(fact, column.only, running)
    return found


def _head(column: TableColumn, pairs: Mapping[str, TablePair]) -> Head:
    if column.columns:
        under = tuple(_head(one, pairs) for one in column.columns)
        return Head(column.code, column.label, columns=under, confirm=column.confirm)
    pair = pairs.get(column.code)
    if pair is None:
        return _leaf(column, column.code, column.label, column.formula)
    return Head(
        f"{column.code}.pair", column.label, confirm=column.confirm,
        columns=(
            _leaf(column, column.code, pair.period, column.formula),
            _leaf(column, column.code + RUNNING, pair.running, renamed(column.formula, {code: code + RUNNING for code in pairs})),
        ),
    )  # fmt: skip


def _leaf(column: TableColumn, code: str, label: str, written: str) -> Head:
    return Head(
        code=code, label=label, type=str(column.type), unit=column.unit, origin=origin_of(column), fact=column.fact,
        formula=written, values=column.values, confirm=column.confirm,
        hidden=column.hidden,
    )  # fmt: skip


def origin_of(column: TableColumn) -> Origin:
    if column.fact:
        return Origin.ROW if column.fact in ROW_FACTS else Origin.FACT
    return Origin.FORMULA if column.formula else Origin.TYPED
