"""突发事件: who owes which report until when; for the few who may know."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from marshmallow import fields, validate
from werkzeug.wrappers import Response

from core.http import forms
from core.http.context import RequestContext, current
from core.http.etag import expected_version
from core.http.paging import Paging
from core.http.words import choices
from core.kernel.errors import XiaoanError
from core.kernel.ids import new_id
from core.records.incident_words import CATEGORIES, GRADES, REPORTS, STATES
from core.records.limits import limits
from core.records.pages.blueprint import LocalInstant, bp, fen, local, my_units, refused
from core.records.permissions import RecordPermission
from core.records.queries.incidents import incident_card, incidents_page
from core.records.schemas import IncidentArgs, ReportIn, tuples
from core.records.services import incidents as services
from core.records.services.incidents import IncidentFacts, ReportFacts

READ, REPORT = RecordPermission.INCIDENT_READ, RecordPermission.INCIDENT_REPORT
TOLD = ("县（区）教育局", "县（区）政府", "公安", "消防救援", "卫生健康", "市场监管", "学生家长")
HEAD = ("unit_id", "category", "title", "occurred_at", "known_at", "place")
NAMES = {
    "unit_id": "单位", "category": "类别", "title": "发生了什么", "occurred_at": "发生时间", "known_at": "知悉时间", "place": "地点", "grade": "事件等级",
    "facts": "简要经过和现状", "measures": "已采取的措施", "cause": "原因", "dead": "死亡人数", "injured": "受伤人数", "missing": "失联人数", "loss": "直接损失", "told_to": "已报告",
}  # fmt: skip


class FirstForm(ReportIn):
    unit_id = fields.UUID(required=True)
    category = fields.String(required=True, validate=validate.OneOf(tuple(CATEGORIES)))
    title = fields.String(required=True, validate=validate.Length(min=1, max=100))
    occurred_at = LocalInstant(required=True)
    known_at = LocalInstant(required=True)
    place = fields.String(load_default="", validate=validate.Length(max=100))


@bp.get("/records/incidents", permission=READ)
def incidents() -> str:
    context = current()
    args = forms.query(IncidentArgs)
    paging = Paging.of(args)
    page = incidents_page(context.session, context.actor, paging=paging, **args)
    return render_template(
        "records/incidents.html", page=page, args=args, active=sum(1 for value in args.values() if value), categories=choices(CATEGORIES),
        states=choices(STATES), words={"categories": CATEGORIES, "grades": GRADES, "states": STATES, "reports": REPORTS},
        may_report=bool(my_units(context, REPORT)) if context.actor.may(REPORT) else False,
    )  # fmt: skip


@bp.get("/records/incidents/new", permission=REPORT)
def new_incident() -> str:
    return _form(current(), {}, {}, "")


@bp.post("/records/incidents/new", permission=REPORT, creates=True)
def open_incident() -> Response:
    context = current()
    try:
        with context.session.begin_nested():
            data = forms.form(FirstForm)
            facts = IncidentFacts(**{name: data.pop(name) for name in HEAD})
            made = services.report_incident(context.session, actor=context.actor, facts=facts, report=_report(data))
    except XiaoanError as fault:
        return refused(fault, lambda values, errors, message: _form(context, values, errors, message))
    flash(_("首报已发出。"), "success")
    return redirect(url_for("records.incident", incident_id=made))


@bp.get("/records/incidents/<uuid:incident_id>", permission=READ)
def incident(incident_id: UUID) -> str:
    return _incident(current(), incident_id, {}, {}, "")


@bp.post("/records/incidents/<uuid:incident_id>/reports", permission=REPORT)
def report_again(incident_id: UUID) -> Response:
    context = current()
    try:
        with context.session.begin_nested():
            services.report_further(
                context.session, actor=context.actor, incident_id=incident_id, version=expected_version(),
                report=_report(forms.form(ReportIn)), final=request.form.get("final") == "1",
            )  # fmt: skip
    except XiaoanError as fault:
        if not fault.fields:
            raise
        return refused(fault, lambda values, errors, message: _incident(context, incident_id, values, errors, message))
    flash(_("已发出。"), "success")
    return redirect(url_for("records.incident", incident_id=incident_id))


def _report(data: dict[str, Any]) -> ReportFacts:
    """Raises Invalid."""
    return ReportFacts(**tuples({**data, "loss_fen": fen(request.form.get("loss", ""))}, "told_to"))


def _form(context: RequestContext, values: dict[str, Any], errors: dict[str, str], message: str) -> str:
    return render_template(
        "records/incident_new.html", values=values, errors=errors, message=message, units=my_units(context, REPORT), names=NAMES,
        categories=choices(CATEGORIES), grades=choices(GRADES), told=choices({own: own for own in TOLD}), key=new_id(), now=local(context.now()),
        minutes=int(limits(context.session).first_report.total_seconds() // 60),
    )  # fmt: skip


def _incident(
    context: RequestContext, incident_id: UUID, values: dict[str, Any], errors: dict[str, str], message: str
) -> str:
    card = incident_card(context.session, context.actor, incident_id)
    last = card.reports[0] if card.reports else None
    return render_template(
        "records/incident.html", card=card, line=card.line, values=values, errors=errors, message=message, names=NAMES, last=last,
        grades=choices(GRADES), told=choices({own: own for own in TOLD}),
        words={"categories": CATEGORIES, "grades": GRADES, "states": STATES, "reports": REPORTS},
    )  # fmt: skip
