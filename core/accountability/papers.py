"""督办进展（每季） and 验收申请 as Word papers: filled from the matter and the hazard behind it. In Chinese, as they are served. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from core.accountability.queries.matters import MatterCard, StepLine
from core.accountability.words import ACCEPTED, ASKED, EXTENDED, MEASURES, PROGRESS, REFUSED, STEPS
from core.documents.official import Official
from core.documents.rendering import render
from core.documents.words import document_date
from core.kernel.clock import local_date
from core.kernel.periods import Counted

DAY = date(2026, 11, 21)
TOLD = (PROGRESS, EXTENDED, ASKED, REFUSED)
"""Steps that a report of progress tells; how it ended is told by the acceptance."""


@dataclass(frozen=True)
class HazardFacts:
    """Of the hazard behind a matter, in the district's words; empty where there is none, or where its reader may not see it.

    ``parts``: label and value of what the plan says; ``days``: label and text of what was done and when.
    """

    name: str = ""
    parts: Sequence[dict[str, str]] = ()
    days: Sequence[dict[str, str]] = ()


WORK = "{{ measure if measure.endswith('整改') else measure ~ '整改' }}"
"""责令整改 names the work already; 挂牌督办 does not."""


@cache
def progress_template() -> bytes:
    """The built-in one."""
    paper = _begun(f"{WORK}进展报告", "（{{ quarter }}）")
    paper.heading("二、本季度进展")
    paper.control("{%p for step in steps %}")
    paper.text("{{ step.day|document_date }}（{{ step.what }}）：{{ step.text }}")
    paper.control("{%p endfor %}")
    paper.control("{%p if not steps %}")
    paper.text("本季度没有报送进展。")
    paper.control("{%p endif %}")
    paper.heading("三、整改要素落实情况")
    _plan(paper)
    paper.text("整改期间落实防范措施；不能保证安全的，停止使用相关场所、设施设备。")
    _signed(paper)
    return paper.template()


@cache
def acceptance_template() -> bytes:
    """The built-in one."""
    paper = _begun(f"{WORK}验收申请", "")
    paper.heading("二、整改完成情况")
    paper.text("{{ done }}")
    paper.control("{%p for day in days %}")
    paper.text("{{ day.label }}：{{ day.value }}")
    paper.control("{%p endfor %}")
    _plan(paper)
    paper.heading("三、整改经过")
    paper.control("{%p for step in steps %}")
    paper.text("{{ step.day|document_date }}（{{ step.what }}）：{{ step.text }}")
    paper.control("{%p endfor %}")
    paper.control("{%p if not steps %}")
    paper.text("申请验收前没有报送进展。")
    paper.control("{%p endif %}")
    paper.text("申请予以验收。")
    paper.heading("四、验收意见")
    paper.text("{{ decision }}")
    paper.text("验收人（签字）：　　　　　　　　　　（盖章）")
    _signed(paper)
    return paper.template()


def progress_docx(
    card: MatterCard, quarter: Counted, hazard: HazardFacts, *, district: str, made_on: date, verify_url: str, template: bytes
) -> bytes:  # fmt: skip
    """``district``: whom it is addressed to. ``template``: the district's or the built-in one."""
    told = [step for step in card.steps if step.step in TOLD and local_date(step.at) in quarter.span]
    values = {
        **_facts(card, hazard, district=district, verify_url=verify_url), "quarter": str(quarter.title), "steps": _told(told),
        "made_on": min(made_on, quarter.span.ends),
    }  # fmt: skip
    return render(template, values)


def acceptance_docx(
    card: MatterCard, hazard: HazardFacts, *, district: str, verify_url: str, template: bytes
) -> bytes | None:  # fmt: skip
    """Of the newest time that acceptance was asked for; None where it never was."""
    place = max((place for place, step in enumerate(card.steps) if step.step == ASKED), default=None)
    if place is None:
        return None
    asked = card.steps[place]
    values = {
        **_facts(card, hazard, district=district, verify_url=verify_url), "done": asked.text,
        "steps": _told(step for step in card.steps[:place] if step.step in TOLD), "days": list(hazard.days),
        "decision": _decision(card.steps[place + 1 :]), "made_on": local_date(asked.at),
    }  # fmt: skip
    return render(template, values)


def _begun(title: str, under: str) -> Official:
    paper = Official()
    paper.title(title)
    if under:
        paper.subtitle(under)
    paper.addressee("{{ district }}：")
    paper.heading("一、督办事项")
    paper.text(
        "{{ decided_on|document_date }}，贵局对我单位作出{{ measure }}（事项编号：{{ no }}"
        "{% if paper_no %}，文号：{{ paper_no }}{% endif %}）：{{ title }}。{{ facts }}"
    )
    paper.text("整改期限：{{ due_on|document_date }}{% if extensions %}（已延期{{ extensions }}次）{% endif %}。")
    paper.control("{%p if hazard %}")
    paper.text("对应隐患：{{ hazard }}。")
    paper.control("{%p endif %}")
    return paper


def _plan(paper: Official) -> None:
    paper.control("{%p for part in parts %}")
    paper.text("{{ part.label }}：{{ part.value }}")
    paper.control("{%p endfor %}")


def _signed(paper: Official) -> None:
    paper.seal("{{ unit }}", "{{ made_on|document_date }}")
    paper.note("（在线核对：{{ verify_url }}）")


def _facts(card: MatterCard, hazard: HazardFacts, *, district: str, verify_url: str) -> dict[str, Any]:
    line = card.line
    return {
        "district": district, "unit": line.unit_name, "measure": MEASURES[line.measure], "no": line.no, "paper_no": card.paper_no or "",
        "title": line.title.rstrip("。"), "facts": " ".join(card.facts.split()), "decided_on": line.decided_on, "due_on": line.due_on,
        "extensions": sum(1 for step in card.steps if step.step == EXTENDED), "hazard": hazard.name, "parts": list(hazard.parts),
        "verify_url": verify_url,
    }  # fmt: skip


def _told(steps: Iterable[StepLine]) -> list[dict[str, Any]]:
    return [
        {
            "day": local_date(step.at), "what": STEPS[step.step],
            "text": f"{step.text}（延至{document_date(step.due_on)}）" if step.due_on else step.text,
        }
        for step in steps
    ]  # fmt: skip


def _decision(after: Iterable[StepLine]) -> str:
    """The first answer to the request."""
    for step in after:
        if step.step in (ACCEPTED, REFUSED):
            by = f"{step.by_name}，{document_date(local_date(step.at))}"
            return f"{STEPS[step.step]}。{step.text.rstrip('。')}。（{by}）"
    return "（待验收）"


_COMMON: dict[str, Any] = {
    "district": "某某区教育局", "unit": "第一中学", "measure": "挂牌督办", "no": "2026-1", "paper_no": "某教安督〔2026〕1号",
    "title": "宿舍消防通道重大隐患", "facts": "疏散楼梯被占用。", "decided_on": DAY, "due_on": DAY, "extensions": 1,
    "hazard": "2026-0001 疏散楼梯被占用（重大隐患，整改中）", "parts": [{"label": "整改责任人", "value": "总务主任"}],
    "steps": [{"day": DAY, "what": "报送进展", "text": "已清理一层。"}], "made_on": DAY, "verify_url": "https://example.org/1",
}  # fmt: skip
PROGRESS_SAMPLE: dict[str, Any] = {**_COMMON, "quarter": "2026年第4季度"}
ACCEPTANCE_SAMPLE: dict[str, Any] = {
    **_COMMON, "done": "楼梯已全部清空，加装了标识。", "days": [{"label": "整改完成", "value": "2026年11月21日"}], "decision": "（待验收）",
}  # fmt: skip
"""Values by which a template is tried."""
