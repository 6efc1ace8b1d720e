"""考核结果单: one unit's sheet as a Word paper, in Chinese, as it is served. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from core.assessment.queries.sheets import AppealLine, ItemLine, SheetCard
from core.assessment.score import Figure, hundredths, in_points
from core.assessment.sources import Fact
from core.assessment.window import window_open
from core.assessment.words import APPEAL_STATES, LEAVINGS, OPEN, ROUND_STATES, VERDICTS
from core.documents.official import Official
from core.documents.rendering import render
from core.documents.words import document_date
from core.kernel.clock import LOCAL, local_date
from core.tables.sheet_xml import clean
from core.tenancy.packs.model import Indicator


@dataclass(frozen=True)
class Copy:
    """Whose copy it is and where the live sheet stands. ``issuer``: the bureau's full name."""

    issuer: str
    by: str
    at: datetime
    address: str


def sheet_file(card: SheetCard) -> str:
    """The name of the file."""
    return f"{card.round.line.title}-{card.unit_name}-考核结果单.docx"


def sheet_docx(card: SheetCard, template: bytes, *, copy: Copy) -> bytes:
    """The finished file. ``template``: the district's or the built-in one, see core.assessment.paper_kinds."""
    line = card.round.line
    moment = line.published_at or card.round.announced_at or card.round.computed_at
    values: dict[str, Any] = {
        "issuer": copy.issuer, "title": line.title, "unit": card.unit_name, "state": ROUND_STATES[line.state], "starts": line.starts,
        "ends": line.ends, "points": in_points(card.points), "full": in_points(hundredths(card.round.frozen.scheme.full)),
        "grade": card.grade, "left": _left(card), "appeal_until": line.appeal_until, "appealable": window_open(line, local_date(copy.at)) and card.left_on is None, "issued_on": local_date(moment or copy.at), "version": card.no,
        "items": [_item(no, one) for no, one in enumerate(card.items, 1)],
        "vetoes": [
            {"label": one.veto.label, "facts": _told(one.facts.kept)} for one in card.vetoes if one.holds
        ],
        "appeals": [_appeal(one) for one in card.appeals if one.state != OPEN],
        "watermark": f"{copy.by}　{copy.at.astimezone(LOCAL):%Y-%m-%d %H:%M}", "verify_url": copy.address,
    }  # fmt: skip
    return render(template, {name: clean(value) if isinstance(value, str) else value for name, value in values.items()})


def _left(card: SheetCard) -> str:
    """Since when and why the unit takes no part; empty for one that does."""
    return f"{document_date(card.left_on)}{LEAVINGS[card.left_why]}" if card.left_on is not None else ""


def _item(no: int, one: ItemLine) -> dict[str, Any]:
    line, against = one.kept.line, [fact for fact in one.kept.facts.kept if fact.against]
    return {
        "no": no, "label": clean(one.item.label), "figure": _figure(one.indicator, line.figure), "verdict": VERDICTS[line.verdict],
        "most": in_points(hundredths(one.item.points)), "taken": in_points(line.taken), "given": in_points(line.given),
        "clauses": "、".join(one.item.clauses) or "—", "facts": _told(against) if line.taken else [],
        "corrected": clean(one.kept.corrected.why) if one.kept.corrected else "",
    }  # fmt: skip


def _figure(own: Indicator, figure: Figure | None) -> str:
    """A share with its denominator, so that small numbers are seen to be small."""
    if figure is None or not own.is_share:
        return "—" if figure is None else f"{figure.part}{own.unit}"
    if not figure.whole:
        return "—"
    return f"{100 * figure.part / figure.whole:.1f}%（{figure.part}/{figure.whole}）"


def _told(facts: Iterable[Fact]) -> list[str]:
    return [clean(f"{fact.name}（{document_date(fact.on)}）" if fact.on else fact.name) for fact in facts if fact.name]


def _appeal(one: AppealLine) -> dict[str, str]:
    return {"label": clean(one.label), "state": APPEAL_STATES[one.state], "decision": clean(one.decision)}


@cache
def sheet_template() -> bytes:
    """The built-in one."""
    paper = Official()
    paper.head("{{ issuer }}", "{{ title }}")
    paper.title("考核结果单")
    paper.addressee("{{ unit }}：")
    paper.text(
        "{{ starts|document_date }}至{{ ends|document_date }}，你单位考核得分{{ points }}分（满分{{ full }}分）"
        "{% if grade %}，结果为{{ grade }}{% endif %}。结果{{ state }}。"
    )
    paper.control("{%p if left %}")
    paper.text("{{ left }}，你单位不再参评，以上结果留作查阅，不计入等次和排名。")
    paper.control("{%p endif %}")
    paper.heading("一、各项得分")
    paper.table(
        ("序号", "考核项目", "数值", "情况", "分值", "扣分", "加分", "条款"), (11, 36, 30, 22, 14, 14, 14, 24), "for row in items",
        (
            "{{ row.no }}", "{{ row.label }}", "{{ row.figure }}", "{{ row.verdict }}", "{{ row.most }}", "{{ row.taken }}", "{{ row.given }}",
            "{{ row.clauses }}",
        ),
    )  # fmt: skip
    paper.heading("二、扣分的事实")
    paper.control("{%p if not items|selectattr('facts')|list and not vetoes %}")
    paper.text("没有扣分的事实。")
    paper.control("{%p endif %}")
    _each(paper, "row in items if row.facts", "{{ row.label }}（扣{{ row.taken }}分）：", "row.facts")
    _each(paper, "veto in vetoes", "一票否决（{{ veto.label }}）：", "veto.facts")
    paper.heading("三、申诉")
    paper.control("{%p for appeal in appeals %}")
    paper.text("{{ appeal.label }}：{{ appeal.state }}。{{ appeal.decision }}")
    paper.control("{%p endfor %}")
    paper.text(
        "{% if left %}不再参评的单位没有结果可以申诉。{% elif not appeal_until %}结果尚未公示，仅供核对。{% elif appealable %}对结果有异议的，可在{{ appeal_until|document_date }}（含当日）前"
        "逐项提出申诉，写明事实和依据。{% else %}申诉截至{{ appeal_until|document_date }}，现已结束。{% endif %}"
    )
    paper.seal("{{ issuer }}", "{{ issued_on|document_date }}")
    paper.note("（第{{ version }}版，{{ watermark }} 导出。在线核对：{{ verify_url }}）")
    return paper.template()


def _each(paper: Official, loop: str, head: str, facts: str) -> None:
    """A sentence for each, its facts below."""
    paper.control(f"{{%p for {loop} %}}")
    paper.text(head)
    paper.control(f"{{%p for fact in {facts} %}}")
    paper.text("—{{ fact }}")
    paper.control("{%p endfor %}")
    paper.control("{%p endfor %}")


DAY = date(2026, 11, 21)
SAMPLE: dict[str, Any] = {
    "issuer": "某某区教育局", "title": "2026年度考核", "unit": "第一中学", "state": "公示中", "starts": DAY, "ends": DAY, "points": "93.5",
    "full": "100", "grade": "优秀", "left": "", "appeal_until": DAY, "appealable": True, "issued_on": DAY, "version": 1,
    "items": [
        {
            "no": 1, "label": "隐患按时整改", "figure": "50.0%（1/2）", "verdict": "未达到", "most": "20", "taken": "6.5", "given": "0",
            "clauses": "WJ-3.3-10", "facts": ["疏散通道堆放杂物（2026年11月1日）"], "corrected": "",
        }
    ],
    "vetoes": [{"label": "发生安全事故", "facts": ["交通事故1"]}],
    "appeals": [{"label": "隐患按时整改", "state": "申诉成立", "decision": "核实属实。"}],
    "watermark": "办理人员甲　2026-11-21 10:00", "verify_url": "https://example.org/1",
}  # fmt: skip
"""Values by which a template is tried."""
