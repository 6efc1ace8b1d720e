"""公文: the list, one paper with its receipts, writing one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from core.http import forms
from core.http.context import current
from core.http.etag import expected_version
from core.http.formstate import Form, roll_back
from core.http.paging import Paging
from core.http.words import said
from core.kernel.errors import Invalid, NotFound, XiaoanError
from core.kernel.ids import new_id
from core.orgs.queries import descendants, unit_options
from core.papers.kinds import kind_of
from core.papers.pages.blueprint import bp
from core.papers.permissions import PaperPermission
from core.papers.queries.papers import paper_card, papers_page
from core.papers.requests import issue, kinds
from core.papers.schemas import PaperArgs, PaperIn, ReceiptsIn, WithdrawIn
from core.papers.services import papers as services
from core.papers.services.receipts import receive_papers

READ, RECEIVE, ISSUE = PaperPermission.READ, PaperPermission.RECEIVE, PaperPermission.ISSUE
UNITS = ("school", "kindergarten", "training_institution", "department", "cluster", "agency", "third_party")


@bp.get("/papers", permission=READ)
def index() -> str:
    context = current()
    asked = forms.query(PaperArgs)
    paging = Paging.of(asked)
    known = kinds(context)
    return render_template(
        "papers/papers.html",
        page=papers_page(context.session, context.actor, paging=paging, **asked),
        asked=asked,
        active=sum(1 for value in asked.values() if value),
        titles={code: kind.title for code, kind in known.items()},
        kinds=[(code, said(kind.title)) for code, kind in known.items() if kind.by_hand],
        may_issue=context.actor.may(ISSUE),
        may_template=context.actor.may(PaperPermission.TEMPLATE),
    )


@bp.post("/papers/receipts", permission=RECEIVE)
def receive_all() -> Response:
    """批量签收: what was ticked; whoever is refused one is told which and why."""
    context = current()
    try:
        chosen = forms.form(ReceiptsIn)["paper_ids"]
    except Invalid:
        flash(_("请先勾选要签收的公文。"), "danger")
        return redirect(url_for("todo.index"))
    results = receive_papers(context.session, actor=context.actor, paper_ids=chosen)
    signed = sum(1 for own in results if not own.fault)
    if signed:
        flash(_("已签收%(n)s份公文。", n=signed), "success")
    for fault in dict.fromkeys(own.fault for own in results if own.fault):
        flash(said(fault), "danger")
    return redirect(url_for("todo.index"))


@bp.get("/papers/new", permission=ISSUE)
def new() -> str:
    return _new(Form(values=dict(request.args)), request.args.getlist("to"))


@bp.post("/papers/new", permission=ISSUE, creates=True)
def create() -> Response | tuple[str, int]:
    """Form fields: ``kind``, one ``value.<name>`` each, ``to`` (units, or clusters with ``under``), ``issued_on``."""
    form = Form(values=dict(request.form))
    chosen = request.form.getlist("to")
    try:
        made = issue(current(), _posted(chosen))
    except XiaoanError as fault:
        if isinstance(fault, NotFound):
            raise
        roll_back()
        return _new(form.refuse(fault), chosen), 422
    flash(_("已制发，已通知收文单位。"), "success")
    return redirect(url_for("papers.show", paper_id=made))


@bp.get("/papers/<uuid:paper_id>", permission=READ)
def show(paper_id: UUID) -> str:
    return _show(paper_id, Form())


@bp.post("/papers/<uuid:paper_id>/receipt", permission=RECEIVE)
def receive(paper_id: UUID) -> Response:
    context = current()
    services.receive_paper(context.session, actor=context.actor, paper_id=paper_id)
    flash(_("已签收。"), "success")
    return redirect(url_for("papers.show", paper_id=paper_id))


@bp.post("/papers/<uuid:paper_id>/withdrawal", permission=ISSUE)
def withdraw(paper_id: UUID) -> Response | tuple[str, int]:
    context = current()
    try:
        services.withdraw_paper(
            context.session, actor=context.actor, paper_id=paper_id, version=expected_version(), **forms.form(WithdrawIn)
        )  # fmt: skip
    except XiaoanError as fault:
        if isinstance(fault, NotFound):
            raise
        roll_back()
        return _show(paper_id, Form(values=dict(request.form)).refuse(fault)), 422
    flash(_("已作废，文号不再使用，已通知收文单位。"), "success")
    return redirect(url_for("papers.show", paper_id=paper_id))


def _show(paper_id: UUID, form: Form) -> str:
    context = current()
    card = paper_card(context.session, context.actor, paper_id)
    kind = kinds(context).get(card.kind)
    return render_template(
        "papers/paper.html",
        card=card,
        title_of_kind=kind.title if kind is not None else card.kind,
        typed=kind.typed if kind is not None else (),
        form=form,
        may_receive=any(own.mine and own.received_at is None for own in card.receipts),
        may_withdraw=context.actor.may(ISSUE) and card.withdrawn_at is None,
    )


def _new(form: Form, chosen: list[str]) -> str:
    context = current()
    offered = {code: kind for code, kind in kinds(context).items() if kind.by_hand}
    code = form.value("kind") if form.value("kind") in offered else next(iter(offered))
    units = unit_options(context.session, context.actor.coverage(ISSUE), UNITS)
    return render_template(
        "papers/new.html",
        form=form,
        kind=kind_of(offered, code),
        kinds=[(own, said(kind.title)) for own, kind in offered.items()],
        units=[(str(unit.id), unit.name) for unit in units if unit.kind != "cluster"],
        clusters=[(str(unit.id), unit.name) for unit in units if unit.kind == "cluster"],
        chosen=set(chosen),
        key=new_id(),
        today=context.today,
    )


def _posted(chosen: list[str]) -> dict[str, Any]:
    """The form as PaperIn loads it. Raises Invalid."""
    sent = request.form
    values = {name.removeprefix("value."): sent[name] for name in sent if name.startswith("value.")}
    facts = MultiDict(
        [*((name, sent.get(name, "")) for name in ("kind", "issued_on")), *(("to", own) for own in _units(chosen))]
    )
    return forms.loaded(PaperIn(only=("kind", "to", "issued_on")), facts) | {"values": values}


def _units(chosen: list[str]) -> list[str]:
    """``all`` stands for every school within reach, ``under:<id>`` for those of a cluster."""
    context = current()
    schools = {unit.id for unit in unit_options(context.session, context.actor.coverage(ISSUE), UNITS[:3])}
    found: dict[str, None] = {}
    for word in chosen:
        if word == "all":
            found |= dict.fromkeys(str(unit_id) for unit_id in schools)
        elif word.startswith("under:"):
            under = descendants(context.session, _uuid(word.removeprefix("under:")))
            found |= dict.fromkeys(str(unit_id) for unit_id in under & schools)
        else:
            found[word] = None
    return list(found)


def _uuid(text: str) -> UUID:
    """Raises NotFound for what is none: an address that was made up."""
    try:
        return UUID(text)
    except ValueError as fault:
        raise NotFound() from fault
