"""整改通知书 as a kind of paper: what a district's own template may use."""

from __future__ import annotations

from core.hooks.papers import PaperKind, PaperName
from core.inspections.papers import SAMPLE, order_template

TITLES = {
    "issuer": "发文机关", "no": "文号", "unit": "被检查单位", "inspected_on": "检查日期", "kind": "检查类型", "basis": "依据", "count": "问题数",
    "rows": "问题清单", "due_on": "整改期限", "inspectors": "检查人员", "issued_on": "成文日期", "closing_word": "销号的叫法", "verify_url": "核对地址",
}  # fmt: skip
ORDER = PaperKind(
    "inspections.order",
    "整改通知书",
    tuple(PaperName(name, title, SAMPLE[name]) for name, title in TITLES.items()),
    order_template,
    order=5,
)
