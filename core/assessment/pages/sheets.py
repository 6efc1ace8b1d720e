"""One unit's sheet: each point with its facts and its clause; appeals and their decisions."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from core.assessment.pages.blueprint import WORDS, bp, linked
from core.assessment.permissions import AssessmentPermission
from core.assessment.queries.sheets import SheetCard, sheet_card
from core.assessment.requests import decide, paper_answer
from core.assessment.schemas import AppealIn, DecisionIn, ExemptIn, VersionArgs
from core.assessment.score import in_points
from core.assessment.services.appeals import file_appeal
from core.assessment.services.standing import exempt, readmit
from core.assessment.window import window_open
from core.assessment.words import ANNOUNCED, DRAFT, OPEN
from core.http import forms
from core.http.context import RequestContext, current
from core.http.etag import expected_version
from core.http.formstate import Form, roll_back
from core.kernel.errors import NotFound, XiaoanError
from core.kernel.ids import new_id
from core.tenancy.shelf import pack_of

READ, WRITE = AssessmentPermission.READ, AssessmentPermission.WRITE
APPEAL, DECIDE = AssessmentPermission.APPEAL, AssessmentPermission.DECIDE
Answer = Response | tuple[str, int]


@bp.get("/assessment/sheets/<uuid:sheet_id>", permission=READ)
def sheet(sheet_id: UUID) -> str:
    return _sheet(sheet_id, Form())


@bp.get("/assessment/sheets/<uuid:sheet_id>/paper.docx", permission=READ, exports=True)
def paper_file(sheet_id: UUID) -> Response:
    """考核结果单 of the version asked for."""
    return paper_answer(current(), sheet_id, no=forms.query(VersionArgs)["no"])


@bp.post("/assessment/sheets/<uuid:sheet_id>/appeals", permission=APPEAL, creates=True)
def create_appeal(sheet_id: UUID) -> Answer:
    def act(context: RequestContext) -> None:
        file_appeal(context.session, actor=context.actor, sheet_id=sheet_id, **forms.form(AppealIn))

    return _tried(sheet_id, act, _("申诉已提交。"))


@bp.post("/assessment/sheets/<uuid:sheet_id>/appeals/<uuid:appeal_id>", permission=DECIDE)
def decide_one(sheet_id: UUID, appeal_id: UUID) -> Answer:
    def act(context: RequestContext) -> None:
        decide(context, appeal_id, expected_version(), forms.form(DecisionIn))

    return _tried(sheet_id, act, _("申诉已处理。"))


@bp.post("/assessment/sheets/<uuid:sheet_id>/exemption", permission=WRITE)
def exempt_unit(sheet_id: UUID) -> Answer:
    def act(context: RequestContext) -> None:
        data = forms.form(ExemptIn)
        exempt(context.session, actor=context.actor, sheet_id=sheet_id, version=expected_version(), **data)

    return _tried(sheet_id, act, _("这个单位不再参评。"))


@bp.post("/assessment/sheets/<uuid:sheet_id>/readmission", permission=WRITE)
def readmit_unit(sheet_id: UUID) -> Answer:
    def act(context: RequestContext) -> None:
        readmit(context.session, actor=context.actor, sheet_id=sheet_id, version=expected_version())

    return _tried(sheet_id, act, _("已恢复参评，请重新计算结果。"))


def _tried(sheet_id: UUID, act: Callable[[RequestContext], None], done: str) -> Answer:
    """Back to the sheet with ``done`` said, or the page again with what is wrong."""
    try:
        act(current())
    except XiaoanError as fault:
        return _again(sheet_id, fault)
    flash(done, "success")
    return redirect(url_for("assessment.sheet", sheet_id=sheet_id))


def _again(sheet_id: UUID, fault: XiaoanError) -> tuple[str, int]:
    """The page with what is wrong; what is not there is not there."""
    if isinstance(fault, NotFound):
        raise fault
    roll_back()
    form = Form(values=dict(request.form)).refuse(fault)
    return _sheet(sheet_id, form), form.status


def _sheet(sheet_id: UUID, form: Form) -> str:
    context, asked = current(), forms.query(VersionArgs)
    card = sheet_card(context.session, context.actor, sheet_id, no=asked["no"])
    line = card.round.line
    own = {"unit_id": card.unit_id, "since": line.starts, "until": line.ends}
    return render_template(
        "assessment/sheet.html",
        card=card,
        facts={one.item.code: linked(context.actor, one.kept.facts.kept, **own) for one in card.items},
        veto_facts={one.veto.code: linked(context.actor, one.facts.kept, **own) for one in card.vetoes},
        quotes=pack_of(context.session).quotes(clause for one in card.items for clause in one.item.clauses),
        full=card.round.frozen.scheme.full,
        in_points=in_points,
        words=WORDS,
        form=form,
        key=new_id(),
        appealable=_appealable(context, card),
        deciding=_deciding(context, card),
        may_exempt=line.state == DRAFT and context.actor.coverage(WRITE).everywhere,
    )


def _appealable(context: RequestContext, card: SheetCard) -> list[tuple[str, str]]:
    """Items and vetoes that the reader may appeal against now."""
    line = card.round.line
    reach = context.actor.coverage(APPEAL)
    if (
        not window_open(line, context.today)
        or card.no != card.latest_no
        or reach.everywhere
        or card.unit_id not in reach
    ):
        return []
    waiting = {one.item for one in card.appeals if one.state == OPEN}
    return [(code, title) for code, title in card.contestable if code not in waiting]


def _deciding(context: RequestContext, card: SheetCard) -> dict[UUID, str]:
    """Open appeals that the reader may decide → what the item costs now, in points; empty for a veto."""
    if card.round.line.state != ANNOUNCED or not context.actor.may(DECIDE, card.unit_id):
        return {}
    costs = {one.item.code: in_points(one.kept.line.taken) for one in card.items}
    me = context.actor.person_id
    return {
        one.id: costs.get(one.item, "") for one in card.appeals if one.state == OPEN and me not in (one.made_by, card.announced_by)
    }  # fmt: skip
