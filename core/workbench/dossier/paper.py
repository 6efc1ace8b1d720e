"""台账封面与目录 as a Word paper: cover, what is missing, index. In Chinese, as it is put on the table. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

from core.documents.official import Official
from core.documents.rendering import render
from core.workbench.dossier.shapes import Part

DAY = date(2026, 11, 21)


@cache
def cover_template() -> bytes:
    """The built-in one."""
    paper = Official()
    for _line in range(4):
        paper.addressee("")
    paper.title("{{ campaign }}")
    paper.title("迎检材料目录")
    paper.text("单位：{{ unit }}")
    paper.text("起止：{{ since|document_date }}至{{ until|document_date }}")
    paper.text("整理：{{ made_by }}　　{{ made_on|document_date }}")
    paper.heading("一、缺项（{{ gap_count }}项）")
    paper.text("{% if gap_count %}下列事项应当补齐或说明：{% else %}没有查出缺项。{% endif %}")
    paper.table(("序号", "缺少的事项", "数量", "说明"), (14, 76, 20, 46), "for row in gaps", ROW)
    paper.heading("二、目录")
    paper.table(("序号", "材料", "数量", "说明"), (14, 76, 20, 46), "for row in parts", ROW)
    paper.note("（数量由系统按记录统计，截至{{ made_on|document_date }}。）")
    return paper.template()


ROW = ("{{ row.no }}", "{{ row.title }}", "{{ row.count }}", "{{ row.note }}")
LINE = [{"no": 1, "title": "应急演练", "count": 2, "note": "工作记录"}]
SAMPLE: dict[str, Any] = {
    "campaign": "安全专项整治三年行动", "unit": "第一中学", "since": DAY, "until": DAY, "made_by": "安全主任", "made_on": DAY, "gap_count": 1,
    "gaps": LINE, "parts": LINE,
}  # fmt: skip
"""Values by which a template is tried."""


def cover_docx(
    template: bytes, *, gaps: Sequence[Part], parts: Sequence[Part], **facts: Any,
) -> bytes:  # fmt: skip
    """``facts``: campaign, unit, since, until, made_by, made_on. ``template``: the district's or the built-in one."""
    return render(template, {**facts, "gap_count": len(gaps), "gaps": _rows(gaps), "parts": _rows(parts)})


def _rows(parts: Sequence[Part]) -> list[dict[str, Any]]:
    return [
        {"no": place, "title": str(part.title), "count": part.count, "note": str(part.note) or "—"}
        for place, part in enumerate(parts, 1)
    ]
