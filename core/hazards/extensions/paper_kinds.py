"""延期申请 as a kind of paper: what a district's own template may use."""

from __future__ import annotations

from datetime import date

from core.hazards.extensions.paper import extension_template
from core.hooks.papers import PaperKind, PaperName

DAY = date(2026, 11, 21)
NAMES = (
    PaperName("district", "主送单位", "某某区教育局"), PaperName("unit", "单位", "第一中学"), PaperName("title", "标题", "疏散楼梯扶手松动"),
    PaperName("no", "编号", "2026-0001"), PaperName("grade", "等级", "一般隐患"), PaperName("found_on", "发现日期", DAY),
    PaperName("due_on", "整改时限", DAY), PaperName("until", "延到", DAY), PaperName("reason", "理由", "配件需要定制"),
    PaperName("parts", "整改要素", [{"label": "整改责任人", "value": "总务主任"}]), PaperName("decision", "审批意见", "（待审批）"),
    PaperName("asked_on", "申请日期", DAY), PaperName("asked_by", "申请人", "安全主任"), PaperName("verify_url", "核对地址", "https://example.org/1"),
)  # fmt: skip
EXTENSION = PaperKind("hazards.extension", "延期申请", NAMES, extension_template, order=6)
