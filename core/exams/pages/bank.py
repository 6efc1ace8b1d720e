"""题库: the questions, one of them, and what the pack offers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from marshmallow import fields
from werkzeug.wrappers import Response

from core.exams.facts import QuestionFacts, codes_in
from core.exams.pages.blueprint import bp, shared
from core.exams.permissions import ExamPermission
from core.exams.queries.bank import QuestionFilter, QuestionLine, question, questions_page
from core.exams.schemas import QuestionArgs, QuestionIn
from core.exams.services.bank import LETTERS, change_question, retire_question, write_question
from core.exams.services.offers import take_pack
from core.exams.words import AUDIENCES, KINDS, TRUE_FALSE
from core.http import forms
from core.http.context import current
from core.http.etag import expected_version
from core.http.formstate import Form, roll_back
from core.http.paging import Paging
from core.http.words import choices
from core.kernel.errors import NotFound, XiaoanError
from core.kernel.ids import new_id
from core.tenancy.packs.model import QuestionKind
from core.tenancy.shelf import pack_of

WRITE = ExamPermission.WRITE


class QuestionForm(QuestionIn):
    """The options stand in six fields of their own; clauses in one line."""

    class Meta:
        exclude = ("options", "clauses")

    clauses_text = fields.String(load_default="")


@bp.get("/exams/questions", permission=WRITE)
def questions() -> str:
    context = current()
    asked = forms.query(QuestionArgs)
    paging, pack = Paging.of(asked), pack_of(context.session)
    return render_template(
        "exams/questions.html",
        page=questions_page(context.session, filters=QuestionFilter(**asked), paging=paging),
        asked=asked,
        active=sum(1 for name, value in asked.items() if value and name != "state") + (asked["state"] != "in_use"),
        kinds=choices(KINDS),
        audiences=choices(AUDIENCES),
        offered=len(pack.questions),
        **shared(context, pack),
    )


@bp.post("/exams/questions/offers", permission=WRITE)
def take() -> Response:
    """What the pack offers now; twice is no harm."""
    context = current()
    taken, drafts = take_pack(context.session, actor=context.actor, pack=pack_of(context.session))
    if taken or drafts:
        flash(_("已采用%(n)s道题、%(m)s个考试草稿。", n=taken, m=drafts), "success")
    else:
        flash(_("区域包的题目都已在题库里。"), "info")
    return redirect(url_for("exams.questions"))


@bp.get("/exams/questions/new", permission=WRITE)
def new_question() -> str:
    return _form(Form(values={"kind": "single"}), None)


@bp.post("/exams/questions/new", permission=WRITE, creates=True)
def create_question() -> Response | tuple[str, int]:
    context = current()
    try:
        write_question(context.session, actor=context.actor, pack=pack_of(context.session), facts=_facts())
    except XiaoanError as fault:
        roll_back()
        return _form(Form(values=_typed()).refuse(fault), None), 422
    flash(_("题目已保存。"), "success")
    return redirect(url_for("exams.questions"))


@bp.get("/exams/questions/<uuid:question_id>", permission=WRITE)
def show_question(question_id: UUID) -> str:
    line = question(current().session, question_id)
    values: dict[str, Any] = {
        name: getattr(line, name)
        for name in ("kind", "stem", "answer", "domain", "audience", "law", "explanation", "version")
    }
    values |= {f"option_{letter}": words for letter, words in line.options if line.kind != QuestionKind.TRUE_FALSE}
    return _form(Form(values={**values, "clauses_text": " ".join(line.clauses)}), line)


@bp.post("/exams/questions/<uuid:question_id>", permission=WRITE)
def save_question(question_id: UUID) -> Response | tuple[str, int]:
    context = current()
    try:
        change_question(
            context.session, actor=context.actor, pack=pack_of(context.session), question_id=question_id, version=expected_version(),
            facts=_facts(),
        )  # fmt: skip
    except XiaoanError as fault:
        if isinstance(fault, NotFound):
            raise
        roll_back()
        return _form(Form(values=_typed()).refuse(fault), question(context.session, question_id)), 422
    flash(_("题目已保存。"), "success")
    return redirect(url_for("exams.questions"))


@bp.post("/exams/questions/<uuid:question_id>/use", permission=WRITE)
def use_question(question_id: UUID) -> Response:
    """停用 or 恢复."""
    context = current()
    retired = request.form.get("retired") == "1"
    retire_question(
        context.session, actor=context.actor, question_id=question_id, version=expected_version(), retired=retired
    )
    flash(_("已停用，不再抽到。") if retired else _("已恢复。"), "success")
    return redirect(url_for("exams.questions"))


def _facts() -> QuestionFacts:
    data = forms.form(QuestionForm)
    options = tuple((letter, request.form.get(f"option_{letter}", "").strip()) for letter in LETTERS)
    clauses = codes_in(data.pop("clauses_text"))
    lists: dict[str, Any] = {name: tuple(data.pop(name)) for name in ("answer", "audience")}
    return QuestionFacts(options=options, clauses=clauses, **lists, **data)


def _typed() -> dict[str, Any]:
    return {**request.form.to_dict(), **{name: request.form.getlist(name) for name in ("answer", "audience")}}


def _form(form: Form, line: QuestionLine | None) -> str:
    context = current()
    pack = pack_of(context.session)
    return render_template(
        "exams/question.html",
        form=form,
        line=line,
        key=new_id(),
        kinds=choices(KINDS),
        letters=LETTERS,
        audiences=choices(AUDIENCES),
        domain_choices=[(domain.code, domain.label) for domain in pack.domains],
        true_false=TRUE_FALSE,
        quotes=pack.quotes(line.clauses if line else ()),
        **shared(context, pack),
    )
