"""应急预案: the list with what is to be looked at again, one plan with all its versions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from core.http import forms
from core.http.context import RequestContext, current
from core.http.etag import expected_version
from core.http.paging import Paging
from core.http.words import choices
from core.kernel.errors import XiaoanError
from core.kernel.ids import new_id
from core.records.kinds import known_topics
from core.records.limits import limits
from core.records.pages.blueprint import bp, gallery, my_units, refused
from core.records.permissions import RecordPermission
from core.records.queries.plans import plan_card, plans_page
from core.records.requests import kept_uploads
from core.records.schemas import PlanArgs, PlanIn, ReasonIn, RevisionIn
from core.records.services import plans as services
from core.records.services.plans import KINDS, PlanFacts
from core.tenancy.shelf import pack_of

READ, WRITE = RecordPermission.READ, RecordPermission.WRITE
SORTS_OF_EVENT = ("earthquake", "stampede", "intrusion", "flood", "traffic")
"""Topics beside the district's domains."""
NAMES = {
    "unit_id": "单位",
    "kind": "种类",
    "title": "名称",
    "topic": "事件类型",
    "body": "正文",
    "in_force_on": "生效日期",
    "papers": "文件",
    "reason": "理由",
}


@bp.get("/records/plans", permission=READ)
def plans() -> str:
    context = current()
    args = forms.query(PlanArgs)
    paging = Paging.of(args)
    return render_template(
        "records/plans.html", page=plans_page(context.session, context.actor, paging=paging, **args), args=args, kinds=KINDS, topics=known_topics(pack_of(context.session)),
        may_write=context.actor.may(WRITE),
    )  # fmt: skip


@bp.get("/records/plans/new", permission=WRITE)
def new_plan() -> str:
    return _form(current(), {}, {}, "")


@bp.post("/records/plans/new", permission=WRITE, creates=True)
def issue_plan() -> Response:
    context = current()
    try:
        with context.session.begin_nested():
            facts = PlanFacts(**forms.form(PlanIn))
            made = services.issue_plan(
                context.session,
                actor=context.actor,
                pack=pack_of(context.session),
                facts=facts,
                file_ids=kept_uploads(context),
            )
    except XiaoanError as fault:
        return refused(fault, lambda values, errors, message: _form(context, values, errors, message))
    flash(_("预案已保存为第1版。"), "success")
    return redirect(url_for("records.plan", plan_id=made))


@bp.get("/records/plans/<uuid:plan_id>", permission=READ)
def plan(plan_id: UUID) -> str:
    return _plan(current(), plan_id, {}, {}, "")


@bp.post("/records/plans/<uuid:plan_id>/revise", permission=WRITE)
def revise_plan(plan_id: UUID) -> Response:
    context = current()
    try:
        with context.session.begin_nested():
            no = services.revise_plan(
                context.session, actor=context.actor, plan_id=plan_id, version=expected_version(), **forms.form(RevisionIn),
                file_ids=kept_uploads(context),
            )  # fmt: skip
    except XiaoanError as fault:
        if not fault.fields:
            raise
        return refused(fault, lambda values, errors, message: _plan(context, plan_id, values, errors, message))
    flash(_("已保存为第%(no)s版，原来的版本保留。", no=no), "success")
    return redirect(url_for("records.plan", plan_id=plan_id))


@bp.post("/records/plans/<uuid:plan_id>/review", permission=WRITE)
def review_plan(plan_id: UUID) -> Response:
    context = current()
    reason = forms.form(ReasonIn)["reason"]
    services.review_plan(
        context.session, actor=context.actor, plan_id=plan_id, version=expected_version(), reason=reason
    )
    flash(_("已复审。"), "success")
    return redirect(url_for("records.plan", plan_id=plan_id))


@bp.post("/records/plans/<uuid:plan_id>/retire", permission=WRITE)
def retire_plan(plan_id: UUID) -> Response:
    context = current()
    reason = forms.form(ReasonIn)["reason"]
    services.retire_plan(
        context.session, actor=context.actor, plan_id=plan_id, version=expected_version(), reason=reason
    )
    flash(_("已废止，各版本保留。"), "success")
    return redirect(url_for("records.plan", plan_id=plan_id))


def _sorts(context: RequestContext) -> dict[str, str]:
    """What a plan may be for: the domains, and what is none."""
    pack = pack_of(context.session)
    codes = [own.code for own in pack.domains] + list(SORTS_OF_EVENT)
    words = known_topics(pack)
    return {code: words[code] for code in codes}


def _form(context: RequestContext, values: dict[str, Any], errors: dict[str, str], message: str) -> str:
    return render_template(
        "records/plan_new.html", values=values, errors=errors, message=message, units=my_units(context), kinds=choices(KINDS), names=NAMES,
        topics=choices(_sorts(context)), key=new_id(), today=context.today,
        months=limits(context.session).review_months,
    )  # fmt: skip


def _plan(context: RequestContext, plan_id: UUID, values: dict[str, Any], errors: dict[str, str], message: str) -> str:
    card = plan_card(context.session, context.actor, plan_id)
    return render_template(
        "records/plan.html", card=card, line=card.line, values=values, errors=errors, message=message, names=NAMES, kinds=KINDS, topics=known_topics(pack_of(context.session)),
        today=context.today, files={own.no: gallery(own.files) for own in card.wordings},
    )  # fmt: skip
