"""整改通知书 as a Word paper, and the notes that go with it; in Chinese, as they are served. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from core.documents.official import Official
from core.documents.rendering import render
from core.documents.words import document_date

GRADES = {"general": "一般", "major": "重大"}


def order_no(district: str, year: int, seq: int) -> str:
    """As printed: 〔〕 around the year, no padding."""
    return f"{district}教安改〔{year}〕{seq}号"


def order_file(no: str) -> str:
    return f"整改通知书{no}.docx"


def order_notice(no: str, due_on: date) -> str:
    """For the inboxes of the unit."""
    return f"收到整改通知书{no}，请在{document_date(due_on)}前整改"


def result_notice(title: str, failed: int) -> str:
    """For the inboxes of the unit."""
    return f"{title}：检查完成，不合格{failed}项"


@dataclass(frozen=True)
class OrderLine:
    """One thing to put right. ``due_on`` None: as the order says."""

    content: str
    basis: str
    grade: str
    hazard_no: str
    due_on: date | None


@dataclass(frozen=True)
class OrderPaper:
    """What is printed. ``issuer``: the bureau's full name."""

    issuer: str
    no: str
    unit: str
    inspected_on: date
    kind: str
    basis: str
    lines: tuple[OrderLine, ...]
    due_on: date
    inspectors: tuple[str, ...]
    issued_on: date
    closing_word: str
    verify_url: str


def order_docx(paper: OrderPaper, template: bytes) -> bytes:
    """The finished file. ``template``: the district's or the built-in one, see core.inspections.paper_kinds."""
    values = {
        **{name: getattr(paper, name) for name in OrderPaper.__dataclass_fields__ if name != "lines"},
        "inspectors": "、".join(paper.inspectors),
        "count": len(paper.lines),
        "rows": [
            {
                "no": place, "content": line.content, "basis": line.basis or "—", "grade": line.grade,
                "hazard_no": line.hazard_no or "—", "due_on": line.due_on or paper.due_on,
            }
            for place, line in enumerate(paper.lines, 1)
        ],
    }  # fmt: skip
    return render(template, values)


@cache
def order_template() -> bytes:
    """The built-in one."""
    paper = Official()
    paper.head("{{ issuer }}", "{{ no }}")
    paper.title("安全隐患整改通知书")
    paper.addressee("{{ unit }}：")
    paper.text(
        "{{ inspected_on|document_date }}，检查组{% if basis %}依据{{ basis }}{% endif %}对你单位开展了{{ kind }}，"
        "发现以下{{ count }}项问题。请按要求整改："
    )
    paper.heading("一、问题清单")
    paper.table(
        ("序号", "存在问题", "不符合的规定", "等级", "隐患编号", "整改期限"), (12, 56, 38, 16, 22, 26), "for row in rows",
        ("{{ row.no }}", "{{ row.content }}", "{{ row.basis }}", "{{ row.grade }}", "{{ row.hazard_no }}", "{{ row.due_on|document_date }}"),
    )  # fmt: skip
    paper.heading("二、整改要求")
    paper.text("（一）逐项明确整改责任人、措施、资金、时限和预案；不能立即整改的，先落实防范措施，确保安全。")
    paper.text(
        "（二）在{{ due_on|document_date }}前完成整改，把整改情况和佐证材料填报到隐患台账，由他人复核后{{ closing_word }}。"
    )
    paper.text("（三）重大隐患排除前或排除过程中无法保证安全的，停止使用相关场所、设施设备。")
    paper.heading("三、复查")
    paper.text("期满后将组织“回头看”。逾期未改或整改不到位的，按有关规定处理。")
    paper.text("检查人员：{{ inspectors }}")
    paper.seal("{{ issuer }}", "{{ issued_on|document_date }}")
    paper.note("（本通知书一式两份，检查单位、被检查单位各一份。在线核对：{{ verify_url }}）")
    return paper.template()


DAY = date(2026, 11, 21)
SAMPLE: dict[str, Any] = {
    "issuer": "某某区教育局", "no": "某教安改〔2026〕1号", "unit": "第一中学", "inspected_on": DAY, "kind": "专项检查", "basis": "专项检查方案", "count": 1,
    "rows": [{"no": 1, "content": "疏散通道堆放杂物", "basis": "消防法第二十八条", "grade": "一般", "hazard_no": "2026-0001", "due_on": DAY}],
    "due_on": DAY, "inspectors": "检查人员甲、检查人员乙", "issued_on": DAY, "closing_word": "销号", "verify_url": "https://example.org/1",
}  # fmt: skip
"""Values by which a template is tried."""
