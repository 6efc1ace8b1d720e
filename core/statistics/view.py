"""A sheet as its page shows it: the head's lines, cells with their words and where they lead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from core.http.words import said
from core.statistics.printing import bands, shown
from core.statistics.sheet import Cell, Head, Origin, Row, Sheet
from core.tables.grouped import Band

NARROW = 4
"""Tables of so few rows are turned for a phone: one line for each column."""


@dataclass(frozen=True)
class CellView:
    text: str
    url: str
    number: bool
    differs: bool
    ledger: str
    reason: str
    typed: bool


@dataclass(frozen=True)
class RowView:
    label: str
    total: bool
    cells: tuple[CellView, ...]


@dataclass(frozen=True)
class SheetView:
    """``lines``: the head, line by line."""

    lines: tuple[tuple[Band, ...], ...]
    rows: tuple[RowView, ...]
    paths: tuple[tuple[int, str, str], ...]
    """(place in the cells, heads above, own name) of every column but the row's name"""
    frozen: int
    label_at: int
    """Place of the row's name."""
    turned: bool


def view(sheet: Sheet, rows: Sequence[Row], link: Callable[[Row, Head], str]) -> SheetView:
    """``rows``: the part of the sheet that is shown."""
    found = [replace(band, text=_read(band.text)) for band in bands(sheet)]
    columns = [sheet.columns[place] for place in sheet.places]
    label_at = next((place for place, head in enumerate(columns) if head.fact == "row.label"), 0)
    return SheetView(
        lines=tuple(tuple(band for band in found if band.line == line) for line in range(sheet.depth)),
        rows=tuple(
            RowView(row.label, row.total, tuple(_cell(sheet, row, place, link) for place in sheet.places))
            for row in rows
        ),
        paths=tuple(
            (place, *_path(sheet.titles[head.code], head))
            for place, head in enumerate(columns)
            if place != label_at and head.fact != "row.number"
        ),
        frozen=label_at + 1,
        label_at=label_at,
        turned=len(rows) <= NARROW,
    )


def _cell(sheet: Sheet, row: Row, place: int, link: Callable[[Row, Head], str]) -> CellView:
    cell, head = row.cells[place], sheet.columns[place]
    return CellView(
        text=shown(cell, head, sheet.small),
        url=link(row, head) if cell.value else "",
        number=head.type in ("int", "money", "percent"),
        differs=cell.differs and not row.total,
        ledger=shown(Cell(value=cell.ledger), head, 0) if cell.differs else "",
        reason=cell.reason,
        typed=head.origin is Origin.TYPED,
    )


def _path(title: str, head: Head) -> tuple[str, str]:
    above, _, own = title.rpartition(" · ")
    above = " · ".join(said(part) for part in above.split(" · ")) if above else ""
    return above, f"{said(own)}（{said(head.unit)}）" if head.unit else said(own)


def _read(title: str) -> str:
    """A head with its unit, 销案（条）, for whoever reads the page; papers print it as it is."""
    whole = said(title)
    if whole != title or not title.endswith("）"):
        return whole
    own, _, unit = title[:-1].rpartition("（")
    return f"{said(own)}（{said(unit)}）"
