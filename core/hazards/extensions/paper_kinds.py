"""延期申请 as a kind of paper: what a district's own template may use."""

from __future__ import annotations

from core.hazards.extensions.paper import SAMPLE, extension_template
from core.hooks.papers import PaperKind, PaperName

TITLES = {
    "district": "主送单位", "unit": "单位", "title": "标题", "no": "编号", "grade": "等级", "found_on": "发现日期", "due_on": "整改时限",
    "until": "延到", "reason": "理由", "parts": "整改要素", "decision": "审批意见", "asked_on": "申请日期", "asked_by": "申请人", "verify_url": "核对地址",
}  # fmt: skip
EXTENSION = PaperKind(
    "hazards.extension", "延期申请",
    tuple(PaperName(name, title, SAMPLE[name]) for name, title in TITLES.items()), extension_template, order=6,
)  # fmt: skip
