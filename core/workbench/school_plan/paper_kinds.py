"""一校一策 as a kind of paper: what a district's own template may use."""

from __future__ import annotations

from core.hooks.papers import PaperKind, PaperName
from core.workbench.school_plan.paper import SAMPLE, plan_template

TITLES = {
    "unit": "单位", "as_of": "统计日期", "hazard_count": "未办结隐患数", "major": "重大隐患数", "item_count": "没有通过的项目数", "duty_count": "逾期工作数",
    "ending_count": "到期和将到期数", "cut": "没有列全", "sums": "风险类别", "hazards": "隐患", "items": "没有通过的项目", "duties": "逾期的工作",
    "endings": "到期和将到期",
}  # fmt: skip
SCHOOL_PLAN = PaperKind(
    "workbench.school_plan", "一校一策",
    tuple(PaperName(name, title, SAMPLE[name]) for name, title in TITLES.items()), plan_template, order=72,
)  # fmt: skip
