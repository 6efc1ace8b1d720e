"""一校一策 as a Word paper: risks, measures, who answers for them and until when. In Chinese, as it is filed. Pure."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from core.documents.official import Official
from core.documents.rendering import render
from core.workbench.school_plan.shapes import SchoolPlan

DAY = date(2026, 11, 21)
NONE = "未填写"


@cache
def plan_template() -> bytes:
    """The built-in one."""
    paper = Official()
    paper.title("{{ unit }}校园安全“一校一策”")
    paper.subtitle("（{{ as_of|document_date }}）")
    paper.heading("一、风险概况")
    paper.text(
        "未办结隐患{{ hazard_count }}条，其中重大隐患{{ major }}条；最近一次检查没有通过的项目{{ item_count }}项；"
        "本学年逾期未完成的工作{{ duty_count }}项；已过期和90日内到期的证照、检测等{{ ending_count }}项。"
    )
    paper.control("{%p if sums %}")
    paper.table(
        ("风险类别", "重大", "一般", "其中逾期"), (86, 22, 22, 26), "for row in sums",
        ("{{ row.kind }}", "{{ row.major }}", "{{ row.general }}", "{{ row.overdue }}"),
    )  # fmt: skip
    paper.control("{%p endif %}")
    paper.heading("二、隐患和管控措施")
    _lines(
        paper, "hazards", "{{ row.no }}　{{ row.title }}（{{ row.spot }}，{{ row.grade }}，{{ row.stage }}）。措施：{{ row.measures }}。"
        "责任人：{{ row.person }}。时限：{{ row.due }}。", "没有未办结的隐患。",
    )  # fmt: skip
    paper.heading("三、检查没有通过的项目")
    _table(
        paper,
        "items",
        ("项目", "情况", "检查日期", "对应隐患"),
        (66, 44, 24, 22),
        ("content", "note", "looked_on", "hazard"),
    )
    paper.heading("四、逾期的工作")
    _table(paper, "duties", ("工作", "责任主体", "应完成日期"), (90, 36, 30), ("title", "party", "due"))
    paper.heading("五、到期和将到期的证照、检测")
    _table(paper, "endings", ("台账", "名称", "有效期至"), (44, 82, 30), ("register", "title", "expires_on"))
    paper.control("{%p if cut %}")
    paper.note("（每项最多列200条，其余见系统台账。）")
    paper.control("{%p endif %}")
    paper.heading("六、其他风险和工作安排")
    paper.text("（由学校补充）")
    paper.seal("{{ unit }}", "{{ as_of|document_date }}")
    return paper.template()


def plan_docx(template: bytes, plan: SchoolPlan) -> bytes:
    """``template``: the district's or the built-in one."""
    return render(template, _values(plan))


def _table(paper: Official, name: str, head: tuple[str, ...], widths: tuple[int, ...], cells: tuple[str, ...]) -> None:
    """No table where there is nothing: 无。"""
    paper.control(f"{{%p if {name} %}}")
    paper.table(head, widths, f"for row in {name}", tuple(f"{{{{ row.{cell} }}}}" for cell in cells))
    paper.control("{%p else %}")
    paper.text("无。")
    paper.control("{%p endif %}")


def _lines(paper: Official, name: str, text: str, nothing: str) -> None:
    paper.control(f"{{%p for row in {name} %}}")
    paper.text("{{ loop.index }}. " + text)
    paper.control("{%p else %}")
    paper.text(nothing)
    paper.control("{%p endfor %}")


def _values(plan: SchoolPlan) -> dict[str, Any]:
    shown = (plan.hazards, plan.failed, plan.duties, plan.endings)
    totals = (plan.hazards_total, plan.failed_total, plan.duties_total, plan.endings_total)
    return {
        "unit": plan.unit_name, "as_of": plan.as_of, "major": plan.major, "hazard_count": totals[0], "item_count": totals[1],
        "duty_count": totals[2], "ending_count": totals[3], "cut": any(len(part) < total for part, total in zip(shown, totals, strict=True)),
        "sums": [{"kind": str(own.kind), "major": own.major, "general": own.general, "overdue": own.overdue} for own in plan.sums],
        "hazards": [
            {
                "no": own.no, "title": own.title, "spot": own.spot, "kind": own.kind, "grade": own.grade, "stage": own.stage,
                "measures": "；".join(text.rstrip("。") for text in own.measures) or NONE, "person": own.person or NONE,
                "due": f"{_day(own.due_on)}（已逾期）" if own.overdue else _day(own.due_on),
            }
            for own in plan.hazards
        ],
        "items": [
            {"content": own.content, "note": own.note or "—", "looked_on": _day(own.looked_on), "hazard": own.hazard_no or "—"}
            for own in plan.failed
        ],
        "duties": [{"title": own.title, "party": own.party or "学校", "due": _day(own.due_on)} for own in plan.duties],
        "endings": [
            {"register": own.register, "title": own.title, "expires_on": f"{_day(own.expires_on)}{'（已过期）' if (own.days_left or 0) < 0 else ''}"}
            for own in plan.endings
        ],
    }  # fmt: skip


def _day(day: date | None) -> str:
    return day.isoformat() if day is not None else NONE


SAMPLE: dict[str, Any] = {
    "unit": "第一中学", "as_of": DAY, "major": 1, "hazard_count": 1, "item_count": 1, "duty_count": 1, "ending_count": 1, "cut": False,
    "sums": [{"kind": "消防安全 · 疏散通道", "major": 1, "general": 0, "overdue": 0}],
    "hazards": [{
        "no": "2026-0001", "title": "疏散楼梯被占用", "spot": "教学楼一楼", "kind": "消防安全 · 疏散通道", "grade": "重大隐患", "stage": "整改中",
        "measures": "清空并设标识", "person": "总务主任", "due": "2026-11-30",
    }],
    "items": [{"content": "疏散通道畅通", "note": "堆放纸箱", "looked_on": "2026-11-01", "hazard": "2026-0001"}],
    "duties": [{"title": "每月应急演练", "party": "学校", "due": "2026-10-31"}],
    "endings": [{"register": "特种设备", "title": "1号电梯", "expires_on": "2026-12-31"}],
}  # fmt: skip
"""Values by which a template is tried."""
