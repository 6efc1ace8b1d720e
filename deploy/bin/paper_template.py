"""Writes the word-processor template of 隐患整改单 anew. Run it after a change here; districts may put their own file in its place."""

from __future__ import annotations

from pathlib import Path

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

TARGET = Path(__file__).resolve().parents[2] / "core/hazards/templates/hazards/paper.docx"
FACTS = (
    ("单位", "where"), ("位置", "place"), ("领域", "domain"), ("类别", "category"), ("等级", "grade"), ("来源", "source"),
    ("发现人", "found_by"), ("发现日期", "found_on"), ("现在阶段", "stage"), ("整改时限", "due_on"),
)  # fmt: skip
DONE = (
    ("整改情况", "measure_done"), ("完成日期", "done_on"), ("整改人", "rectified_by"), ("报告对象", "reported_to"), ("复核人", "verified_by"),
    ("复核日期", "verified_on"), ("{{ closing }}人", "closed_by"), ("{{ closing }}日期", "closed_on"),
)  # fmt: skip


def main() -> None:
    document = Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = "宋体", Pt(11)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "宋体")
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(22)
    section.top_margin = section.bottom_margin = Mm(20)
    section.footer.paragraphs[0].text = "{{ watermark }}　{{ no }}"
    head = document.add_paragraph()
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = head.add_run("{{ district }}隐患整改单")
    run.bold, run.font.size = True, Pt(18)
    top = document.add_table(rows=1, cols=2)
    top.cell(0, 0).text = "编号：{{ no }}\n{{ title }}"
    place = top.cell(0, 1).paragraphs[0]
    place.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    place.add_run("{{ qr }}")
    small = top.cell(0, 1).add_paragraph("扫码看网上台账")
    small.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    document.add_heading("一、隐患情况", 2)
    _pairs(document, FACTS)
    document.add_paragraph("{{ description }}")
    document.add_paragraph("{%p for clause in clauses %}")
    document.add_paragraph("依据：{{ clause }}")
    document.add_paragraph("{%p endfor %}")
    document.add_heading("二、整改要素", 2)
    _rows(document, ("要素", "内容"), "part in parts", ("part.label", "part.value"))
    document.add_heading("三、整改与复核", 2)
    _pairs(document, DONE)
    document.add_heading("四、办理经过", 2)
    _rows(
        document, ("时间", "办理", "办理人", "意见"), "event in events", ("event.at", "event.action", "event.who", "event.text")
    )  # fmt: skip
    document.add_paragraph("{%p if photos %}")
    document.add_heading("五、照片（共{{ photo_count }}张）", 2)
    document.add_paragraph("{%p for photo in photos %}")
    document.add_paragraph("{{ photo.image }}")
    document.add_paragraph("{{ photo.words }}")
    document.add_paragraph("{%p endfor %}")
    document.add_paragraph("{%p endif %}")
    document.add_heading("签字", 2)
    document.add_paragraph("整改责任人：　　　　　　　　　复核人：　　　　　　　　　")
    document.add_paragraph("单位负责人（盖章）：　　　　　　　　　　　　　年　　月　　日")
    document.add_paragraph("网上台账：{{ address }}")
    document.save(str(TARGET))


def _pairs(document: object, facts: tuple[tuple[str, str], ...]) -> None:
    table = document.add_table(rows=0, cols=4)  # type: ignore[attr-defined]  # python-docx has no types
    table.style = "Table Grid"
    for first, second in zip(facts[::2], facts[1::2], strict=True):
        cells = table.add_row().cells
        for place, (title, name) in enumerate((first, second)):
            cells[place * 2].text, cells[place * 2 + 1].text = title, "{{ " + name + " }}"


def _rows(document: object, heads: tuple[str, ...], loop: str, names: tuple[str, ...]) -> None:
    table = document.add_table(rows=1, cols=len(heads))  # type: ignore[attr-defined]  # python-docx has no types
    table.style = "Table Grid"
    for cell, title in zip(table.rows[0].cells, heads, strict=True):
        cell.text = title
        cell.paragraphs[0].runs[0].bold = True
    table.add_row().cells[0].text = "{%tr for " + loop + " %}"
    for cell, name in zip(table.add_row().cells, names, strict=True):
        cell.text = "{{ " + name + " }}"
    table.add_row().cells[0].text = "{%tr endfor %}"


if __name__ == "__main__":
    main()
