"""台账封面与目录 as a kind of paper: what a district's own template may use."""

from __future__ import annotations

from core.hooks.papers import PaperKind, PaperName
from core.workbench.dossier.paper import SAMPLE, cover_template

TITLES = {
    "campaign": "专项行动", "unit": "单位", "since": "开始日期", "until": "结束日期", "made_by": "整理人", "made_on": "整理日期",
    "gap_count": "缺项数", "gaps": "缺项", "parts": "目录",
}  # fmt: skip
COVER = PaperKind(
    "workbench.cover", "台账封面与目录",
    tuple(PaperName(name, title, SAMPLE[name]) for name, title in TITLES.items()), cover_template, order=70,
)  # fmt: skip
