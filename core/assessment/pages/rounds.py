"""考核: the rounds, a new one with the points that the district decides, one round by unit, its steps."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from core.assessment.pages.blueprint import WORDS, bp
from core.assessment.permissions import AssessmentPermission
from core.assessment.queries.computation import computation
from core.assessment.queries.rounds import LEFT, RoundCard, round_card, rounds_page, sheets_page
from core.assessment.requests import open_round, take_step
from core.assessment.schemas import ANNOUNCE, CANCEL, PUBLISH, STEPS, RoundArgs, RoundIn, SheetArgs, StepIn
from core.assessment.score import in_points
from core.assessment.telling import round_title
from core.assessment.words import ANNOUNCED, DRAFT, ROUND_STATES
from core.http import forms
from core.http.context import RequestContext, current
from core.http.etag import expected_version
from core.http.formstate import Form, roll_back
from core.http.paging import Paging
from core.http.words import choices, said
from core.jobs.models import DONE, QUEUED, RUNNING
from core.kernel.errors import Invalid, NotFound, XiaoanError
from core.kernel.ids import new_id
from core.tenancy.packs.model import Indicator, Measured
from core.tenancy.shelf import pack_of

READ, WRITE = AssessmentPermission.READ, AssessmentPermission.WRITE
COMPUTE = "compute"
"""As a step of the page; it is work of its own, see pages.computation."""
POINTS = "points."
AUTUMN = 10
"""From this month on the form proposes the current year, before it the last one."""


@bp.get("/assessment", permission=READ)
def index() -> str:
    context = current()
    asked = forms.query(RoundArgs)
    paging = Paging.of(asked)
    return render_template(
        "assessment/rounds.html",
        page=rounds_page(context.session, context.actor, paging=paging, **asked),
        asked=asked,
        active=sum(1 for value in asked.values() if value),
        states=choices(ROUND_STATES),
        words=WORDS,
        may_write=context.actor.may(WRITE) and bool(pack_of(context.session).assessment),
    )


@bp.get("/assessment/new", permission=WRITE)
def new() -> str:
    return _new(Form(values=dict(request.args)))


@bp.post("/assessment/new", permission=WRITE, creates=True)
def create() -> Response | tuple[str, int]:
    try:
        made = open_round(current(), {**forms.form(RoundIn), "points": _points()})
    except XiaoanError as fault:
        if isinstance(fault, NotFound):
            raise
        roll_back()
        return _new(Form(values=dict(request.form)).refuse(fault)), 422
    flash(_("考核已开始，请计算结果。"), "success")
    return redirect(url_for("assessment.round", assessment_round_id=made))


@bp.get("/assessment/<uuid:assessment_round_id>", permission=READ, endpoint="round")
def one_round(assessment_round_id: UUID) -> str:
    return show_round(assessment_round_id, Form())


@bp.post("/assessment/<uuid:assessment_round_id>/steps", permission=WRITE)
def step(assessment_round_id: UUID) -> Response | tuple[str, int]:
    try:
        data = forms.form(StepIn)
        take_step(current(), assessment_round_id, expected_version(), data)
    except XiaoanError as fault:
        if isinstance(fault, NotFound):
            raise
        roll_back()
        return show_round(assessment_round_id, Form(values=dict(request.form)).refuse(fault)), 422
    flash(_("已完成：%(step)s", step=_(STEPS[data["step"]])), "success")
    return redirect(url_for("assessment.round", assessment_round_id=assessment_round_id))


def show_round(round_id: UUID, form: Form) -> str:
    """The page of a round, with what is wrong in one of its forms."""
    context = current()
    asked = forms.query(SheetArgs)
    paging = Paging.of(asked)
    card = round_card(context.session, context.actor, round_id)
    may_write = context.actor.may(WRITE)
    job = bar(context, card) if may_write and card.line.state == DRAFT else None
    return render_template(
        "assessment/round.html",
        card=card,
        page=sheets_page(context.session, context.actor, card, paging=paging, **asked),
        asked=asked,
        active=sum(1 for value in asked.values() if value),
        grades=[(own.code, own.label) for own in card.grades] + ([(LEFT, said("不再参评"))] if card.left else []),
        steps=_steps(card, under_way=job is not None and job["state"] in (QUEUED, RUNNING)) if may_write else (),
        job=job,
        to_type=_to_type(context, card) if may_write and card.line.state == DRAFT else (),
        quotes=pack_of(context.session).quotes(card.frozen.scheme.clauses),
        in_points=in_points,
        words=WORDS,
        form=form,
        may_cancel=may_write and card.line.state in (DRAFT, ANNOUNCED),
        cancel_step=CANCEL,
    )


def _to_type(context: RequestContext, card: RoundCard) -> list[Indicator]:
    """Indicators of the round that people judge, as far as the pack still has them."""
    known = {own.code for own in pack_of(context.session).indicators if own.source is Measured.TYPED}
    return [own for own in card.frozen.indicators.values() if own.code in known]


def _steps(card: RoundCard, *, under_way: bool) -> tuple[str, ...]:
    """What may come next; whether it is time, the service decides and says."""
    if card.line.state == ANNOUNCED:
        return (PUBLISH,)
    if card.line.state != DRAFT or under_way:
        return ()
    return (COMPUTE, ANNOUNCE) if card.computed_at else (COMPUTE,)


def bar(context: RequestContext, card: RoundCard) -> dict[str, object] | None:
    """How far the computation ordered last is, for the macro and its script; None where there is none."""
    job = computation(context.session, card.job_id)
    if job is None:
        return None
    return {
        "title": _("计算%(title)s", title=card.line.title), "state": job.state if job.state in (QUEUED, RUNNING, DONE) else "failed",
        "done": job.done, "total": job.total, "message": said(job.error or ""),
        "url": url_for("assessment.progress", assessment_round_id=card.line.id),
        "result_url": url_for("assessment.round", assessment_round_id=card.line.id),
    }  # fmt: skip


def _points() -> dict[str, float]:
    """What was typed for the items. Raises Invalid for what is no number."""
    found: dict[str, float] = {}
    for name, text in request.form.items():
        if name.startswith(POINTS) and text.strip():
            try:
                found[name.removeprefix(POINTS)] = float(text)
            except ValueError as fault:
                raise Invalid(fields={"points": "分值应为数字"}) from fault
    return found


def _new(form: Form) -> str:
    context = current()
    pack = pack_of(context.session)
    if not pack.assessment:
        raise NotFound()
    scheme = next((own for own in pack.assessment if own.code == form.value("code")), pack.assessment[0])
    year = context.today.year - (context.today.month < AUTUMN)
    shipped: dict[str, Any] = {
        "starts": f"{year}-01-01",
        "ends": f"{year}-12-31",
        "title": round_title(year, scheme.label),
    }
    return render_template(
        "assessment/new.html",
        form=form,
        scheme=scheme,
        schemes=[(own.code, own.label) for own in pack.assessment],
        indicators={own.code: own for own in pack.indicators},
        quotes=pack.quotes(scheme.clauses),
        shipped=shipped,
        points=POINTS,
        words=WORDS,
        key=new_id(),
    )
