"""The XML of a workbook of one sheet, written as a stream. By hand: a tenth of the time that a general library takes,
and no memory per row. Texts are inline strings, so nothing has to be collected for the end."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any
from xml.sax.saxutils import escape

from core.kernel.clock import LOCAL

PLAIN, RISKY, HEAD, QUIET, INSTANT, DAY, CENTRED, SHARE, HEADING = 1, 2, 3, 4, 5, 6, 7, 8, 9
"""Indexes into ``cellXfs`` of STYLES."""
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins so is a formula to a spreadsheet."""
LONGEST = 32_767
"""Letters a spreadsheet's cell can hold."""
EPOCH = date(1899, 12, 30).toordinal()
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
TYPES = (
    f'{XML}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml"'
    ' ContentType="application/xml"/><Override PartName="/xl/workbook.xml"'
    ' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override'
    ' PartName="/xl/worksheets/sheet1.xml"'
    ' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override'
    ' PartName="/xl/styles.xml"'
    ' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>'
)
ROOT = (
    f'{XML}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{RELATIONS}/officeDocument"'
    ' Target="xl/workbook.xml"/></Relationships>'
)
BOOK = (
    f'{XML}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{RELATIONS}/worksheet"'
    f' Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{RELATIONS}/styles" Target="styles.xml"/></Relationships>'
)
_MIDDLE = '<alignment horizontal="center" vertical="center" wrapText="1"/></xf>'
_TOP = '<alignment vertical="top" wrapText="1"/></xf>'
STYLES = (
    f'{XML}<styleSheet xmlns="{MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd hh:mm"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
    '<fonts count="4"><font><sz val="11"/><name val="等线"/></font><font><b/><sz val="11"/><name val="等线"/></font>'
    '<font><sz val="10"/><color rgb="FF666666"/><name val="等线"/></font><font><b/><sz val="16"/><name val="等线"/></font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFE8EEF0"/></patternFill></fill></fills>'
    "<borders count=\"2\"><border/><border><left style=\"thin\"/><right style=\"thin\"/><top style=\"thin\"/><bottom style=\"thin\"/></border></borders><cellStyleXfs count=\"1\"><xf/></cellStyleXfs><cellXfs count=\"10\"><xf xfId=\"0\"/>"
    f'<xf xfId="0" applyAlignment="1">{_TOP}'
    f'<xf xfId="0" applyAlignment="1" quotePrefix="1">{_TOP}'
    f'<xf xfId="0" fontId="1" fillId="2" applyFont="1" applyFill="1" applyAlignment="1">{_TOP}'
    '<xf xfId="0" fontId="2" applyFont="1"/>'
    f'<xf xfId="0" numFmtId="164" applyNumberFormat="1" applyAlignment="1">{_TOP}'
    f'<xf xfId="0" numFmtId="165" applyNumberFormat="1" applyAlignment="1">{_TOP}'
    f'<xf xfId="0" fontId="1" fillId="2" borderId="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">{_MIDDLE}'
    f'<xf xfId="0" numFmtId="10" applyNumberFormat="1" applyAlignment="1">{_TOP}'
    f'<xf xfId="0" fontId="3" applyFont="1" applyAlignment="1">{_MIDDLE}'
    '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)  # fmt: skip
BLOCK = 200
"""Rows written at once."""


@dataclass(frozen=True)
class Share:
    """A number that the spreadsheet shows in per cent: 0.25 as 25.00%."""

    value: float


def letters(place: int) -> str:
    """0 → A, 26 → AA."""
    found = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        found = chr(65 + rest) + found
    return found


def write_parts(archive: zipfile.ZipFile, *, name: str, header_row: int, header_rows: int = 1) -> None:
    """Every part but the sheet itself. ``header_rows`` lines from ``header_row`` on are repeated on each printed page."""
    plain = clean(" ".join(name.split())).strip("'") or "Sheet1"
    title = escape(plain, {'"': "&quot;"})
    quoted = escape(plain.replace("'", "''"))
    archive.writestr("[Content_Types].xml", TYPES)
    archive.writestr("_rels/.rels", ROOT)
    archive.writestr("xl/_rels/workbook.xml.rels", BOOK)
    archive.writestr("xl/styles.xml", STYLES)
    archive.writestr(
        "xl/workbook.xml",
        f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets><sheet name="{title}" sheetId="1" r:id="rId1"/></sheets>'
        f'<definedNames><definedName name="_xlnm.Print_Titles" localSheetId="0">\'{quoted}\'!${header_row}:${header_row + header_rows - 1}'
        "</definedName></definedNames></workbook>",
    )


class SheetWriter:
    """Rows of one sheet, one after another. ``widths`` in letters; ``frozen``: (columns, rows) that stay in sight."""

    def __init__(self, target: IO[bytes], *, widths: Sequence[int], frozen: tuple[int, int], watermark: str) -> None:
        self._target = target
        self._row = 0
        self._lines: list[str] = []
        self._merged: list[str] = []
        self._watermark = watermark
        self._letters = [letters(place) for place in range(max(len(widths), 1))]
        columns, rows = frozen
        corner = f"{letters(columns)}{rows + 1}"
        split = f' xSplit="{columns}"' if columns else ""
        pane = "bottomRight" if columns else "bottomLeft"
        sizes = "".join(
            f'<col min="{place}" max="{place}" width="{width}" customWidth="1"/>'
            for place, width in enumerate(widths, start=1)
        )
        self._put(
            f'{XML}<worksheet xmlns="{MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView workbookViewId="0">'
            f'<pane{split} ySplit="{rows}" topLeftCell="{corner}" activePane="{pane}" state="frozen"/></sheetView></sheetViews>'
            f"<cols>{sizes}</cols><sheetData>"
        )

    def row(self, values: Iterable[Any], style: int = PLAIN) -> None:
        """Texts, numbers, shares, days and instants; a text is never a formula. Cells of a header are there even if empty."""
        self._row += 1
        number = self._row
        cells = [
            _cell(f"{self._letters[place]}{number}", value, style)
            for place, value in enumerate(values)
            if style == CENTRED or (value is not None and value != "")
        ]
        self._lines.append(f'<row r="{number}">{"".join(cells)}</row>')
        if len(self._lines) >= BLOCK:
            self._flush()

    def merge(self, row: int, column: int, rows: int, columns: int) -> None:
        """Joins cells, from this row (from 1) and column (from 0) on."""
        if rows > 1 or columns > 1:
            last = f"{self._letters[column + columns - 1]}{row + rows - 1}"
            self._merged.append(f'<mergeCell ref="{self._letters[column]}{row}:{last}"/>')

    def end(self) -> None:
        self._flush()
        merged = f'<mergeCells count="{len(self._merged)}">{"".join(self._merged)}</mergeCells>' if self._merged else ""
        mark = escape(self._watermark.replace("&", "＆"))  # & begins a code of header lines
        printed = (
            f"<headerFooter><oddHeader>&amp;R&amp;8 {mark}</oddHeader><oddFooter>&amp;L&amp;8 {mark}&amp;R&amp;P / &amp;N</oddFooter></headerFooter>"
            if mark
            else ""
        )
        self._put(
            f'</sheetData>{merged}<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>{printed}</worksheet>'
        )

    def _flush(self) -> None:
        self._put("".join(self._lines))
        self._lines = []

    def _put(self, text: str) -> None:
        self._target.write(text.encode("utf-8", "replace"))


def _cell(at: str, value: Any, style: int) -> str:
    if value is None or value == "":
        return f'<c r="{at}" s="{style}"/>'
    if isinstance(value, str):
        if value.startswith(DANGEROUS):
            style = RISKY if style == PLAIN else style
        return f'<c r="{at}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{escape(clean(value))}</t></is></c>'
    if isinstance(value, bool):
        return _cell(at, "是" if value else "否", style)
    if isinstance(value, int | float | Decimal):
        return f'<c r="{at}" s="{style}"><v>{value}</v></c>'
    if isinstance(value, Share):
        return f'<c r="{at}" s="{SHARE}"><v>{value.value!r}</v></c>'
    if isinstance(value, datetime):
        local = value.astimezone(LOCAL)
        part = (local.hour * 60 + local.minute) / 1440
        return f'<c r="{at}" s="{INSTANT}"><v>{local.toordinal() - EPOCH + part!r}</v></c>'
    if isinstance(value, date):
        return f'<c r="{at}" s="{DAY}"><v>{value.toordinal() - EPOCH}</v></c>'
    return _cell(at, str(value), style)


def clean(text: str) -> str:
    """Without what XML cannot hold, and no longer than a cell may be."""
    if text.isprintable() and len(text) <= LONGEST:
        return text
    return "".join(
        sign
        for sign in text[:LONGEST]
        if sign in "\n\t"
        or ((ord(sign) >= 0x20 and not 0xD800 <= ord(sign) < 0xE000 and ord(sign) < 0xFFFE) or ord(sign) > 0xFFFF)
    )
