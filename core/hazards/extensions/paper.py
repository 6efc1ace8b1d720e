"""隐患整改延期申请 as a Word paper: who asks, why, what guards meanwhile, what was decided. In Chinese, as it is served. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any

from core.documents.official import Official
from core.documents.rendering import render
from core.documents.words import document_date
from core.hazards.extensions.models import GRANTED, REFUSED, VOID, WITHDRAWN
from core.hazards.extensions.queries import ExtensionLine
from core.hazards.queries import HazardCard
from core.kernel.clock import local_date


@cache
def extension_template() -> bytes:
    """The built-in one."""
    paper = Official()
    paper.title("隐患整改延期申请")
    paper.addressee("{{ district }}：")
    paper.text(
        "{{ found_on|document_date }}，我单位发现隐患“{{ title }}”（编号：{{ no }}，等级：{{ grade }}），"
        "整改时限为{{ due_on|document_date }}。因不能按期完成，申请延期至{{ until|document_date }}。"
    )
    paper.heading("一、不能按期完成的原因")
    paper.text("{{ reason }}")
    paper.heading("二、整改安排和延期期间的防范措施")
    paper.control("{%p for part in parts %}")
    paper.text("{{ part.label }}：{{ part.value }}")
    paper.control("{%p endfor %}")
    paper.text("延期期间加强检查看护；不能保证安全的，停止使用相关场所、设施设备。")
    paper.heading("三、审批意见")
    paper.text("{{ decision }}")
    paper.text("审批人（签字）：　　　　　　　　　　（盖章）")
    paper.seal("{{ unit }}", "{{ asked_on|document_date }}")
    paper.note("（申请人：{{ asked_by }}。在线核对：{{ verify_url }}）")
    return paper.template()


def extension_docx(
    card: HazardCard, request: ExtensionLine, *, district: str, grade: str, parts: Iterable[dict[str, str]], verify_url: str,
    template: bytes,
) -> bytes:  # fmt: skip
    """``district``: whom it is addressed to. ``parts``: label and value of what the plan says. ``template``: the district's or the built-in one."""
    values: dict[str, Any] = {
        "district": district, "unit": card.where, "title": card.title, "no": card.no or "待编号", "grade": grade,
        "found_on": local_date(card.found_at), "due_on": request.due_on, "until": request.until, "reason": request.reason,
        "parts": list(parts), "decision": _decision(request), "asked_on": local_date(request.asked_at),
        "asked_by": f"{request.asked_post} {request.asked_by_name}".strip(), "verify_url": verify_url,
    }  # fmt: skip
    return render(template, values)


def _decision(request: ExtensionLine) -> str:
    if request.decided_at is None:
        return "（待审批）"
    if request.state == VOID:
        return f"（{document_date(local_date(request.decided_at))}隐患已办结，申请失效）"
    if request.state == WITHDRAWN:
        return f"（{document_date(local_date(request.decided_at))}申请单位撤回）"
    by = f"{request.decided_by_name}，{document_date(local_date(request.decided_at))}"
    note = f"{request.note.rstrip('。')}。" if request.note else ""
    if request.state == REFUSED:
        return f"不同意延期。{note}（{by}）"
    assert request.state == GRANTED and request.granted_until is not None  # noqa: S101  nothing else is decided
    return f"同意延期至{document_date(request.granted_until)}。{note}（{by}）"


DAY = date(2026, 11, 21)
SAMPLE: dict[str, Any] = {
    "district": "某某区教育局", "unit": "第一中学", "title": "疏散楼梯扶手松动", "no": "2026-0001", "grade": "一般隐患", "found_on": DAY,
    "due_on": DAY, "until": DAY, "reason": "配件需要定制", "parts": [{"label": "整改责任人", "value": "总务主任"}], "decision": "（待审批）",
    "asked_on": DAY, "asked_by": "安全主任", "verify_url": "https://example.org/1",
}  # fmt: skip
"""Values by which a template is tried."""
