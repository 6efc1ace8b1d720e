"""隐患整改单 as a kind of paper: what a district's own template may use."""

from __future__ import annotations

from core.hazards.paper import SAMPLE, TEMPLATE
from core.hooks.papers import PaperKind, PaperName

TEXTS = {
    "no": "编号", "title": "标题", "description": "隐患描述", "where": "单位", "place": "部位", "domain": "领域", "category": "类别", "grade": "等级",
    "source": "来源", "found_by": "发现人", "found_on": "发现日期", "stage": "环节", "due_on": "整改时限", "measure_done": "整改情况", "done_on": "完成日期",
    "rectified_by": "整改人", "reported_to": "报送", "verified_by": "核验人", "verified_on": "核验日期", "closed_by": "销号人", "closed_on": "销号日期",
    "closing": "销号的叫法", "address": "核对地址", "district": "单位全称", "watermark": "导出人和时间", "qr": "二维码",
}  # fmt: skip
PAPER = PaperKind(
    "hazards.paper", "隐患整改单",
    (
        *(PaperName(name, title, f"〔{name}〕") for name, title in TEXTS.items()),
        PaperName("parts", "整改要素", SAMPLE["parts"]), PaperName("events", "办理经过", SAMPLE["events"]),
        PaperName("clauses", "依据条款", SAMPLE["clauses"]), PaperName("photo_count", "照片数", 1), PaperName("photos", "照片", SAMPLE["photos"]),
    ),
    TEMPLATE.read_bytes, order=4,
)  # fmt: skip
