"""任务分解: the list with its filters, one task with its parts, and what is done with a part."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from core.campaigns.pages.blueprint import (
    bp,
    campaigns_of,
    departments_of,
    faults_of,
    gallery,
    keep_uploads,
    phase_options,
    phases_of,
)
from core.campaigns.permissions import CampaignPermission
from core.campaigns.queries.notice import sentences
from core.campaigns.queries.tasks import task_card, tasks_page
from core.campaigns.schemas import PartIn, PartReasonIn, ReportIn, TaskArgs, filter_in
from core.campaigns.services import tasks as services
from core.campaigns.words import PART_STATES, PART_TONES, STANDING_TONES, STANDINGS, TASK_STANDINGS
from core.http import forms
from core.http.context import current
from core.http.etag import expected_version
from core.http.paging import Paging
from core.http.words import choices
from core.kernel.errors import Invalid
from core.orgs.queries.units import root_unit_id
from core.tenancy.shelf import pack_of

READ, REPORT, SIGN = CampaignPermission.READ, CampaignPermission.REPORT, CampaignPermission.SIGN
WRITE = CampaignPermission.WRITE


@bp.get("/campaigns/tasks", permission=READ)
def tasks() -> str:
    context = current()
    args = forms.query(TaskArgs)
    paging = Paging.of(args)
    pack = pack_of(context.session)
    everywhere = context.actor.coverage(READ).everywhere
    return render_template(
        "campaigns/tasks.html",
        page=tasks_page(context.session, context.actor, filters=filter_in(args), paging=paging),
        asked=args,
        sort=paging.sort,
        active=sum(1 for value in args.values() if value),
        words={"standings": STANDINGS, "tones": STANDING_TONES},
        standings=choices({own: STANDINGS[own] for own in TASK_STANDINGS}),
        campaigns=campaigns_of(pack),
        phases=phases_of(pack),
        phase_options=phase_options(pack, args["campaign"]),
        categories=list(dict.fromkeys(own.category for own in pack.tasks if own.category)),
        departments=departments_of(pack),
        everywhere=everywhere,
        may_write=context.actor.coverage(WRITE).everywhere,
    )


@bp.get("/campaigns/tasks/<task_code>", permission=READ)
def task(task_code: str) -> str:
    return _task(task_code, {}, "")


@bp.post("/campaigns/tasks/<task_code>/report", permission=REPORT)
def report_task(task_code: str) -> Response | tuple[str, int]:
    context = current()
    try:
        with context.session.begin_nested():  # a refused form leaves nothing behind
            given = forms.form(ReportIn)
            given["file_ids"] = keep_uploads(context)
            services.report_task(
                context.session, actor=context.actor, code=task_code, version=expected_version(), **given
            )
    except Invalid as fault:
        return _task(task_code, *faults_of(fault)), 422
    flash(_("已填报。"), "success")
    return redirect(url_for("campaigns.task", task_code=task_code))


@bp.post("/campaigns/tasks/<task_code>/sign", permission=SIGN)
def sign_task(task_code: str) -> Response:
    context = current()
    services.sign_task(
        context.session, actor=context.actor, code=task_code, version=expected_version(), **forms.form(PartIn)
    )
    flash(_("已签认。"), "success")
    return redirect(url_for("campaigns.task", task_code=task_code))


@bp.post("/campaigns/tasks/<task_code>/return", permission=SIGN)
def return_task(task_code: str) -> Response:
    context = current()
    services.return_task(
        context.session, actor=context.actor, code=task_code, version=expected_version(), **forms.form(PartReasonIn)
    )
    flash(_("已退回。"), "success")
    return redirect(url_for("campaigns.task", task_code=task_code))


@bp.post("/campaigns/tasks/<task_code>/reopen", permission=WRITE)
def reopen_task(task_code: str) -> Response:
    context = current()
    services.reopen_task(
        context.session, actor=context.actor, code=task_code, version=expected_version(), **forms.form(PartReasonIn)
    )
    flash(_("已重新打开。"), "success")
    return redirect(url_for("campaigns.task", task_code=task_code))


def _task(task_code: str, errors: dict[str, str], message: str) -> str:
    context = current()
    args = forms.query(TaskArgs)
    pack = pack_of(context.session)
    card = task_card(context.session, context.actor, task_code, paging=Paging.of(args))
    actor, root = context.actor, root_unit_id(context.session)

    def may(permission: CampaignPermission, unit_id: UUID) -> bool:
        return actor.may(permission, unit_id)

    return render_template(
        "campaigns/task.html",
        card=card,
        errors=errors,
        message=message,
        sentences=sentences(pack, card.line.task.clauses),
        origin_sentences=sentences(pack, card.origin.clauses) if card.origin else (),
        words={"standings": STANDINGS, "tones": STANDING_TONES, "parts": PART_STATES, "part_tones": PART_TONES},
        campaigns=campaigns_of(pack),
        phases=phases_of(pack),
        departments=departments_of(pack),
        gallery=gallery,
        may=may,
        rights={"report": REPORT, "sign": SIGN, "write": WRITE},
        person_id=actor.person_id,
        today=context.today,
        root=root,
        may_write=actor.coverage(WRITE).everywhere,
    )
