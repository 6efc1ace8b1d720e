"""报表填报: what I have to file, one filing with its form, what waits for my review."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from core.files.queries import files_on
from core.http import forms
from core.http.context import current
from core.http.etag import expected_version
from core.http.paging import PageArgs, Paging
from core.http.words import choices, said
from core.kernel.errors import Forbidden, Invalid, NotFound, XiaoanError
from core.kernel.ids import new_id
from core.reports.figures import FIGURES, ledger_args
from core.reports.pages.blueprint import WORDS, bp, faults_of, tabs
from core.reports.permissions import ReportPermission
from core.reports.queries.filings import FilingCard, filing_card, my_filings, owed_line, to_review, would_be_late
from core.reports.requests import typed_form, uploaded, zero_sentence_of
from core.reports.schemas import DraftIn, MineArgs, ReopenIn, ReviewIn, ZeroIn, typed_of
from core.reports.services import filings, reviews
from core.reports.sheets import own_rows, places_of
from core.reports.words import REOPENINGS, explained
from core.statistics.queries.computed import Unit
from core.statistics.sheet import Sheet

READ, SIGN, REVIEW = ReportPermission.READ, ReportPermission.SIGN, ReportPermission.REVIEW


@bp.get("/reports", permission=READ)
def mine() -> str:
    context = current()
    args = forms.query(MineArgs)
    paging = Paging.of(args)
    return render_template(
        "reports/mine.html",
        page=my_filings(context.session, context.actor, paging=paging, done=args["done"]),
        done=args["done"],
        tabs=tabs(context.actor, "done" if args["done"] else "mine"),
        words=WORDS,
        now=context.now(),
        today=context.today,
    )


@bp.get("/reports/review", permission=REVIEW)
def review() -> str:
    context = current()
    paging = Paging.of(forms.query(PageArgs))
    return render_template(
        "reports/review.html",
        page=to_review(context.session, context.actor, paging=paging),
        tabs=tabs(context.actor, "review"),
        words=WORDS,
    )


@bp.get("/reports/rounds/<uuid:report_round_id>/units/<uuid:unit_id>", permission=READ)
def owed(report_round_id: UUID, unit_id: UUID) -> Response | str:
    """One cell of the grid where nobody has begun; else the filing itself."""
    context = current()
    line = owed_line(context.session, context.actor, round_id=report_round_id, unit_id=unit_id)
    if line.filing_id is not None:
        return redirect(url_for("reports.filing", filing_id=line.filing_id))
    return render_template(
        "reports/owed.html", line=line, words=WORDS, said_of=explained(line.found, due_on=line.due_on),
        tabs=tabs(context.actor, "grid"),
    )  # fmt: skip


@bp.post("/reports/rounds/<uuid:report_round_id>/units/<uuid:unit_id>", permission=READ, creates=True)
def begin(report_round_id: UUID, unit_id: UUID) -> Response:
    context = current()
    made = filings.begin(context.session, actor=context.actor, round_id=report_round_id, unit_id=unit_id)
    return redirect(url_for("reports.filing", filing_id=made), 303)


@bp.get("/reports/filings/<uuid:filing_id>", permission=READ)
def filing(filing_id: UUID) -> str:
    return _filing(filing_id, {}, "")


@bp.post("/reports/filings/<uuid:filing_id>/write", permission=READ)
def write(filing_id: UUID) -> Response | tuple[str, int]:
    """保存, 送签 or 签报: one form, three buttons."""
    context = current()

    def act() -> str:
        card = filing_card(context.session, context.actor, filing_id)
        if card.draft is None:
            raise Forbidden()
        given = DraftIn().load(typed_form(one.code for one in card.draft.figures))
        given["files"] = uploaded(context, filing_id)
        if request.form.get("act") == "sign":
            number = filings.sign(
                context.session, actor=context.actor, filing_id=filing_id, version=expected_version(),
                signed_as=request.form.get("signed_as", ""), typed=typed_of(given),
            )  # fmt: skip
            return str(_("已签报，第%(n)s版存档。", n=number))
        filings.save_draft(
            context.session, actor=context.actor, filing_id=filing_id, version=expected_version(), typed=typed_of(given), ready=given["ready"]
        )  # fmt: skip
        return str(_("已送签，等单位负责人签报。") if given["ready"] else _("草稿已保存。"))

    return _done(filing_id, act)


@bp.post("/reports/filings/<uuid:filing_id>/zero", permission=SIGN)
def zero(filing_id: UUID) -> Response | tuple[str, int]:
    context = current()

    def act() -> str:
        given = forms.form(ZeroIn)
        filings.sign_zero(
            context.session, actor=context.actor, filing_id=filing_id, version=expected_version(), **given
        )
        return str(_("零报告已签。"))

    return _done(filing_id, act)


@bp.post("/reports/filings/<uuid:filing_id>/reopen", permission=READ)
def reopen(filing_id: UUID) -> Response | tuple[str, int]:
    context = current()

    def act() -> str:
        given = forms.form(ReopenIn)
        filings.reopen(context.session, actor=context.actor, filing_id=filing_id, version=expected_version(), **given)
        return str(_("可以改了；原报内容保留，重新签报后生效。"))

    return _done(filing_id, act)


@bp.post("/reports/filings/<uuid:filing_id>/drop", permission=READ)
def drop(filing_id: UUID) -> Response | tuple[str, int]:
    context = current()

    def act() -> str:
        filings.drop_correction(context.session, actor=context.actor, filing_id=filing_id, version=expected_version())
        return str(_("已放弃更正，原报内容不变。"))

    return _done(filing_id, act)


@bp.post("/reports/filings/<uuid:filing_id>/review", permission=REVIEW)
def judge(filing_id: UUID) -> Response | tuple[str, int]:
    """核转, 通过 or 退回."""
    context = current()

    def act() -> str:
        words = forms.form(ReviewIn)["words"]
        verdict = request.form.get("verdict", "")
        service = {"passed": reviews.hand_on, "accepted": reviews.accept, "returned": reviews.send_back}.get(verdict)
        if service is None:
            raise Invalid(fields={"verdict": "请选择审核结果"})
        service(context.session, actor=context.actor, filing_id=filing_id, version=expected_version(), words=words)
        return said({"passed": "已核转。", "accepted": "已审核通过。", "returned": "已退回，学校会收到消息。"}[verdict])

    return _done(filing_id, act)


def _done(filing_id: UUID, act: Callable[[], str]) -> Response | tuple[str, int]:
    """Does it and shows the filing; refused, the page again with what is wrong and what was typed."""
    context = current()
    try:
        with context.session.begin_nested():
            message = act()
    except XiaoanError as fault:
        if isinstance(fault, NotFound):
            raise
        errors, words = faults_of(fault)
        return _filing(filing_id, errors, words), 422
    flash(message, "success")
    return redirect(url_for("reports.filing", filing_id=filing_id), 303)


def _filing(filing_id: UUID, errors: dict[str, str], message: str) -> str:
    context = current()
    card = filing_card(context.session, context.actor, filing_id)
    line = card.line
    typing = card.draft is not None and line.state in ("draft", "returned", "correcting")
    files = files_on(context.session, subject_kind=filings.SUBJECT, subject_ids=[filing_id]).get(filing_id, ())
    return render_template(
        "reports/filing.html",
        card=card,
        typing=typing,
        values=request.form if message else MultiDict(),
        errors=errors,
        message=message,
        words=WORDS,
        said_of=explained(line.found, due_on=line.due_on),
        labels={code: (said(kind.label), said(kind.unit)) for code, kind in FIGURES.items()},
        ledgers=_ledgers(card) if context.actor.may("hazard:case:read", line.unit_id) else {},
        sheets=_sheets(card, typing),
        files={str(own.id): own for own in files},
        late_now=would_be_late(line, context.now()),
        sentence=zero_sentence_of(line) if typing and card.may_sign else "",
        reopenings=choices(REOPENINGS),
        signer=context.actor.name,
        tabs=tabs(context.actor, ""),
        key=new_id(),
    )


def _ledgers(card: FilingCard) -> dict[str, str]:
    """Code of a figure → where its facts are listed."""
    found = {}
    for code, kind in FIGURES.items():
        args = ledger_args(kind, starts=card.line.span_from.isoformat(), ends=card.line.span_to.isoformat())
        if args:
            whole = card.line.unit_kind in ("bureau", "department")
            asked: dict[str, Any] = {**args, "unit_id": None if whole else str(card.line.unit_id)}
            found[code] = url_for("hazards.ledger", **asked)
    return found


def _sheets(card: FilingCard, typing: bool) -> list[dict[str, Any]]:
    """The tables of the draft, or of the latest version: sheet and the rows that are about this unit."""
    content = card.draft if typing else (card.versions[0].content if card.versions else None)
    if content is None:
        return []
    unit = Unit(card.line.unit_id, card.line.unit_name, card.line.unit_kind, card.line.org_type)
    session = current().session
    return [
        {
            "code": code,
            "sheet": sheet,
            "rows": [{"label": row.label, "places": places_of(sheet, row)} for row in own_rows(session, sheet, unit)],
        }
        for code, data in content.sheets.items()
        for sheet in (Sheet.from_json(data),)
    ]
