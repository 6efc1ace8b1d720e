"""The layout of official papers after GB/T 9704: page, type, red head, number, title, body, seal. Builds templates for
``core.documents.rendering``; what stands in the paper is the feature's affair.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

RED = RGBColor(0xC8, 0x10, 0x2E)
BODY, HEAD, TITLE, SECOND = "仿宋_GB2312", "小标宋", "方正小标宋简体", "黑体"
SIZE = Pt(16)
"""三号."""
LINE = Pt(28.95)
"""22 lines on a page of 225 mm."""


class Official:
    """A paper under construction. Texts may hold ``{{ names }}``."""

    def __init__(self) -> None:
        self.document: Any = Document()
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = Mm(37), Mm(35)
        section.left_margin, section.right_margin = Mm(28), Mm(26)
        normal = self.document.styles["Normal"]
        assert isinstance(normal, ParagraphStyle)  # noqa: S101  python-docx's own default
        normal.font.size = SIZE
        _typeface(normal, BODY)
        spacing = normal.paragraph_format
        spacing.line_spacing, spacing.space_after, spacing.space_before = LINE, Pt(0), Pt(0)

    def head(self, issuer: str, number: str) -> None:
        """发文机关标志, 发文字号 and the red line."""
        mark = self._paragraph(issuer, centred=True)
        dress(mark.runs[0], HEAD, Pt(30), RED)
        mark.paragraph_format.line_spacing = 1.2
        self._paragraph("")
        ruled = self._paragraph(number, centred=True)
        _rule(ruled)
        self._paragraph("")

    def title(self, text: str) -> None:
        """二号, centred."""
        paragraph = self._paragraph(text, centred=True)
        dress(paragraph.runs[0], TITLE, Pt(22))
        self._paragraph("")

    def subtitle(self, text: str) -> None:
        """Under the title, centred: the period that a paper is about."""
        self.document.paragraphs[-1]._p.getparent().remove(self.document.paragraphs[-1]._p)  # the title's empty line
        self._paragraph(text, centred=True)
        self._paragraph("")

    def addressee(self, text: str) -> None:
        """主送机关, flush left."""
        self._paragraph(text)

    def text(self, text: str) -> None:
        """A paragraph of the body, two characters in."""
        paragraph = self._paragraph(text)
        paragraph.paragraph_format.first_line_indent = SIZE * 2

    def heading(self, text: str) -> None:
        """First level (一、)."""
        paragraph = self._paragraph(text)
        paragraph.paragraph_format.first_line_indent = SIZE * 2
        dress(paragraph.runs[0], SECOND, SIZE)

    def control(self, text: str) -> None:
        """A line that only steers the template (``{%p for … %}``); it leaves no paragraph behind."""
        self._paragraph(text)

    def table(self, head: Sequence[str], widths_mm: Sequence[int], loop: str, cells: Sequence[str]) -> None:
        """A table whose middle row repeats: ``loop`` like ``for row in rows``, ``cells`` like ``{{ row.no }}``."""
        table = self.document.add_table(rows=4, cols=len(head))
        table.style = "Table Grid"
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        for column, text in enumerate(head):
            self._cell(table.cell(0, column), text, bold=True)
        self._cell(table.cell(1, 0), f"{{%tr {loop} %}}")
        for column, text in enumerate(cells):
            self._cell(table.cell(2, column), text)
        self._cell(table.cell(3, 0), "{%tr endfor %}")
        for row in table.rows:
            for column, width in enumerate(widths_mm):
                row.cells[column].width = Mm(width)
        repeat(table.rows[0])

    def seal(self, issuer: str, date: str) -> None:
        """发文机关署名 and 成文日期, with room for the seal."""
        self._paragraph("")
        self._paragraph("")
        for text in (issuer, date):
            paragraph = self._paragraph(text)
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            paragraph.paragraph_format.right_indent = SIZE * 4

    def note(self, text: str) -> None:
        """附注, small."""
        paragraph = self._paragraph(text)
        paragraph.runs[0].font.size = Pt(12)

    def template(self) -> bytes:
        """The finished template."""
        out = io.BytesIO()
        self.document.save(out)
        return out.getvalue()

    def _paragraph(self, text: str, *, centred: bool = False) -> Any:
        paragraph = self.document.add_paragraph(text)
        if centred:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        return paragraph

    def _cell(self, cell: Any, text: str, *, bold: bool = False) -> None:
        paragraph = cell.paragraphs[0]
        run = paragraph.add_run(text)
        run.bold = bold
        run.font.size = Pt(12)
        paragraph.paragraph_format.line_spacing = 1.15


def _typeface(style: Any, name: str) -> None:
    style.font.name = "Times New Roman"
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def dress(run: Any, name: str, size: Any, colour: RGBColor | None = None) -> None:
    run.font.size = size
    run.font.name = "Times New Roman"
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)
    if colour is not None:
        run.font.color.rgb = colour


def _rule(paragraph: Any) -> None:
    """A red line under the paragraph."""
    borders = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "18"), ("space", "4"), ("color", str(RED))):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    paragraph._p.get_or_add_pPr().append(borders)


def repeat(row: Any) -> None:
    """The head of the table stands on every page."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)
