"""催报与审核: the grid of units and periods, the reminder from it, and the same as xlsx."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Response as FileResponse
from flask import flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from core.http import forms
from core.http.context import current
from core.http.paging import MAX_PAGE_SIZE, Paging
from core.http.words import choices, said
from core.kernel.errors import NotFound, XiaoanError
from core.reports.pages.blueprint import WORDS, bp, faults_of, tabs
from core.reports.permissions import ReportPermission
from core.reports.queries.coming import coming_rounds
from core.reports.queries.grid import GridFilter, clusters_of, grid
from core.reports.queries.rounds import codes_with_rounds, round_line
from core.reports.schemas import GridArgs, UrgeIn
from core.reports.services.reminders import urge
from core.reports.tables import grid_xlsx
from core.reports.words import LATE, STANDINGS, ZERO

READ, MANAGE = ReportPermission.READ, ReportPermission.MANAGE
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/reports/grid", permission=READ, endpoint="grid")
def show_grid() -> str:
    context = current()
    args = forms.query(GridArgs)
    paging = Paging.of(args)
    codes = codes_with_rounds(context.session, context.actor)
    asked = _with_code(GridFilter(**args), codes)
    found = grid(context.session, context.actor, asked=asked, paging=paging)
    return render_template(
        "reports/grid.html",
        grid=found,
        asked=asked,
        active=sum(1 for value in (asked.cluster_id, asked.standing, asked.text) if value),
        codes=codes,
        clusters=[(str(own_id), name) for own_id, name in clusters_of(context.session, context.actor, asked.code)],
        rounds=[(str(one.id), one.period_title or one.title) for one in reversed(found.rounds)],
        standings=[("owed", said("未报出的")), *choices(STANDINGS), ("late", said(LATE)), ("zero", said(ZERO))],
        coming=coming_rounds(context.session, code=asked.code, now=context.now()),
        may_urge=context.actor.may(MANAGE),
        words=WORDS,
        tabs=tabs(context.actor, "grid"),
        today=context.today,
    )


@bp.post("/reports/rounds/<uuid:report_round_id>/urge", permission=MANAGE)
def urge_chosen(report_round_id: UUID) -> Response:
    """催报 to the rows chosen in the grid; says what became of it."""
    context = current()
    round_line(context.session, context.actor, report_round_id)
    try:
        given = (
            UrgeIn().load({"unit_ids": request.form.getlist("id")}) if request.form.getlist("id") else {"unit_ids": []}
        )
        done = urge(context.session, actor=context.actor, unit_ids=given["unit_ids"], round_id=report_round_id)
    except XiaoanError as fault:
        if isinstance(fault, NotFound):
            raise
        errors, message = faults_of(fault)
        flash("；".join(errors.values()) or message, "danger")
    else:
        words = [_("已催报%(n)s个单位。", n=done.told)]
        words += [_("%(n)s个单位今天已催过，未重复发送。", n=done.already)] if done.already else []
        words += [_("%(n)s个单位已报，不需催。", n=done.nothing)] if done.nothing else []
        words += [_("%(n)s个单位没有可通知的填报人。", n=done.nobody)] if done.nobody else []
        flash("".join(words), "success" if done.told else "warning")
    return redirect(url_for("reports.grid", **_back()), 303)


@bp.get("/reports/grid.xlsx", permission=READ, exports=True)
def grid_file() -> FileResponse:
    """Every row of the grid as it is filtered."""
    context = current()
    args = forms.query(GridArgs)
    Paging.of(args)
    asked = _with_code(GridFilter(**args), codes_with_rounds(context.session, context.actor))
    found = grid(context.session, context.actor, asked=asked, paging=Paging(1, MAX_PAGE_SIZE * 50))
    content = grid_xlsx(found, said=said, made_by=context.actor.name, at=context.now(), tenant=context.tenant.name)
    name = f"{found.focus.title if found.focus else said('报送')}-{context.today.isoformat()}.xlsx"
    return send_file(io.BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=name)


def _with_code(asked: GridFilter, codes: tuple[tuple[str, str], ...]) -> GridFilter:
    """Without a report: the one that most units still owe, which is the one to chase."""
    return asked if asked.code or not codes else replace(asked, code=codes[0][0])


def _back() -> dict[str, Any]:
    """The grid as it was."""
    return {
        name: request.form[name]
        for name in ("code", "round_id", "cluster_id", "standing", "text", "page")
        if request.form.get(name)
    }
