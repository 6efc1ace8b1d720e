"""A workbook whose header has several lines with cells over several columns. Knows no feature."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO, Any

from core.tables.sheet_xml import CENTRED, HEADING, QUIET, SheetWriter, write_parts


@dataclass(frozen=True)
class Band:
    """A cell of the header: where it begins (from 0) and how many lines and columns it takes."""

    text: str
    line: int
    column: int
    lines: int = 1
    columns: int = 1


@dataclass(frozen=True)
class GroupedLayout:
    """``above``: lines between title and header. ``frozen``: columns that stay in sight."""

    title: str
    bands: Sequence[Band]
    widths: Sequence[int]
    above: Sequence[str] = ()
    watermark: str = ""
    frozen: int = 0


def write_grouped(
    target: IO[bytes], layout: GroupedLayout, rows: Iterable[Sequence[Any]], *, below: Iterable[str] = ()
) -> None:
    """Title over the whole width, header with merged cells repeated on every printed page, rows, lines below."""
    depth = max((band.line + band.lines for band in layout.bands), default=1)
    first, width = len(layout.above) + 2, len(layout.widths)
    name = "".join(sign for sign in layout.title if sign not in "[]:*?/\\")[:31] or "Sheet1"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        write_parts(archive, name=name, header_row=first, header_rows=depth)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            sheet = SheetWriter(
                part, widths=layout.widths, frozen=(layout.frozen, first + depth - 1), watermark=layout.watermark
            )  # fmt: skip
            sheet.row([layout.title], HEADING)
            sheet.merge(1, 0, 1, width)
            for line in layout.above:
                sheet.row([line], QUIET)
            _header(sheet, layout.bands, first=first, depth=depth, width=width)
            for row in rows:
                sheet.row(row)
            for line in below:
                sheet.row([line], QUIET)
            sheet.end()


def _header(sheet: SheetWriter, bands: Sequence[Band], *, first: int, depth: int, width: int) -> None:
    for line in range(depth):
        texts = {band.column: band.text for band in bands if band.line == line}
        # every cell under a merged one is there too: borders and fill are the cell's own
        sheet.row([texts.get(column) for column in range(width)], CENTRED)
    for band in bands:
        sheet.merge(first + band.line, band.column, band.lines, band.columns)
