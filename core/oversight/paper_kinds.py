"""安全月报 as a kind of paper: what a district's own template may use."""

from __future__ import annotations

from core.hooks.papers import PaperKind, PaperName
from core.oversight.brief import SAMPLE, brief_template

TITLES = {
    "title": "标题", "issuer": "发文机关", "since": "开始日期", "until": "结束日期", "as_of": "统计日", "found": "发现", "major": "重大隐患",
    "self_found": "自查发现", "closed": "已完成", "open": "未完成", "overdue": "逾期", "controlled": "带险管控", "closure": "整改率",
    "on_time": "按期整改率", "major_open": "重大未完成", "domains": "各领域情况", "problems": "主要问题", "cases": "未完成的重大隐患",
}  # fmt: skip
BRIEF = PaperKind(
    "oversight.brief", "安全月报",
    tuple(PaperName(name, title, SAMPLE[name]) for name, title in TITLES.items()), brief_template, order=75,
)  # fmt: skip
