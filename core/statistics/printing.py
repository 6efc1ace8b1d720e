"""How a sheet is printed, the same on screen, in xlsx and in docx: bands of the head, cells in words and as numbers. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from core.statistics.sheet import Cell, Head, Origin, Sheet
from core.tables.grouped import Band
from core.tables.sheet_xml import Share

NOTHING = "—"
"""Not to be computed: the divisor is zero, or a number is missing."""
FEN = {"元": 100, "万元": 1_000_000}


def bands(sheet: Sheet) -> tuple[Band, ...]:
    """The cells of the head, line by line, each with the lines and columns it takes."""
    return tuple(sorted(_bands(sheet.shown, 0, 0, sheet.depth), key=lambda band: (band.line, band.column)))


def _bands(heads: tuple[Head, ...], line: int, column: int, depth: int, unit: str = "") -> Iterator[Band]:
    for head in heads:
        width = len(head.leaves())
        own = _unit(head)
        title = f"{head.label}（{own}）" if own and own != unit and own not in head.label else head.label
        lines = 1 if head.columns else depth - line
        yield Band(title, line, column, lines, width)
        yield from _bands(head.columns, line + 1, column, depth, own or unit)
        column += width


def _unit(head: Head) -> str:
    """A column's unit; of the two columns of a pair once, over both."""
    if not head.columns:
        return head.unit
    under = {one.unit for one in head.columns}
    return under.pop() if head.code.endswith(".pair") and len(under) == 1 else ""


def shown(cell: Cell, head: Head, small: int) -> str:
    """In words; empty for what is still to be typed."""
    if cell.value is None:
        return NOTHING if head.origin is Origin.FORMULA else ""
    if isinstance(cell.value, str):
        return cell.value
    if head.type == "percent":
        return f"{cell.part}/{cell.whole}" if few(cell, small) else f"{plain(Decimal(cell.value) / 100)}%"
    if head.type == "money":
        return plain(Decimal(cell.value) / FEN.get(head.unit, 100))
    return str(cell.value)


def number(cell: Cell, head: Head, small: int) -> int | float | str | Share | None:
    """For a spreadsheet: a number wherever it is one."""
    if cell.value is None or isinstance(cell.value, str):
        return shown(cell, head, small) or None
    if head.type == "percent":
        return shown(cell, head, small) if few(cell, small) else Share(cell.value / 10_000)
    if head.type == "money":
        return float(Decimal(cell.value) / FEN.get(head.unit, 100))
    return cell.value


def few(cell: Cell, small: int) -> bool:
    """A rate on so few cases says little: both numbers are printed instead."""
    return cell.whole is not None and cell.part is not None and 0 < cell.whole < small


def plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
