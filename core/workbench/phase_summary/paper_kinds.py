"""阶段总结 as a kind of paper: what a district's own template may use."""

from __future__ import annotations

from core.hooks.papers import PaperKind, PaperName
from core.workbench.phase_summary.paper import SAMPLE, summary_template

TITLES = {
    "campaign": "专项行动", "phase": "阶段", "unit": "单位", "since": "开始日期", "until": "结束日期", "as_of": "统计日期", "tasks": "任务数",
    "tasks_done": "已完成任务", "tasks_overdue": "逾期任务", "gates": "阶段要求数", "open_gates": "没有确认的阶段要求", "found": "发现隐患", "major": "重大隐患",
    "closed": "已办结", "open": "未办结", "overdue": "逾期", "closure": "办结率", "domains": "各领域情况", "owed": "应完成工作", "settled": "已完成工作",
    "settled_share": "完成率", "late": "逾期工作", "visits": "检查次数", "failed_items": "没有通过的项目", "parts": "目录", "gaps": "缺项",
    "problems": "存在的问题", "next_steps": "下一步工作",
}  # fmt: skip
PHASE_SUMMARY = PaperKind(
    "workbench.phase_summary", "阶段总结",
    tuple(PaperName(name, title, SAMPLE[name]) for name, title in TITLES.items()), summary_template, order=74,
)  # fmt: skip
