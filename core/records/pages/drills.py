"""演练 on the phone: plan, stopwatch, head-count, findings, review."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from marshmallow import Schema, fields, validate
from werkzeug.wrappers import Response

from core.hazards.permissions import HazardPermission
from core.http import forms
from core.http.context import RequestContext, current
from core.http.etag import expected_version
from core.http.words import choices, said
from core.kernel.errors import NotFound, XiaoanError
from core.kernel.ids import new_id
from core.records.kinds import BY_CODE, DRILL, topic_label, topics_of
from core.records.limits import limits
from core.records.pages.blueprint import LocalInstant, bp, gallery, local, my_units, refused
from core.records.permissions import RecordPermission
from core.records.queries.drills import REVISIONS, STAGES, drill_card
from core.records.queries.entries import record_card
from core.records.queries.plans import plan_choices
from core.records.requests import kept_uploads, who_and_what
from core.records.schemas import DrillIn, FindingIn, HeadsIn, ReviewIn, tuples
from core.records.scope import recordable
from core.records.services import drills
from core.records.services.drills import DrillPlan, DrillReview
from core.tenancy.shelf import pack_of

READ, WRITE = RecordPermission.READ, RecordPermission.WRITE
SCENARIOS = (
    "教学楼一楼配电间起火，浓烟封住东侧楼梯",
    "上课时突发地震，先避险再疏散到操场",
    "宿舍夜间起火，生活老师组织疏散",
    "食堂多人进餐后腹痛呕吐",
    "校门口有人持械闯入",
    "校车行驶中起火，组织学生撤离",
)
NAMES = {
    "unit_id": "单位", "planned_on": "计划日期", "topics": "演练科目", "scenario": "假设情况", "commander": "指挥（职务）", "place": "集合地点",
    "target_s": "用时目标（秒）", "plan_id": "检验的预案", "summary": "分工和路线", "title": "名称", "expected": "应到人数", "present": "实到人数", "text": "发现的问题",
    "good": "做得好的", "problems": "存在的问题", "plan_revision": "对预案", "revision_note": "预案改哪里", "started_at": "开始时间", "seconds": "用时（秒）", "photos": "照片",
}  # fmt: skip


class ByHandForm(Schema):
    started_at = LocalInstant(required=True)
    seconds = fields.Integer(required=True, validate=validate.Range(min=1, max=43_200))


@bp.get("/records/drills/new", permission=WRITE)
def new_drill() -> str:
    return _plan_form(current(), {"topics": request.args.getlist("topics")}, {}, "")


@bp.post("/records/drills/new", permission=WRITE, creates=True)
def plan_drill() -> Response:
    context = current()
    try:
        with context.session.begin_nested():
            plan = DrillPlan(**tuples(forms.form(DrillIn), "topics"))
            made = drills.plan_drill(context.session, actor=context.actor, pack=pack_of(context.session), plan=plan)
    except XiaoanError as fault:
        return refused(fault, lambda values, errors, message: _plan_form(context, values, errors, message))
    flash(_("演练计划已保存。到时打开这一页，按“开始计时”。"), "success")
    return redirect(url_for("records.drill", record_id=made))


@bp.get("/records/<uuid:record_id>/drill", permission=READ)
def drill(record_id: UUID) -> str:
    return _drill(current(), record_id, {}, {}, "")


@bp.post("/records/<uuid:record_id>/drill/<drill_act>", permission=WRITE)
def act_on_drill(record_id: UUID, drill_act: str) -> Response:
    """start, stop, times, heads, findings, review: each form of the page."""
    context = current()
    try:
        with context.session.begin_nested():
            _act(context, record_id, drill_act)
    except XiaoanError as fault:
        if not fault.fields:
            raise
        return refused(fault, lambda values, errors, message: _drill(context, record_id, values, errors, message))
    return redirect(url_for("records.drill", record_id=record_id))


@bp.post("/records/<uuid:record_id>/drill/findings/<uuid:finding_id>/report", permission=WRITE)
def report_finding(record_id: UUID, finding_id: UUID) -> Response:
    context = current()
    hazard_id = drills.report_finding(
        context.session, **who_and_what(context), record_id=record_id, finding_id=finding_id
    )  # fmt: skip
    flash(_("已登记为隐患。"), "success")
    if context.actor.may(HazardPermission.READ):
        return redirect(url_for("hazards.detail", hazard_id=hazard_id))
    return redirect(url_for("records.drill", record_id=record_id))


def _act(context: RequestContext, record_id: UUID, act: str) -> None:
    """Raises NotFound for another word."""
    known: dict[str, Any] = {"actor": context.actor, "record_id": record_id}
    match act:
        case "start":
            drills.start_drill(context.session, **known, version=expected_version())
        case "stop":
            drills.stop_drill(context.session, **known, version=expected_version())
        case "times":
            drills.time_by_hand(context.session, **known, version=expected_version(), **forms.form(ByHandForm))
        case "heads":
            drills.count_heads(context.session, **known, version=expected_version(), **forms.form(HeadsIn))
        case "findings":
            drills.note_finding(context.session, **known, **forms.form(FindingIn))
        case "review":
            review = DrillReview(**forms.form(ReviewIn))
            drills.review_drill(
                context.session, **known, version=expected_version(), review=review, file_ids=kept_uploads(context)
            )
            flash(_("演练完成，已计数。"), "success")
        case _:
            raise NotFound()


def _plan_form(context: RequestContext, values: dict[str, Any], errors: dict[str, str], message: str) -> str:
    units = my_units(context)
    target = limits(context.session).drill_target_s
    unit_id = values.get("unit_id") or request.args.get("unit_id") or (units[0][0] if units else "")
    reachable = any(unit_id == own for own, _name in units)
    return render_template(
        "records/drill_new.html", values=values, errors=errors, message=message, units=units, unit_id=unit_id, today=context.today,
        topics=[(own.code, own.label) for own in topics_of(pack_of(context.session), BY_CODE[DRILL])], key=new_id(), names=NAMES, target=target,
        plans=plan_choices(context.session, UUID(unit_id)) if reachable else [], scenarios=[said(text) for text in SCENARIOS],
    )  # fmt: skip


def _drill(
    context: RequestContext, record_id: UUID, values: dict[str, Any], errors: dict[str, str], message: str
) -> str:
    card = drill_card(context.session, context.actor, record_id)
    entry = record_card(context.session, context.actor, record_id)
    return render_template(
        "records/drill.html", drill=card, entry=entry, line=entry.line, values=values, errors=errors, message=message, names=NAMES,
        stages=STAGES, revisions=choices(REVISIONS), topics=[topic_label(pack_of(context.session), own) for own in entry.line.topics],
        may_write=entry.line.unit_id in recordable(context.session, context.actor) and entry.line.state != "struck",
        may_report=context.actor.may(HazardPermission.REPORT), sees_hazards=context.actor.may(HazardPermission.READ),
        files=gallery(entry.files), now=context.now(), now_local=local(context.now()),
    )  # fmt: skip
