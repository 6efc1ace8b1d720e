"""阶段总结 as a Word paper: figures from the records, problems and next steps as they were typed. In Chinese. Pure."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from core.documents.official import Official
from core.documents.rendering import render
from core.workbench.dossier.shapes import Part
from core.workbench.phase_summary.shapes import PhaseSummary

DAY = date(2026, 11, 21)


@cache
def summary_template() -> bytes:
    """The built-in one."""
    paper = Official()
    paper.title("{{ campaign }}阶段总结")
    paper.subtitle("（{{ phase }}，{{ since|document_date }}至{{ until|document_date }}）")
    paper.heading("一、任务和阶段要求")
    paper.text(
        "本阶段任务{{ tasks }}项，已完成{{ tasks_done }}项，逾期{{ tasks_overdue }}项。"
        "{% if gates %}阶段要求{{ gates }}项，已确认{{ gates - open_gates|length }}项。{% endif %}"
    )
    paper.control("{%p for words in open_gates %}")
    paper.text("没有确认：{{ words }}")
    paper.control("{%p endfor %}")
    paper.heading("二、隐患排查整改")
    paper.text(
        "发现隐患{{ found }}条，其中重大隐患{{ major }}条。截至{{ as_of|document_date }}已办结{{ closed }}条，未办结{{ open }}条，其中逾期{{ overdue }}条，"
        "办结率{{ closure }}。"
    )
    paper.control("{%p if domains %}")
    paper.table(
        ("领域", "发现", "其中重大", "已办结", "未办结", "逾期"), (46, 20, 24, 22, 22, 22), "for row in domains",
        ("{{ row.title }}", "{{ row.found }}", "{{ row.major }}", "{{ row.closed }}", "{{ row.open }}", "{{ row.overdue }}"),
    )  # fmt: skip
    paper.control("{%p endif %}")
    paper.heading("三、履职和检查")
    paper.text(
        "按规定应完成工作{{ owed }}项次，已完成{{ settled }}项次（{{ settled_share }}），逾期未完成{{ late }}项次。"
        "开展检查{{ visits }}次，没有通过的项目{{ failed_items }}项次。"
    )
    paper.heading("四、工作台账")
    paper.table(("材料", "数量", "说明"), (86, 24, 46), "for row in parts", ROW)
    paper.heading("五、存在的问题")
    _typed(paper, "problems")
    paper.control("{%p if gaps %}")
    paper.text("按记录统计，下列事项尚未完成：")
    paper.table(("缺少的事项", "数量", "说明"), (86, 24, 46), "for row in gaps", ROW)
    paper.control("{%p endif %}")
    paper.heading("六、下一步工作")
    _typed(paper, "next_steps")
    paper.seal("{{ unit }}", "{{ as_of|document_date }}")
    return paper.template()


def summary_docx(template: bytes, summary: PhaseSummary, *, problems: str, next_steps: str) -> bytes:
    """``problems``, ``next_steps``: a paragraph a line. ``template``: the district's or the built-in one."""
    plain = (
        "campaign", "phase", "unit", "since", "until", "as_of", "tasks", "tasks_done", "tasks_overdue", "gates", "found", "major", "closed",
        "open", "overdue", "visits", "failed_items",
    )  # fmt: skip
    duties = summary.duties
    return render(
        template,
        {
            **{name: getattr(summary, name) for name in plain},
            "open_gates": list(summary.open_gates), "closure": _share(summary.closed, summary.found), "owed": duties.owed,
            "settled": duties.settled, "settled_share": _share(duties.settled, duties.owed), "late": duties.overdue,
            "domains": [
                {"title": str(own.title), "found": own.found, "major": own.major, "closed": own.closed, "open": own.open, "overdue": own.overdue}
                for own in summary.domains
            ],
            "parts": _rows(summary.parts), "gaps": _rows(summary.gaps), "problems": _paragraphs(problems),
            "next_steps": _paragraphs(next_steps),
        },
    )  # fmt: skip


def _typed(paper: Official, name: str) -> None:
    paper.control(f"{{%p for line in {name} %}}")
    paper.text("{{ line }}")
    paper.control("{%p else %}")
    paper.text("（由起草人补充）")
    paper.control("{%p endfor %}")


def _rows(parts: tuple[Part, ...]) -> list[dict[str, Any]]:
    return [{"title": str(part.title), "count": part.count, "note": str(part.note) or "—"} for part in parts]


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _share(part: int, whole: int) -> str:
    """With its denominator; — where nothing was to be done."""
    return f"{part / whole:.1%}（{part}/{whole}）" if whole else "—"


ROW = ("{{ row.title }}", "{{ row.count }}", "{{ row.note }}")
_LINE = [{"title": "应急演练", "count": 2, "note": "工作记录"}]
SAMPLE: dict[str, Any] = {
    "campaign": "安全专项整治三年行动", "phase": "排查整治", "unit": "某某区教育局", "since": DAY, "until": DAY, "as_of": DAY, "tasks": 9, "tasks_done": 8,
    "tasks_overdue": 1, "gates": 2, "open_gates": ["建立问题隐患清单"], "found": 7, "major": 1, "closed": 5, "open": 2, "overdue": 1, "closure": "71.4%（5/7）",
    "domains": [{"title": "消防安全", "found": 7, "major": 1, "closed": 5, "open": 2, "overdue": 1}], "owed": 10, "settled": 9,
    "settled_share": "90.0%（9/10）", "late": 1, "visits": 3, "failed_items": 4, "parts": _LINE, "gaps": _LINE, "problems": ["第一段。"],
    "next_steps": ["第一段。"],
}  # fmt: skip
"""Values by which a template is tried."""
