"""The district's own tasks, and which departments answer for a task."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from core.campaigns.pages.blueprint import bp, campaigns_of, faults_of, phases_of
from core.campaigns.permissions import CampaignPermission
from core.campaigns.schemas import AssignIn, LocalTaskIn, ReasonIn, facts_in
from core.campaigns.services import planning as services
from core.http import forms
from core.http.context import current
from core.http.etag import expected_version
from core.http.words import said
from core.kernel.errors import Invalid
from core.kernel.ids import new_id
from core.tenancy.shelf import pack_of

WRITE = CampaignPermission.WRITE


@bp.get("/campaigns/tasks/new", permission=WRITE)
def new_task() -> str:
    return _new({}, "")


@bp.post("/campaigns/tasks/new", permission=WRITE, creates=True)
def add_task() -> Response | tuple[str, int]:
    context = current()
    try:
        facts = facts_in(forms.form(LocalTaskIn))
        code = services.add_task(context.session, actor=context.actor, facts=facts)
    except Invalid as fault:
        return _new(*faults_of(fault)), 422
    flash(_("已增加任务。"), "success")
    return redirect(url_for("campaigns.task", task_code=code))


@bp.post("/campaigns/tasks/<task_code>/withdraw", permission=WRITE)
def withdraw_task(task_code: str) -> Response:
    context = current()
    services.withdraw_task(context.session, actor=context.actor, code=task_code, **forms.form(ReasonIn))
    flash(_("已撤下任务。"), "success")
    return redirect(url_for("campaigns.tasks"))


@bp.post("/campaigns/tasks/<task_code>/departments", permission=WRITE)
def assign_task(task_code: str) -> Response:
    context = current()
    services.assign(
        context.session, actor=context.actor, code=task_code, version=expected_version(), **forms.form(AssignIn)
    )
    flash(_("已指定责任处室。"), "success")
    return redirect(url_for("campaigns.task", task_code=task_code))


def _new(errors: dict[str, str], message: str) -> str:
    pack = pack_of(current().session)
    given: dict[str, Any] = {name: request.form.getlist(name) for name in request.form}
    return render_template(
        "campaigns/task_new.html",
        given={
            name: values[0] if len(values) == 1 and name != "responsible" else values for name, values in given.items()
        },
        key=new_id(),
        errors=errors,
        message=message,
        campaigns=list(campaigns_of(pack).items()),
        phases=[
            (phase, f"{said(campaigns_of(pack)[campaign])} · {said(label)}")
            for (campaign, phase), label in phases_of(pack).items()
        ],
        responsible=[pack.term("bureau"), "中小学", "幼儿园", *(own.label for own in pack.departments)],
        categories=list(dict.fromkeys(own.category for own in pack.tasks if own.category)),
    )
