"""消防验收: board, ledger, detail with the steps to take."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from core.sdk.domain import Conflict, Invalid, Paging, Refused
from core.sdk.web import (
    choices_of,
    current,
    expected_version,
    faults_of,
    form,
    gallery_of,
    keep_uploads,
    query,
    reporter,
    said,
)
from plugins.fire.acceptance import PATHS, RULES, STAGES, Facts, Step
from plugins.fire.buildings import building_options
from plugins.fire.pages.blueprint import bp, count, options, units
from plugins.fire.permissions import FirePermission
from plugins.fire.queries.acceptances import AcceptanceFilter, acceptance, acceptances_page, board, progress, steps_of
from plugins.fire.requests import buildings, variant
from plugins.fire.schemas import AcceptanceArgs, AcceptanceIn, StepIn
from plugins.fire.services.acceptances import register_building, take_step
from plugins.fire.services.findings import report_acceptance
from plugins.fire.words import STATES

READ, WRITE = FirePermission.ACCEPTANCE_READ, FirePermission.ACCEPTANCE_WRITE
LABELS = {
    "reason": "未通过原因", "note": "说明", "agency": "第三方机构", "plan": "整改方案", "plan_due_on": "整改时限", "on": "办理日期",
    "state": "结果", "document_no": "文书编号", "document_on": "文书日期", "step": "步骤", "document": "文书",
}  # fmt: skip


@bp.get("/acceptances", permission=READ)
def acceptances() -> str:
    """The ledger (台账) of all buildings."""
    context = current()
    args = query(AcceptanceArgs)
    paging = Paging.of(args)
    asked = variant()
    coverage = context.actor.coverage(READ)
    page = acceptances_page(context.session, coverage, variant=asked, filters=AcceptanceFilter(**args), paging=paging)
    return render_template(
        "fire/acceptances.html",
        page=page,
        asked=args,
        sort=paging.sort,
        active=count(args, "under", "stage", "state", "path", "open", "text"),
        variant=asked,
        stages=choices_of({str(stage): title for stage, title in STAGES.items()}),
        states=choices_of(STATES),
        unit_options=options(units(context.session, coverage)),
        may_write=context.actor.may(WRITE),
    )


@bp.get("/acceptances/board", permission=READ)
def acceptance_board() -> str:
    context = current()
    asked = variant()
    coverage = context.actor.coverage(READ)
    return render_template(
        "fire/board.html",
        variant=asked,
        progress=progress(context.session, coverage, variant=asked),
        columns=board(context.session, coverage, variant=asked),
        may_write=context.actor.may(WRITE),
    )


@bp.get("/acceptances/new", permission=WRITE)
def new_acceptance() -> str:
    return _form({"unit_id": request.args.get("unit_id", ""), "state": "not_accepted"}, {})


@bp.post("/acceptances", permission=WRITE, creates=True)
def create_acceptance() -> Response | tuple[str, int]:
    context = current()
    try:
        acceptance_id = register_building(
            context.session, actor=context.actor, buildings=buildings(), **form(AcceptanceIn)
        )
    except (Invalid, Conflict) as fault:
        return _form(request.form.to_dict(), faults_of(fault, "building")), 422
    flash(_("已登记。"), "success")
    return redirect(url_for("fire.acceptance_detail", acceptance_id=acceptance_id))


@bp.get("/acceptances/<uuid:acceptance_id>", permission=READ)
def acceptance_detail(acceptance_id: UUID) -> str:
    return _detail(acceptance_id, {}, {})


@bp.post("/acceptances/<uuid:acceptance_id>/steps", permission=WRITE)
def step_acceptance(acceptance_id: UUID) -> Response | tuple[str, int]:
    context = current()
    try:
        given = form(StepIn)
        step = Step(given.pop("step"))
        take_step(
            context.session,
            actor=context.actor,
            acceptance_id=acceptance_id,
            version=expected_version(),
            step=step,
            facts=Facts(**given),
        )
    except (Invalid, Refused) as fault:
        return _detail(acceptance_id, request.form.to_dict(), faults_of(fault, "step")), 422
    flash(_("已记录：%(step)s", step=said(RULES[step].title)), "success")
    return redirect(url_for("fire.acceptance_detail", acceptance_id=acceptance_id))


@bp.post("/acceptances/<uuid:acceptance_id>/documents", permission=WRITE)
def attach_document(acceptance_id: UUID) -> Response | tuple[str, int]:
    context = current()
    card = acceptance(context.session, context.actor.coverage(WRITE), acceptance_id, variant=variant())
    try:
        keep_uploads(
            context, "document", purpose="document", subject_kind="fire_acceptance", subject_id=card.id, required=True
        )
    except Invalid as fault:
        return _detail(acceptance_id, {}, faults_of(fault, "building")), 422
    flash(_("已上传。"), "success")
    return redirect(url_for("fire.acceptance_detail", acceptance_id=acceptance_id))


@bp.post("/acceptances/<uuid:acceptance_id>/hazard", permission=WRITE)
def report(acceptance_id: UUID) -> Response:
    """A building that did not pass, registered as a hazard."""
    context = current()
    hazard_id = report_acceptance(
        context.session,
        actor=context.actor,
        report=reporter(context),
        acceptance_id=acceptance_id,
        version=expected_version(),
    )
    flash(_("已登记为隐患，按流程整改。"), "success")
    return redirect(url_for("hazards.detail", hazard_id=hazard_id))


def _detail(acceptance_id: UUID, values: dict[str, Any], errors: dict[str, str]) -> str:
    context = current()
    asked = variant()
    card = acceptance(context.session, context.actor.coverage(READ), acceptance_id, variant=asked)
    may_write = context.actor.may(WRITE, card.unit_id)
    return render_template(
        "fire/acceptance.html",
        case=card,
        variant=asked,
        history=steps_of(context.session, acceptance_id),
        path=[(str(stage), said(STAGES[stage])) for stage in PATHS.get(card.path or "", ())],
        rules=[(step, RULES[step]) for step in card.steps(asked)] if may_write else [],
        labels=dict(choices_of(LABELS)),
        documents=gallery_of(context.session, subject_kind="fire_acceptance", subject_id=acceptance_id),
        values=values,
        errors=errors,
        may_write=may_write,
        may_report=may_write and context.actor.may("hazard:case:report") and card.stage != "done",
        sees_hazards=context.actor.may("hazard:case:read", card.unit_id),
    )


def _form(values: dict[str, Any], errors: dict[str, str]) -> str:
    context = current()
    mine = units(context.session, context.actor.coverage(WRITE))
    return render_template(
        "fire/acceptance_form.html",
        values=values,
        errors=errors,
        states=choices_of(STATES),
        unit_options=options(mine),
        building_options=building_options(buildings(), mine),
    )
