"""A statistical table filled in: heads, rows, every figure with what the ledger says. Pure; knows no database.

How to get one: ``core.statistics.queries.computed(session, *, table, units, span) -> Sheet``, where ``table`` is a
``core.tenancy.packs.model.Table`` (``core.statistics.queries.tables(session)`` gives those of the tenant, with its own
changes), ``units`` the schools whose figures count (frozenset of unit ids; None = all) and ``span`` local days, both
included. To store one: ``sheet.to_json()``, ``Sheet.from_json(data)``. To lay hand-typed figures over it:
``sheet.typed({(row code, column code): value}, reasons={(row code, column code): why})``, which computes formulas and
totals again. ``sheet.differences()``: the cells that differ from the ledger, each with its reason or without.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from typing import Any

from core.kernel.formulas import Formula, formula, rounded
from core.kernel.schoolyear import Span

Value = int | str | None
Place = tuple[str, str]
"""Codes of row and column."""
RUNNING = ".running"
"""Ends the code of the second column of a pair: ``c5.running``."""
HUNDRED = 10_000
"""A percentage is kept in hundredths of a per cent."""


class Origin(StrEnum):
    """Where the values of a column come from."""

    ROW = "row"
    """Number or name of the row."""
    FACT = "fact"
    """The ledgers; may be typed over, with a reason."""
    FORMULA = "formula"
    TYPED = "typed"
    """By hand only."""


@dataclass(frozen=True, slots=True)
class Head:
    """A column, or with ``columns`` a head over several."""

    code: str
    label: str
    type: str = "int"
    """Word of ``core.tenancy.packs.model.ColumnType``."""
    unit: str = ""
    origin: Origin = Origin.TYPED
    fact: str = ""
    formula: str = ""
    """In codes of this sheet's columns."""
    values: tuple[str, ...] = ()
    """Words to choose from."""
    confirm: bool = False
    """待确认."""
    hidden: bool = False
    """Counts in formulas, but is not shown."""
    columns: tuple[Head, ...] = ()

    def leaves(self) -> tuple[Head, ...]:
        return (self,) if not self.columns else tuple(leaf for head in self.columns for leaf in head.leaves())

    @property
    def depth(self) -> int:
        """Lines of head that it takes."""
        return 1 + max((head.depth for head in self.columns), default=0)

    @property
    def adds_up(self) -> bool:
        """Its total is the sum of its rows."""
        return self.type in ("int", "money") and self.origin is not Origin.ROW


@dataclass(frozen=True, slots=True)
class Cell:
    """``value``: number, fen, hundredths of a per cent, text, or None for not filled or not to be computed."""

    value: Value = None
    part: int | None = None
    """Of a percentage: part and whole, where both are whole numbers."""
    whole: int | None = None
    ledger: int | None = None
    """What the ledgers say, where they say something."""
    reason: str = ""
    """Why ``value`` is not ``ledger``."""

    @property
    def differs(self) -> bool:
        return self.ledger is not None and self.value is not None and self.value != self.ledger


@dataclass(frozen=True, slots=True)
class Row:
    """``cells`` in the order of the sheet's columns."""

    code: str
    label: str
    cells: tuple[Cell, ...]
    total: bool = False
    unit_id: str = ""
    """Of a row that is one unit."""
    domain: str = ""
    """Of a row that is one domain."""


@dataclass(frozen=True, slots=True)
class Line:
    """Above or below the table; an empty ``text`` is filled or signed by hand."""

    label: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure that is not what the ledgers say."""

    row: str
    column: str
    title: str
    """Row and column in words."""
    value: int | str
    ledger: int
    reason: str


@dataclass(frozen=True)
class Sheet:
    """One table of one period and one reach of units."""

    table: str
    """Code of the table in the pack."""
    title: str
    starts: date
    ends: date
    since: date
    """First day of the running totals."""
    heads: tuple[Head, ...]
    rows: tuple[Row, ...]
    above: tuple[Line, ...] = ()
    below: tuple[Line, ...] = ()
    small: int = 0
    """A rate on fewer cases is printed as part/whole."""
    left_out: int = 0
    """Units that no row takes."""
    confirm: bool = False
    note: str = ""
    columns: tuple[Head, ...] = field(init=False)
    """The heads that hold cells, from left to right."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", tuple(leaf for head in self.heads for leaf in head.leaves()))

    @property
    def span(self) -> Span:
        return Span(self.starts, self.ends)

    @property
    def depth(self) -> int:
        """Lines of head."""
        return max((head.depth for head in self.shown), default=1)

    @property
    def shown(self) -> tuple[Head, ...]:
        """The tree of heads without what is hidden."""
        return tuple(head for one in self.heads if (head := _visible(one)) is not None)

    @property
    def places(self) -> tuple[int, ...]:
        """Places of the columns that are shown, in the cells of a row."""
        return tuple(place for place, head in enumerate(self.columns) if not head.hidden)

    @property
    def titles(self) -> dict[str, str]:
        """Code of a column → its heads from the top down: 一般隐患 · 排查数 · 本期."""
        return {leaf.code: " · ".join(path) for leaf, path in _paths(self.heads, ())}

    def cell(self, row: str, column: str) -> Cell:
        """KeyError for none."""
        place = self._place(column)
        for one in self.rows:
            if one.code == row:
                return one.cells[place]
        raise KeyError(row)

    def typed(self, values: Mapping[Place, Value], reasons: Mapping[Place, str] | None = None) -> Sheet:
        """The same with these cells filled by hand; formulas and totals follow. Formulas, totals and names of rows cannot
        be typed: such places, and places that are not there, raise KeyError."""
        because = reasons or {}
        codes = {row.code for row in self.rows if not row.total}
        for row, column in [*values, *because]:
            if row not in codes or self.columns[self._place(column)].origin in (Origin.ROW, Origin.FORMULA):
                if (row, column) in because and row in codes and (row, column) not in values:
                    continue  # a formula that differs from the ledger may be explained
                raise KeyError((row, column))
        rows = [row if row.total else self._with(row, values, because) for row in self.rows]
        return replace(self, rows=settled(self.columns, rows))

    def differences(self) -> tuple[Difference, ...]:
        """Of single rows, not of totals."""
        return tuple(self._differences())

    def complete(self) -> bool:
        """Every number to be typed is there, and every difference has its reason."""
        blank = any(
            cell.value is None and head.origin is Origin.TYPED and head.type in ("int", "money")
            for row in self.rows
            if not row.total
            for head, cell in zip(self.columns, row.cells, strict=True)
        )
        return not blank and all(found.reason for found in self.differences())

    def to_json(self) -> dict[str, Any]:
        """Plain values; days as ISO text."""
        return {
            "table": self.table, "title": self.title, "starts": self.starts.isoformat(), "ends": self.ends.isoformat(),
            "since": self.since.isoformat(), "heads": [_head_json(head) for head in self.heads],
            "rows": [_row_json(row) for row in self.rows], "above": [[line.label, line.text] for line in self.above],
            "below": [[line.label, line.text] for line in self.below], "small": self.small, "left_out": self.left_out,
            "confirm": self.confirm, "note": self.note,
        }  # fmt: skip

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Sheet:
        """What :meth:`to_json` gave. Raises KeyError or TypeError for anything else."""
        return cls(
            table=data["table"], title=data["title"], starts=date.fromisoformat(data["starts"]),
            ends=date.fromisoformat(data["ends"]), since=date.fromisoformat(data["since"]),
            heads=tuple(_head_of(head) for head in data["heads"]), rows=tuple(_row_of(row) for row in data["rows"]),
            above=tuple(Line(*line) for line in data["above"]), below=tuple(Line(*line) for line in data["below"]),
            small=data["small"], left_out=data["left_out"], confirm=data["confirm"], note=data["note"],
        )  # fmt: skip

    def _place(self, column: str) -> int:
        for place, head in enumerate(self.columns):
            if head.code == column:
                return place
        raise KeyError(column)

    def _with(self, row: Row, values: Mapping[Place, Value], reasons: Mapping[Place, str]) -> Row:
        cells = tuple(
            replace(
                cell,
                value=values.get((row.code, head.code), cell.value),
                reason=reasons.get((row.code, head.code), cell.reason),
            )
            for head, cell in zip(self.columns, row.cells, strict=True)
        )
        return replace(row, cells=cells)

    def _differences(self) -> Iterator[Difference]:
        titles = self.titles
        for row in self.rows:
            for head, cell in zip(self.columns, row.cells, strict=True):
                if not row.total and cell.differs and cell.value is not None and cell.ledger is not None:
                    title = f"{row.label} · {titles[head.code]}"
                    yield Difference(row.code, head.code, title, cell.value, cell.ledger, cell.reason)


def settled(columns: tuple[Head, ...], rows: list[Row]) -> tuple[Row, ...]:
    """The rows with formulas computed, and a total as the sum of all rows that are none."""
    steps = _steps(columns)
    single = [row if row.total else _computed(steps, row) for row in rows]
    parts = [row for row in single if not row.total]
    return tuple([_computed(steps, _summed(columns, row, parts)) if row.total else row for row in single])


def _summed(columns: tuple[Head, ...], total: Row, parts: list[Row]) -> Row:
    cells = list(total.cells)
    for place, head in enumerate(columns):
        if head.adds_up:
            cells[place] = Cell(
                value=_sum(row.cells[place].value for row in parts),
                ledger=_sum(row.cells[place].ledger for row in parts),
            )
    return replace(total, cells=tuple(cells))


def _sum(values: Iterable[Value]) -> int | None:
    """None where nothing is filled."""
    found = [value for value in values if isinstance(value, int)]
    return sum(found) if found else None


@dataclass(frozen=True, slots=True)
class _Step:
    """A formula of the table and where its values stand; read once for a table, not for each of its rows."""

    place: int
    percent: bool
    read: Formula
    names: tuple[tuple[str, int], ...]


def _steps(columns: tuple[Head, ...]) -> tuple[_Step, ...]:
    """Formulas may stand on formulas: each comes when its names are there."""
    places = {head.code: place for place, head in enumerate(columns)}
    found = []
    for place in _in_order(columns):
        read = formula(columns[place].formula)
        names = tuple((name, places[name]) for name in sorted(read.names))
        found.append(_Step(place, columns[place].type == "percent", read, names))
    return tuple(found)


def _computed(steps: tuple[_Step, ...], row: Row) -> Row:
    if not steps:
        return row
    cells = list(row.cells)
    for step in steps:
        values = {name: _number(cells[place].value) for name, place in step.names}
        cells[step.place] = _result(step, cells[step.place], values)
    return Row(row.code, row.label, tuple(cells), row.total, row.unit_id, row.domain)


def _number(value: Value) -> int | None:
    return value if isinstance(value, int) else None


def _result(step: _Step, cell: Cell, values: Mapping[str, int | None]) -> Cell:
    if not step.percent:
        found = step.read.value(values)
        return Cell(None if found is None else rounded(found), cell.part, cell.whole, cell.ledger, cell.reason)
    ratio = step.read.ratio(values)
    if ratio is None:
        found = step.read.value(values)
        return Cell(None if found is None else rounded(found * HUNDRED), None, None, cell.ledger, cell.reason)
    part, whole = ratio
    shown = rounded(part * HUNDRED / whole) if whole else None
    return Cell(shown, _whole(part), _whole(whole), cell.ledger, cell.reason)


def _whole(number: Fraction | None) -> int | None:
    return int(number) if number is not None and number.denominator == 1 else None


@lru_cache(maxsize=256)
def _in_order(columns: tuple[Head, ...]) -> tuple[int, ...]:
    """Places of the formulas, each after those that it rests on."""
    waiting = {head.code: place for place, head in enumerate(columns) if head.formula}
    order: list[int] = []
    while waiting:
        ready = [code for code, place in waiting.items() if not formula(columns[place].formula).names & waiting.keys()]
        if not ready:
            raise ValueError(f"formulas rest on each other: {sorted(waiting)}")
        order += [waiting.pop(code) for code in ready]
    return tuple(order)


def _paths(heads: tuple[Head, ...], above: tuple[str, ...]) -> Iterator[tuple[Head, tuple[str, ...]]]:
    for head in heads:
        path = (*above, head.label)
        if head.columns:
            yield from _paths(head.columns, path)
        else:
            yield head, path


def _visible(head: Head) -> Head | None:
    if not head.columns:
        return None if head.hidden else head
    under = tuple(found for one in head.columns if (found := _visible(one)) is not None)
    return replace(head, columns=under) if under else None


def _head_json(head: Head) -> dict[str, Any]:
    found: dict[str, Any] = {"code": head.code, "label": head.label}
    if head.columns:
        return found | {"columns": [_head_json(under) for under in head.columns]}
    return found | {
        "type": head.type, "unit": head.unit, "origin": str(head.origin), "fact": head.fact, "formula": head.formula,
        "values": list(head.values), "confirm": head.confirm, "hidden": head.hidden,
    }  # fmt: skip


def _head_of(data: Mapping[str, Any]) -> Head:
    if "columns" in data:
        return Head(data["code"], data["label"], columns=tuple(_head_of(under) for under in data["columns"]))
    return Head(
        data["code"], data["label"], data["type"], data["unit"], Origin(data["origin"]), data["fact"], data["formula"],
        tuple(data["values"]), data["confirm"], data["hidden"],
    )  # fmt: skip


def _row_json(row: Row) -> dict[str, Any]:
    return {
        "code": row.code, "label": row.label, "total": row.total, "unit_id": row.unit_id, "domain": row.domain,
        "cells": [[cell.value, cell.part, cell.whole, cell.ledger, cell.reason] for cell in row.cells],
    }  # fmt: skip


def _row_of(data: Mapping[str, Any]) -> Row:
    cells = tuple(Cell(*cell) for cell in data["cells"])
    return Row(data["code"], data["label"], cells, data["total"], data["unit_id"], data["domain"])
