"""Tables that go out, as xlsx or csv: row by row, formulas made harmless, a head and a foot that say whose copy it is."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from core.kernel.clock import LOCAL
from core.tables.sheet_xml import DANGEROUS, HEAD, QUIET, SheetWriter, clean, write_parts

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"


@dataclass(frozen=True)
class Layout:
    """``heads``: (title, width in letters). ``above``: lines over the header. ``watermark``: in the page's head and foot,
    too. ``frozen``: columns that stay in sight."""

    title: str
    heads: Sequence[tuple[str, int]]
    above: Sequence[str] = ()
    watermark: str = ""
    frozen: int = 0


def write_xlsx(target: IO[bytes], layout: Layout, rows: Iterable[Sequence[Any]], *, below: Iterable[str] = ()) -> None:
    """Streams: memory does not grow with the rows. ``below`` is asked after the last row: it can say how many there were."""
    header_row = len(layout.above) + 1
    name = "".join(sign for sign in layout.title if sign not in "[]:*?/\\")[:31] or "Sheet1"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        write_parts(archive, name=name, header_row=header_row)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            sheet = SheetWriter(
                part, widths=[width for _, width in layout.heads], frozen=(layout.frozen, header_row), watermark=layout.watermark
            )  # fmt: skip
            for line in layout.above:
                sheet.row([line], QUIET)
            sheet.row([title for title, _ in layout.heads], HEAD)
            for row in rows:
                sheet.row(row)
            for line in below:
                sheet.row([line], QUIET)
            sheet.end()


def write_csv(target: IO[bytes], layout: Layout, rows: Iterable[Sequence[Any]], *, below: Iterable[str] = ()) -> None:
    """UTF-8 with a mark, so that spreadsheets read it rightly."""
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerows([harmless(line)] for line in layout.above)
    writer.writerow([harmless(title) for title, _ in layout.heads])
    writer.writerows([harmless(_written(value)) for value in row] for row in rows)
    writer.writerows([harmless(line)] for line in below)
    text.detach()


def counted(rows: Iterable[Sequence[Any]], sums: dict[int, int]) -> Iterator[Sequence[Any]]:
    """The rows as they pass; ``sums[-1]`` counts them, and each other key of ``sums`` adds up that place."""
    places = [place for place in sums if place >= 0]
    for row in rows:
        sums[-1] = sums.get(-1, 0) + 1
        for place in places:
            sums[place] += int(row[place] or 0)
        yield row


def _written(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return f"{value.astimezone(LOCAL):%Y-%m-%d %H:%M}"
    return str(value)


def harmless(text: str) -> str:
    """csv knows no types: an apostrophe keeps a spreadsheet from calculating. Plain numbers stay numbers."""
    if text.startswith(DANGEROUS) and not text.lstrip("-+").replace(".", "", 1).isdecimal():
        return f"'{text}"
    return clean(text)
