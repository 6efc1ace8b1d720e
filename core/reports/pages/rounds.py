"""各期报送: every period with how many have filed, one of them with where it was forwarded, and one opened by hand."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from core.http import forms
from core.http.context import current
from core.http.etag import expected_version
from core.http.paging import Paging
from core.http.words import said
from core.kernel.errors import NotFound, Stale, XiaoanError
from core.kernel.ids import new_id
from core.reports.pages.blueprint import WORDS, bp, faults_of, tabs
from core.reports.permissions import ReportPermission
from core.reports.queries.filings import FilingFilter, filings_page
from core.reports.queries.rounds import RoundFilter, codes_with_rounds, exemptions, forwardings, round_line, rounds_page
from core.reports.schemas import CancelIn, ExemptIn, FilingArgs, ForwardIn, RoundArgs, RoundIn, hand_round_of, sent_of
from core.reports.services.exemptions import cancel_round, exempt, lift
from core.reports.services.forwardings import forward
from core.reports.services.rounds import open_round, openable
from core.tenancy import shelf

READ, MANAGE = ReportPermission.READ, ReportPermission.MANAGE
STATES = {"open": "未报齐", "late": "逾期未报齐", "done": "已报齐"}


@bp.get("/reports/rounds", permission=READ)
def rounds() -> str:
    context = current()
    args = forms.query(RoundArgs)
    paging = Paging.of(args)
    return render_template(
        "reports/rounds.html",
        page=rounds_page(context.session, context.actor, asked=RoundFilter(**args), paging=paging),
        asked=args,
        active=sum(1 for value in args.values() if value),
        codes=codes_with_rounds(context.session, context.actor),
        states=[(code, said(title)) for code, title in STATES.items()],
        may_open=context.actor.coverage(MANAGE).everywhere and bool(openable(shelf.current(context.session))),
        tabs=tabs(context.actor, "rounds"),
        words=WORDS,
        now=context.now(),
        today=context.today,
        sort=paging.sort,
    )


@bp.get("/reports/rounds/new", permission=MANAGE)
def new_round() -> str:
    return _new(request.args, {}, "")


@bp.post("/reports/rounds/new", permission=MANAGE, creates=True)
def create_round() -> Response | tuple[str, int]:
    context = current()
    try:
        with context.session.begin_nested():
            made = open_round(context.session, actor=context.actor, facts=hand_round_of(forms.form(RoundIn)))
    except XiaoanError as fault:
        if isinstance(fault, NotFound):
            raise
        errors, message = faults_of(fault)
        return _new(request.form, errors, message), 422
    return redirect(url_for("reports.round", report_round_id=made), 303)


@bp.get("/reports/rounds/<uuid:report_round_id>", permission=READ, endpoint="round")
def one_round(report_round_id: UUID) -> str:
    return _round(report_round_id, {}, "")


@bp.post("/reports/rounds/<uuid:report_round_id>/forward", permission=MANAGE, creates=True)
def forward_round(report_round_id: UUID) -> Response | tuple[str, int]:
    context = current()
    try:
        with context.session.begin_nested():
            forward(context.session, actor=context.actor, round_id=report_round_id, sent=sent_of(forms.form(ForwardIn)))
    except XiaoanError as fault:
        return _refused(report_round_id, fault)
    flash(_("已登记转报。"), "success")
    return redirect(url_for("reports.round", report_round_id=report_round_id), 303)


@bp.post("/reports/rounds/<uuid:report_round_id>/exempt", permission=MANAGE)
def exempt_chosen(report_round_id: UUID) -> Response | tuple[str, int]:
    """免报 of the rows chosen, or with ``act=lift`` the way back."""
    context = current()
    service = lift if request.form.get("act") == "lift" else exempt
    try:
        given = ExemptIn().load({"unit_ids": request.form.getlist("id"), "reason": request.form.get("reason", "")})
        with context.session.begin_nested():
            units = service(context.session, actor=context.actor, round_id=report_round_id, **given)
    except ValidationError as fault:
        asked = {"unit_ids": said("请先选择单位"), "reason": said("请写明理由")}
        errors = {name: asked.get(name, "") for name in fault.messages_dict}
        return _round(report_round_id, errors, said("没有办理")), 422
    except XiaoanError as fault:
        return _refused(report_round_id, fault)
    flash(_("已办理%(n)s个单位。", n=units), "success" if units else "warning")
    return redirect(url_for("reports.round", report_round_id=report_round_id), 303)


@bp.post("/reports/rounds/<uuid:report_round_id>/cancel", permission=MANAGE)
def cancel_one(report_round_id: UUID) -> Response | tuple[str, int]:
    context = current()
    try:
        with context.session.begin_nested():
            cancel_round(
                context.session, actor=context.actor, round_id=report_round_id, version=expected_version(),
                reason=forms.form(CancelIn)["reason"],
            )  # fmt: skip
    except XiaoanError as fault:
        return _refused(report_round_id, fault)
    flash(_("本期已取消。"), "success")
    return redirect(url_for("reports.round", report_round_id=report_round_id), 303)


def _refused(round_id: UUID, fault: XiaoanError) -> tuple[str, int]:
    if isinstance(fault, NotFound | Stale):
        raise fault
    errors, message = faults_of(fault)
    return _round(round_id, errors, message), 422


def _new(values: MultiDict[str, str], errors: dict[str, str], message: str) -> str:
    context = current()
    return render_template(
        "reports/round_new.html",
        reports=[(own.code, own.label) for own in openable(shelf.current(context.session))],
        values=values,
        errors=errors,
        message=message,
        today=context.today,
        tabs=tabs(context.actor, "rounds"),
        key=new_id(),
    )


def _round(round_id: UUID, errors: dict[str, str], message: str) -> str:
    context = current()
    args = forms.query(FilingArgs)
    paging = Paging.of(args)
    asked = FilingFilter(round_id=round_id, unit_id=args["unit_id"], state=args["state"])
    line = round_line(context.session, context.actor, round_id)
    return render_template(
        "reports/round.html",
        line=line,
        page=filings_page(context.session, context.actor, asked=asked, paging=paging),
        forwardings=forwardings(context.session, round_id),
        exempted={own.unit_id: own for own in exemptions(context.session, context.actor, round_id)},
        may_manage=context.actor.coverage(MANAGE).everywhere and line.cancelled_at is None,
        may_forward=context.actor.coverage(MANAGE).everywhere,
        values=request.form if message else MultiDict(),
        errors=errors,
        message=message,
        words=WORDS,
        tabs=tabs(context.actor, "rounds"),
        now=context.now(),
        today=context.today,
        key=new_id(),
    )
