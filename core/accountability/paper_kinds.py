"""督办进展 and 验收申请 as kinds of papers: what a district's own template may use."""

from __future__ import annotations

from core.accountability.papers import ACCEPTANCE_SAMPLE, PROGRESS_SAMPLE, acceptance_template, progress_template
from core.hooks.papers import PaperKind, PaperName

COMMON = {
    "district": "主送单位", "unit": "单位", "measure": "措施", "no": "编号", "paper_no": "文号", "title": "标题", "facts": "事实",
    "decided_on": "作出日期", "due_on": "整改期限", "extensions": "延期次数", "hazard": "对应隐患", "parts": "整改要素", "steps": "办理经过",
    "made_on": "成文日期", "verify_url": "核对地址",
}  # fmt: skip
PROGRESS_PAPER = PaperKind(
    "accountability.progress", "督办整改进展报告",
    tuple(PaperName(name, title, PROGRESS_SAMPLE[name]) for name, title in {**COMMON, "quarter": "季度"}.items()),
    progress_template, order=52,
)  # fmt: skip
ACCEPTANCE_PAPER = PaperKind(
    "accountability.acceptance", "督办整改验收申请",
    tuple(
        PaperName(name, title, ACCEPTANCE_SAMPLE[name])
        for name, title in {**COMMON, "done": "整改完成情况", "days": "整改环节", "decision": "验收意见"}.items()
    ),
    acceptance_template, order=53,
)  # fmt: skip
