"""考核结果单 as a kind of paper: what a district's own template may use."""

from __future__ import annotations

from core.assessment.papers import SAMPLE, sheet_template
from core.hooks.papers import PaperKind, PaperName

TITLES = {
    "issuer": "发文机关", "title": "考核", "unit": "单位", "state": "状态", "starts": "开始日期", "ends": "结束日期", "points": "总分", "full": "满分",
    "grade": "结果", "left": "不再参评", "appeal_until": "申诉截止", "appealable": "可以申诉", "issued_on": "成文日期", "version": "版本", "items": "考核项目", "vetoes": "否决情形", "appeals": "已处理的申诉",
    "watermark": "导出人和时间", "verify_url": "核对地址",
}  # fmt: skip
SHEET = PaperKind(
    "assessment.sheet", "考核结果单", tuple(PaperName(name, title, SAMPLE[name]) for name, title in TITLES.items()), sheet_template, order=6,
)  # fmt: skip
