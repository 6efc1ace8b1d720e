"""The ledger as an xlsx: built row by row, formulas made harmless, a watermark line with name and time at the end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from core.kernel.clock import LOCAL

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins so is a formula to a spreadsheet."""
HEAD = PatternFill("solid", fgColor="E8EEF0")
WRAP = Alignment(vertical="top", wrap_text=True)


def write_ledger(
    target: IO[bytes], *, title: str, heads: Sequence[tuple[str, int]], rows: Iterable[Sequence[Any]], watermark: str
) -> int:
    """Writes the file and returns how many rows it holds. ``heads``: (label, width). ``watermark`` may hold %(rows)s."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title=title[:31])
    sheet.freeze_panes = "D2"
    for index, (_, width) in enumerate(heads, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    sheet.append([_cell(sheet, label, bold=True) for label, _ in heads])
    count = 0
    for row in rows:
        count += 1
        sheet.append([_cell(sheet, value) for value in (count, *row)])
    sheet.append([_cell(sheet, watermark % {"rows": count})])
    book.save(target)
    return count


def _cell(sheet: Any, value: Any, *, bold: bool = False) -> Any:
    cell = WriteOnlyCell(sheet, _plain(value))
    if isinstance(cell.value, str):
        cell.data_type = "s"  # openpyxl takes "=…" for a formula; as a string it is one cell of text
        if cell.value.startswith(DANGEROUS):
            cell.quotePrefix = True
    if bold:
        cell.font, cell.fill = Font(bold=True), HEAD
    cell.alignment = WRAP
    return cell


def _plain(value: Any) -> Any:
    """Spreadsheets know no time zones: instants as people here read them."""
    if isinstance(value, datetime):
        return value.astimezone(LOCAL).replace(tzinfo=None)
    if isinstance(value, (int, float, date)) or value is None:
        return value
    return "".join(sign for sign in str(value) if sign in "\n\t" or ord(sign) >= 0x20)
