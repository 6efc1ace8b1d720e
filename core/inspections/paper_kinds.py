"""整改通知书 as a kind of paper: what a district's own template may use."""

from __future__ import annotations

from datetime import date

from core.hooks.papers import PaperKind, PaperName
from core.inspections.papers import order_template

DAY = date(2026, 11, 21)
ORDER = PaperKind(
    "inspections.order", "整改通知书",
    (
        PaperName("issuer", "发文机关", "某某区教育局"), PaperName("no", "文号", "某教安改〔2026〕1号"), PaperName("unit", "被检查单位", "第一中学"),
        PaperName("inspected_on", "检查日期", DAY), PaperName("kind", "检查类型", "专项检查"), PaperName("basis", "依据", "专项检查方案"),
        PaperName("count", "问题数", 1),
        PaperName("rows", "问题清单", [
            {"no": 1, "content": "疏散通道堆放杂物", "basis": "消防法第二十八条", "grade": "一般", "hazard_no": "2026-0001", "due_on": DAY},
        ]),
        PaperName("due_on", "整改期限", DAY), PaperName("inspectors", "检查人员", "检查人员甲、检查人员乙"), PaperName("issued_on", "成文日期", DAY),
        PaperName("closing_word", "销号的叫法", "销号"), PaperName("verify_url", "核对地址", "https://example.org/1"),
    ),
    order_template, order=5,
)  # fmt: skip
