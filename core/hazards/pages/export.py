"""The ledger as a spreadsheet. A POST: that somebody took the ledger away stands in the audit log."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

from flask import Response, request, send_file
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from core.audit.services import record
from core.hazards.pages.blueprint import bp
from core.hazards.pages.shown import Labels
from core.hazards.permissions import HazardPermission
from core.hazards.queries import LedgerLine, ledger_rows
from core.hazards.record import plan_of
from core.hazards.requests import catalogue, pack_of
from core.hazards.schemas import LedgerArgs, asked_of
from core.hazards.telling import part_text
from core.hazards.workbook import write_ledger
from core.http import forms
from core.http.context import current
from core.http.formats import datetime as written_time
from core.http.paging import Paging

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KEPT_IN_MEMORY = 4 * 1024 * 1024


@bp.post("/hazards/export", permission=HazardPermission.EXPORT, exports=True)
def export() -> Response:
    """The question in force (field ``query``), all of it, in the order of the page."""
    context = current()
    asked_for = MultiDict(parse_qsl(request.form.get("query", "").lstrip("?")))
    args = forms.loaded(LedgerArgs(unknown="exclude"), asked_for)
    paging = Paging.of(args)
    pack = pack_of(context)
    labels = Labels(pack, catalogue(context))
    lines = ledger_rows(context.session, context.actor, pack, asked=asked_of(args), sort=paging.sort)
    watermark = _(
        "共 %%(rows)s 条　导出人：%(name)s　导出时间：%(time)s",
        name=context.actor.name.replace("%", "%%"),
        time=written_time(context.now()),
    )
    # Written out before the answer begins: what is sent is complete, and the memory it takes has a limit.
    target = tempfile.SpooledTemporaryFile(max_size=KEPT_IN_MEMORY)  # noqa: SIM115  # closed when the answer is sent
    count = write_ledger(
        target, title=_("隐患台账"), heads=_heads(labels), rows=_rows(lines, labels), watermark=watermark
    )
    record(
        context.session, actor=context.actor, action="hazard.exported", object_kind="ledger", object_id="hazards",
        data={"rows": count, "query": request.form.get("query", "")[:2000]},
    )  # fmt: skip
    target.seek(0)
    name = f"{_('隐患台账')}-{context.today:%Y%m%d}.xlsx"
    response = send_file(target, mimetype=XLSX, as_attachment=True, download_name=name)
    response.call_on_close(target.close)
    return response


def _heads(labels: Labels) -> list[tuple[str, int]]:
    before = [
        (_("序号"), 6), (_("编号"), 18), (_("隐患"), 40), (_("单位"), 26), (_("位置"), 20), (_("领域"), 14), (_("类别"), 22),
        (_("等级"), 10), (_("来源"), 14), (_("发现人"), 12), (_("发现时间"), 17), (_("阶段"), 10), (_("整改情形"), 16),
    ]  # fmt: skip
    parts = [(part.label, 20) for part in labels.pack.lifecycle.parts]
    after = [
        (_("整改时限"), 12), (_("整改情况"), 30), (_("完成时间"), 17), (_("管控到期日"), 12), (_("督办编号"), 14), (_("上报"), 16),
        (_("%(closed)s人", closed=labels.closing), 12), (_("%(closed)s时间", closed=labels.closing), 17),
    ]  # fmt: skip
    return before + parts + after


def _rows(lines: Iterator[LedgerLine], labels: Labels) -> Iterator[list[Any]]:
    for line in lines:
        plan = plan_of(line.plan)
        parts = [
            part_text(part.kind, plan[part.code]) if part.code in plan else None for part in labels.pack.lifecycle.parts
        ]
        yield [
            line.no, line.description or line.title, line.where, line.place, labels.domain(line.domain),
            labels.category(line.domain, line.category), labels.grade(line.grade, graded=line.graded), labels.source(line.source),
            line.found_by_name, line.found_at, labels.stage(line.stage), labels.ground(line.ground), *parts, line.due_on,
            line.measure_done, line.rectified_at, line.control_until, line.supervision_no, line.escalated_to, line.closed_by_name,
            line.closed_at,
        ]  # fmt: skip
