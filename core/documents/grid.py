"""A wide table in an official paper: A4 across, a header of several lines with joined cells, repeated on every page.

Knows what a cell of a header is, not what stands in it.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from core.documents.official import SECOND, Official, dress, repeat

WIDTH = 297 - 2 * 20
"""Millimetres between the margins."""


class HeaderCell(Protocol):
    """A cell of the header: where it begins (from 0), how many lines and columns it takes."""

    @property
    def text(self) -> str: ...
    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...
    @property
    def lines(self) -> int: ...
    @property
    def columns(self) -> int: ...


def wide_table(
    *, title: str, above: Sequence[str], header: Sequence[HeaderCell], shares: Sequence[int], rows: Iterable[Sequence[str]],
    below: Sequence[str], notes: Sequence[str] = (),
) -> bytes:  # fmt: skip
    """The paper as docx. ``shares``: widths of the columns in proportion. Texts are taken as they are, never as a template."""
    paper = Official()
    _across(paper)
    paper.title(title)
    size = Pt(10.5 if len(shares) <= 14 else 8 if len(shares) <= 24 else 6.5)
    _line(paper, above)
    _table(paper, header, shares, list(rows), size)
    _line(paper, below)
    for note in notes:
        paper.note(note)
    return _saved(paper)


def _across(paper: Official) -> None:
    section = paper.document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.top_margin, section.bottom_margin = Mm(28), Mm(20)
    section.left_margin = section.right_margin = Mm(20)


def _line(paper: Official, texts: Sequence[str]) -> None:
    """Side by side, as forms have it."""
    if texts:
        paragraph = paper.document.add_paragraph("　　".join(texts))
        paragraph.paragraph_format.line_spacing = 1.5
        for run in paragraph.runs:
            run.font.size = Pt(12)


def _table(
    paper: Official, header: Sequence[HeaderCell], shares: Sequence[int], rows: list[Sequence[str]], size: Pt
) -> None:
    depth = max((cell.line + cell.lines for cell in header), default=1)
    table = paper.document.add_table(rows=depth + len(rows), cols=len(shares))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    whole = sum(shares)
    widths = [Mm(WIDTH * share / whole) for share in shares]
    grid = [list(row.cells) for row in table.rows]  # row.cells is slow: once for each row
    for cells in grid:
        for cell, width in zip(cells, widths, strict=True):
            cell.width = width
    for band in header:
        joined = grid[band.line][band.column].merge(grid[band.line + band.lines - 1][band.column + band.columns - 1])
        _fill(joined, band.text, size, head=True)
    for line, texts in enumerate(rows, start=depth):
        for cell, text in zip(grid[line], texts, strict=True):
            _fill(cell, text, size)
    for line in range(depth):
        repeat(table.rows[line])


def _fill(cell: Any, text: str, size: Pt, *, head: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    for more in cell.paragraphs[1:]:  # joining cells leaves their empty paragraphs behind
        more._p.getparent().remove(more._p)
    run = paragraph.add_run(text)
    if head:
        dress(run, SECOND, size)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run.font.size = size
    if text.replace(".", "").replace("%", "").replace("/", "").replace("-", "").isdecimal():
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.line_spacing = 1.0
    margins = cell._tc.get_or_add_tcPr()
    own = margins.makeelement(qn("w:tcMar"), {})
    for side in ("left", "right"):
        own.append(own.makeelement(qn(f"w:{side}"), {qn("w:w"): "40", qn("w:type"): "dxa"}))
    margins.append(own)
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER  # after the margins: Word insists on the order


def _saved(paper: Official) -> bytes:
    out = io.BytesIO()
    paper.document.save(out)
    return out.getvalue()
