"""安全月报 as a Word paper: a draft from the district's own figures, to be finished by hand. In Chinese, as it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

from core.documents.official import Official
from core.documents.rendering import render
from core.oversight.charts.district import rate
from core.oversight.figures import CategoryRow, DomainRow, Totals
from core.oversight.queries.listed import ListedCase

TOP = 10
"""Kinds of problems that are named."""
DAY = date(2026, 11, 21)


@cache
def brief_template() -> bytes:
    """The built-in one."""
    paper = Official()
    paper.title("{{ title }}")
    paper.addressee("（{{ since|document_date }}至{{ until|document_date }}，{{ as_of|document_date }}统计）")
    paper.heading("一、总体情况")
    paper.text(
        "期内发现隐患{{ found }}条，其中重大隐患{{ major }}条、自查发现{{ self_found }}条。截至统计日已整改完成{{ closed }}条，"
        "未完成{{ open }}条，其中逾期{{ overdue }}条、带险管控{{ controlled }}条。整改率{{ closure }}，按期整改率{{ on_time }}。"
    )
    paper.heading("二、各领域情况")
    paper.table(
        ("领域", "发现", "已完成", "未完成", "逾期", "整改率"), (44, 20, 20, 20, 18, 34), "for row in domains",
        ("{{ row.title }}", "{{ row.found }}", "{{ row.closed }}", "{{ row.open }}", "{{ row.overdue }}", "{{ row.rate }}"),
    )  # fmt: skip
    paper.heading("三、主要问题")
    paper.table(
        ("类别", "发现", "占比"),
        (90, 26, 40),
        "for row in problems",
        ("{{ row.title }}", "{{ row.found }}", "{{ row.rate }}"),
    )
    paper.heading("四、未完成的重大隐患")
    paper.text("{% if cases %}共{{ major_open }}条：{% else %}无。{% endif %}")
    paper.control("{%p for row in cases %}")
    paper.text(
        "{{ row.no }}　{{ row.unit }}：{{ row.title }}{% if row.due_on %}（{{ row.due_on|document_date }}到期）{% endif %}"
    )
    paper.control("{%p endfor %}")
    paper.heading("五、下一步工作")
    paper.text("（由起草人补充）")
    paper.seal("{{ issuer }}", "{{ as_of|document_date }}")
    return paper.template()


SAMPLE: dict[str, Any] = {
    "title": "2026年11月校园安全月报", "issuer": "某某区教育局", "since": DAY, "until": DAY, "as_of": DAY, "found": 7, "major": 1, "self_found": 5,
    "closed": 2, "open": 5, "overdue": 1, "controlled": 0, "closure": "28.6%（2/7）", "on_time": "100.0%（2/2）", "major_open": 1,
    "domains": [{"title": "消防安全", "found": 7, "closed": 2, "open": 5, "overdue": 1, "rate": "28.6%（2/7）"}],
    "problems": [{"title": "疏散通道不畅通", "found": 7, "rate": "100.0%（7/7）"}],
    "cases": [{"no": "2026-0001", "unit": "第一中学", "title": "外墙脱落", "due_on": DAY}],
}  # fmt: skip
"""Values by which a template is tried."""


def brief_title(month: date | None) -> str:
    return f"{month.year}年{month.month}月校园安全月报" if month is not None else "校园安全工作情况简报"


def brief_docx(
    template: bytes, *, issuer: str, month: date | None, since: date, until: date, as_of: date, totals: Totals,
    domains: Sequence[DomainRow], problems: Sequence[CategoryRow], cases: Sequence[ListedCase],
) -> bytes:  # fmt: skip
    """Titles in Chinese. ``problems``: the most frequent first. ``template``: the district's or the built-in one."""
    names = ("found", "major", "self_found", "closed", "open", "overdue", "controlled", "major_open")
    return render(
        template,
        {
            **{name: getattr(totals, name) for name in names},
            "title": brief_title(month), "issuer": issuer, "since": since, "until": until, "as_of": as_of,
            "closure": rate(totals.closure.part, totals.closure.whole), "on_time": rate(totals.on_time.part, totals.on_time.whole),
            "domains": [
                {"title": row.title, "found": row.found, "closed": row.closed, "open": row.open, "overdue": row.overdue, "rate": rate(row.closed, row.found)}
                for row in domains
            ],
            "problems": [{"title": row.title, "found": row.found, "rate": rate(row.found, totals.found)} for row in problems[:TOP]],
            "cases": [{"no": row.no or "待编号", "unit": row.unit, "title": row.title, "due_on": row.clock_on} for row in cases],
        },
    )  # fmt: skip
