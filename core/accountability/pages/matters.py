"""问责: the matters, one with its steps, a new one, what the ledger shows."""

from __future__ import annotations

from uuid import UUID

from flask import Response as Answer
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from core.accountability.pages.blueprint import bp, hazard_named
from core.accountability.permissions import AccountabilityPermission
from core.accountability.queries.matters import counts, matter_card, matters_page, signs
from core.accountability.requests import (
    acceptance_answer,
    campaign_span,
    decide,
    progress_answer,
    quarters_of,
    take_step,
)
from core.accountability.schemas import MatterArgs, MatterIn, ProgressPaperArgs, StepIn
from core.accountability.services.matters import ASKING
from core.accountability.words import (
    ACCEPTED,
    ASKED,
    AWAITING,
    CALLED_OFF,
    ENDED,
    EXTENDED,
    MEASURES,
    OPEN,
    PROGRESS,
    REFUSED,
    SIGNS,
    STATES,
    STEPS,
    TONES,
)
from core.http import forms
from core.http.context import RequestContext, current
from core.http.etag import expected_version
from core.http.formstate import Form, roll_back
from core.http.paging import Paging
from core.http.words import choices
from core.kernel.errors import NotFound, XiaoanError
from core.kernel.ids import new_id
from core.orgs.queries import unit_options
from core.papers.queries.papers import papers_page
from core.tenancy.shelf import pack_of

READ, WRITE, ANSWER = AccountabilityPermission.READ, AccountabilityPermission.WRITE, AccountabilityPermission.ANSWER
UNITS = ("school", "kindergarten", "training_institution", "department", "cluster")
PAPERS = Paging(page_size=50)
"""As many of the latest papers can be chosen as the one by which the unit was told."""


@bp.get("/accountability", permission=READ)
def index() -> str:
    context = current()
    asked = forms.query(MatterArgs)
    paging, pack = Paging.of(asked), pack_of(context.session)
    span = campaign_span(pack, context.today)
    return render_template(
        "accountability/matters.html",
        page=matters_page(context.session, context.actor, paging=paging, **asked),
        counts=counts(context.session, context.actor, pack, span=span),
        span=span,
        asked=asked,
        active=sum(1 for value in asked.values() if value),
        measures=choices(MEASURES),
        states=choices(STATES),
        words={"measures": MEASURES, "states": STATES, "tones": TONES},
        may_write=context.actor.may(WRITE),
    )


@bp.get("/accountability/signs", permission=WRITE)
def signs_page() -> str:
    context = current()
    pack = pack_of(context.session)
    return render_template(
        "accountability/signs.html",
        lines=signs(context.session, context.actor, pack),
        grounds=[ground for ground in pack.accountability if ground.signs],
        words=SIGNS,
    )


@bp.get("/accountability/new", permission=WRITE)
def new() -> str:
    return _new(Form(values=dict(request.args)))


@bp.post("/accountability/new", permission=WRITE, creates=True)
def create() -> Response | tuple[str, int]:
    try:
        made = decide(current(), forms.form(MatterIn))
    except XiaoanError as fault:
        if isinstance(fault, NotFound):
            raise
        roll_back()
        return _new(Form(values=dict(request.form)).refuse(fault)), 422
    flash(_("已作出，已通知该单位。"), "success")
    return redirect(url_for("accountability.matter", matter_id=made))


@bp.get("/accountability/<uuid:matter_id>", permission=READ)
def matter(matter_id: UUID) -> str:
    return _matter(matter_id, Form())


@bp.post("/accountability/<uuid:matter_id>/steps", permission=READ)
def step(matter_id: UUID) -> Response | tuple[str, int]:
    try:
        take_step(current(), matter_id, expected_version(), forms.form(StepIn))
    except XiaoanError as fault:
        if isinstance(fault, NotFound):
            raise
        roll_back()
        return _matter(matter_id, Form(values=dict(request.form)).refuse(fault)), 422
    flash(_("已记录。"), "success")
    return redirect(url_for("accountability.matter", matter_id=matter_id))


@bp.get("/accountability/<uuid:matter_id>/progress.docx", permission=READ, exports=True)
def progress_paper(matter_id: UUID) -> Answer:
    return progress_answer(current(), matter_id, quarter=forms.query(ProgressPaperArgs)["quarter"])


@bp.get("/accountability/<uuid:matter_id>/acceptance.docx", permission=READ, exports=True)
def acceptance_paper(matter_id: UUID) -> Answer:
    return acceptance_answer(current(), matter_id)


def _matter(matter_id: UUID, form: Form) -> str:
    context = current()
    card = matter_card(context.session, context.actor, matter_id)
    pack = pack_of(context.session)
    offered = _offered(context, card.unit_id, card.line.measure, card.line.state)
    return render_template(
        "accountability/matter.html",
        card=card,
        ground=next((ground.label for ground in pack.accountability if ground.code == card.ground), ""),
        quotes=pack.quotes(card.clauses),
        words={"measures": MEASURES, "states": STATES, "tones": TONES, "steps": STEPS},
        steps=choices({code: STEPS[code] for code in offered}),
        quarters=quarters_of(card, context.today),
        asked=any(step.step == ASKED for step in card.steps),
        form=form,
    )


def _offered(context: RequestContext, unit_id: UUID, measure: str, state: str) -> list[str]:
    """The steps that this person may take now."""
    writes, answers = context.actor.may(WRITE, unit_id), context.actor.may(ANSWER, unit_id)
    asking = measure in ASKING
    steps: list[tuple[str, bool]] = []
    if state == OPEN:
        steps = [
            (PROGRESS, writes or answers), (ASKED, answers and asking), (ENDED, writes and not asking), (EXTENDED, writes and asking),
            (CALLED_OFF, writes),
        ]  # fmt: skip
    elif state == AWAITING:
        steps = [(ACCEPTED, writes), (REFUSED, writes), (CALLED_OFF, writes)]
    return [code for code, may in steps if may]


def _new(form: Form) -> str:
    context = current()
    pack = pack_of(context.session)
    units = unit_options(context.session, context.actor.coverage(WRITE), UNITS)
    papers = papers_page(context.session, context.actor, paging=PAPERS)
    return render_template(
        "accountability/new.html",
        form=form,
        measures=choices(MEASURES),
        grounds=[(ground.code, ground.label) for ground in pack.accountability],
        units=[(str(unit.id), unit.name) for unit in units],
        papers=[(str(paper.id), f"{paper.no} {paper.title}") for paper in papers.items if not paper.withdrawn],
        hazard=hazard_named(context, form),
        key=new_id(),
        today=context.today,
    )
