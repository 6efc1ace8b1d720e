"""Rosters that go out: an empty form to fill in, and the rows that were at fault with the reason beside them."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from core.orgs.roster.headers import FIELDS, REQUIRED

REASON = "错误原因"
HEAD = PatternFill("solid", fgColor="DCE6F5")
EXAMPLES: Mapping[str, Mapping[str, str]] = {
    "units": {
        "code": "S001", "name": "第一实验小学", "short_name": "一小", "type": "小学", "stages": "小学", "ownership": "公办",
        "student_count": "1200", "staff_count": "86", "address": "示例路1号", "parent": "", "cluster": "第一片区", "valid_from": "2015-09-01",
    },
    "people": {
        "login": "safety.s001", "name": "示例人员", "phone": "", "email": "", "unit": "S001", "post": "安全副校长", "title": "",
        "valid_from": "2020-09-01", "valid_to": "",
    },
}  # fmt: skip


def blank_roster(kind: str) -> bytes:
    """A form with all columns, the needed ones marked, and one example row."""
    fields = FIELDS[kind]
    headers = [aliases[0] + ("*" if name in REQUIRED[kind] else "") for name, aliases in fields.items()]
    return _workbook(headers, [[EXAMPLES[kind].get(name, "") for name in fields]], note="带*的列必填；示例行请删去。")


def faulty_rows(
    kind: str, columns: Mapping[str, str], rows: Iterable[tuple[Mapping[str, str], str]], *, note: str
) -> bytes:
    """``rows``: (cells by field as sent, reason). Can be corrected and sent again as it is: the reason is a column nobody reads."""
    fields = [name for name in FIELDS[kind] if name in columns]
    return _workbook(
        [*(columns[name] for name in fields), REASON],
        ([*(cells.get(name, "") for name in fields), why] for cells, why in rows),
        note=note,
    )


def _workbook(headers: Sequence[str], rows: Iterable[Sequence[str]], *, note: str) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("名册")
    sheet.freeze_panes = "A2"
    for place in range(len(headers)):
        sheet.column_dimensions[chr(ord("A") + place)].width = 18
    sheet.append([_cell(sheet, text, head=True) for text in headers])
    for row in rows:
        sheet.append([_cell(sheet, text) for text in row])
    about = book.create_sheet("说明")
    about.append([_cell(about, note)])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _cell(sheet: WriteOnlyWorksheet, text: str, *, head: bool = False) -> Cell:
    """Always a text: what begins with = + - @ must not become a formula at the reader's."""
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    cell.number_format = "@"
    if head:
        cell.font, cell.fill, cell.alignment = Font(bold=True), HEAD, Alignment(wrap_text=True)
    return cell
