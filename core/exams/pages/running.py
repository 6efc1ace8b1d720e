"""应知应会考核 for those who run it: the exams, one with its results by unit, one unit by person, setting up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from core.exams.facts import MOST_DRAWS, Draw, ExamFacts
from core.exams.offers import exam_of
from core.exams.pages.blueprint import bp, shared
from core.exams.permissions import ExamPermission
from core.exams.queries.exams import ExamLine, exam, exams_page, last_of_series
from core.exams.queries.results import person_results, total, unit_results
from core.exams.schemas import ExamArgs, ExamIn, ResultArgs
from core.exams.series import series_titles
from core.exams.services import exams as services
from core.exams.words import AUDIENCES, DRAFT, KINDS, STATES
from core.http import forms
from core.http.context import current
from core.http.etag import expected_version
from core.http.formstate import Form, roll_back
from core.http.paging import Paging
from core.http.words import choices, said
from core.kernel.errors import Invalid, NotFound, XiaoanError
from core.kernel.ids import new_id
from core.orgs.queries import unit_card
from core.tenancy.shelf import pack_of

RESULTS, WRITE = ExamPermission.RESULTS, ExamPermission.WRITE
ROWS = 6
"""Rules of drawing on the form, more where an exam has more."""
STEPS: dict[str, tuple[Callable[..., None], str]] = {
    "open": (services.open_exam, "考试已开始，要考的人在“我的考试”里可以看到。"),
    "close": (services.close_exam, "考试已结束。"),
    "drop": (services.drop_exam, "草稿已删除。"),
}
NEW = ExamFacts(title="", draws=(Draw(10),), posts=())
"""What the form begins with."""


class ExamForm(ExamIn):
    class Meta:
        exclude = ("draws",)


@bp.get("/exams", permission=RESULTS)
def index() -> str:
    context = current()
    asked = forms.query(ExamArgs)
    paging = Paging.of(asked)
    page = exams_page(context.session, paging=paging, drafts=context.actor.may(WRITE), **asked)
    return render_template(
        "exams/exams.html", page=page, asked=asked, active=sum(1 for value in asked.values() if value), states=choices(STATES),
        **shared(context, context.pack),
    )  # fmt: skip


@bp.get("/exams/new", permission=WRITE)
def new_exam() -> str:
    """As the exam named by ``series`` was held last, or as the pack offers it."""
    context = current()
    code = request.args.get("series", "")
    offered = next((exam_of(own) for own in pack_of(context.session).exams if own.code == code), None)
    before = last_of_series(context.session, code)
    return _form(Form(values=_values(before or offered or NEW) | {"opens_on": None, "closes_on": None}), None)


@bp.post("/exams/new", permission=WRITE, creates=True)
def create_exam() -> Response | tuple[str, int]:
    context = current()
    try:
        made = services.draft_exam(context.session, actor=context.actor, pack=pack_of(context.session), facts=_facts())
    except XiaoanError as fault:
        roll_back()
        return _form(Form(values=_typed()).refuse(fault), None), 422
    flash(_("已保存为草稿，检查无误后开始。"), "success")
    return redirect(url_for("exams.results", exam_id=made))


@bp.get("/exams/<uuid:exam_id>", permission=RESULTS)
def results(exam_id: UUID) -> str:
    context = current()
    asked = forms.query(ResultArgs)
    paging = Paging.of(asked)
    may_write = context.actor.may(WRITE)
    line = exam(context.session, exam_id, drafts=may_write)
    held = line.state != DRAFT
    pack = pack_of(context.session)
    labels = {post.code: post.label for post in pack.posts}
    return render_template(
        "exams/results.html", exam=line, asked=asked, asked_posts=[labels.get(code, code) for code in line.posts],
        page=unit_results(context.session, context.actor, exam_id, paging=paging, **asked) if held else None,
        total=total(context.session, context.actor, exam_id) if held else None,
        quotes=pack.quotes(line.clauses),
        **shared(context, pack),
    )  # fmt: skip


@bp.get("/exams/<uuid:exam_id>/units/<uuid:unit_id>", permission=RESULTS)
def unit_result(exam_id: UUID, unit_id: UUID) -> str:
    context = current()
    line = exam(context.session, exam_id, drafts=False)
    people = person_results(context.session, context.actor, exam_id, unit_id)
    return render_template(
        "exams/unit_result.html", exam=line, people=people, unit=unit_card(context.session, unit_id),
        **shared(context, context.pack),
    )  # fmt: skip


@bp.get("/exams/<uuid:exam_id>/edit", permission=WRITE)
def edit_exam(exam_id: UUID) -> str:
    line = exam(current().session, exam_id)
    return _form(Form(values=_values(line) | {"version": line.version}), line)


@bp.post("/exams/<uuid:exam_id>/edit", permission=WRITE)
def save_exam(exam_id: UUID) -> Response | tuple[str, int]:
    context = current()
    try:
        services.change_exam(
            context.session, actor=context.actor, pack=pack_of(context.session), exam_id=exam_id, version=expected_version(), facts=_facts()
        )  # fmt: skip
    except XiaoanError as fault:
        if isinstance(fault, NotFound):
            raise
        roll_back()
        return _form(Form(values=_typed()).refuse(fault), exam(context.session, exam_id)), 422
    flash(_("已保存。"), "success")
    return redirect(url_for("exams.results", exam_id=exam_id))


@bp.post("/exams/<uuid:exam_id>/<exam_step>", permission=WRITE)
def take_step(exam_id: UUID, exam_step: str) -> Response:
    context = current()
    if exam_step not in STEPS:
        raise NotFound()
    act, done = STEPS[exam_step]
    act(context.session, actor=context.actor, exam_id=exam_id, version=expected_version())
    flash(said(done), "success")
    dropped = exam_step == "drop"
    return redirect(url_for("exams.index") if dropped else url_for("exams.results", exam_id=exam_id))


def _facts() -> ExamFacts:
    data = forms.form(ExamForm)
    draws = []
    for row in range(1, MOST_DRAWS + 1):
        number = request.form.get(f"draw_{row}_number", "").strip()
        if not number:
            continue
        if not number.isdecimal():
            raise Invalid(fields={"draws": "题数应为正数"})
        draws.append(
            Draw(int(number), request.form.get(f"draw_{row}_domain", ""), request.form.get(f"draw_{row}_kind", ""))
        )
    return ExamFacts(draws=tuple(draws), posts=tuple(data.pop("posts")), **data)


def _values(of: ExamLine | ExamFacts) -> dict[str, Any]:
    drawn = {
        f"draw_{row}_{name}": getattr(draw, name)
        for row, draw in enumerate(of.draws, start=1)
        for name in ("number", "domain", "kind")
    }
    return drawn | {name: getattr(of, name) for name in ExamForm().fields}


def _typed() -> dict[str, Any]:
    return {**request.form.to_dict(), "posts": request.form.getlist("posts")}


def _form(form: Form, line: ExamLine | None) -> str:
    context = current()
    pack = pack_of(context.session)
    return render_template(
        "exams/exam_form.html",
        form=form,
        line=line,
        key=new_id(),
        rows=[row for row in range(1, MOST_DRAWS + 1) if row <= ROWS or form.value(f"draw_{row}_number")],
        kinds=choices(KINDS),
        audiences=choices(AUDIENCES),
        series=list(series_titles(context.session, pack).items()),
        post_choices=[(post.code, post.label) for post in pack.posts],
        domain_choices=[(domain.code, domain.label) for domain in pack.domains],
        **shared(context, pack),
    )
