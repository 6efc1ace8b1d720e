"""A sheet as a file: a workbook with real numbers, an official paper across the page. Knows no request."""

from __future__ import annotations

import io
from collections.abc import Iterator

from core.documents.grid import wide_table
from core.statistics.printing import bands, number, shown
from core.statistics.sheet import Cell, Head, Line, Sheet
from core.tables.grouped import GroupedLayout, write_grouped

CONFIRM = "本表的列为推定，待区县确认。"


def workbook(sheet: Sheet, *, watermark: str) -> bytes:
    """xlsx; texts are never formulas."""
    columns = [sheet.columns[place] for place in sheet.places]
    layout = GroupedLayout(
        title=sheet.title, bands=bands(sheet), widths=[width(head, sheet) for head in columns],
        above=[f"{line.label}：{line.text}" for line in sheet.above], watermark=watermark, frozen=_names(columns),
    )  # fmt: skip
    out = io.BytesIO()
    write_grouped(
        out,
        layout,
        ([number(row.cells[place], sheet.columns[place], sheet.small) for place in sheet.places] for row in sheet.rows),
        below=[*(f"{line.label}：{line.text}" for line in sheet.below), *notes(sheet)],
    )
    return out.getvalue()


def paper(sheet: Sheet) -> bytes:
    """docx, A4 across."""
    columns = [sheet.columns[place] for place in sheet.places]
    return wide_table(
        title=sheet.title, above=_said(sheet.above), header=bands(sheet), shares=[width(head, sheet) for head in columns],
        rows=[[shown(row.cells[place], sheet.columns[place], sheet.small) for place in sheet.places] for row in sheet.rows],
        below=_said(sheet.below), notes=list(notes(sheet)),
    )  # fmt: skip


def notes(sheet: Sheet) -> Iterator[str]:
    """What whoever reads the table has to know."""
    if sheet.confirm:
        yield f"注：{sheet.note or CONFIRM}"
    if sheet.left_out:
        yield f"注：另有{sheet.left_out}家单位不属于表中任何一行，未计入。"
    heads = {head.code: head for head in sheet.columns}
    for found in sheet.differences():
        said = [shown(Cell(value=number), heads[found.column], 0) for number in (found.value, found.ledger)]
        yield f"注：{found.title}填报{said[0]}，台账为{said[1]}；{found.reason or '未说明原因'}。"


def width(head: Head, sheet: Sheet) -> int:
    """In letters: texts and names of rows need more than numbers."""
    if head.fact == "row.label":
        return max(10, min(28, 2 * max((len(row.label) for row in sheet.rows), default=5)))
    if head.fact == "row.number":
        return 6
    return 14 if head.type in ("text", "enum") else 9


def _names(columns: list[Head]) -> int:
    """Columns up to the name of the row stay in sight."""
    return next((place for place, head in enumerate(columns, start=1) if head.fact == "row.label"), 0)


def _said(lines: tuple[Line, ...]) -> list[str]:
    return [f"{line.label}：{line.text or '　　　　　'}" for line in lines]
