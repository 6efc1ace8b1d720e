"""我的考试: what one is asked to pass, and the sitting itself, for one hand."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from core.exams.pages.blueprint import WORDS, bp
from core.exams.permissions import ExamPermission
from core.exams.queries.sittings import own_exams, sitting_card
from core.exams.queries.standing import asked_of_posts, missing_of
from core.exams.schemas import AnswerIn
from core.exams.services.sittings import answer as keep_answer
from core.exams.services.sittings import begin_sitting, hand_in
from core.exams.words import RUNNING
from core.http import forms
from core.http.context import current
from core.http.etag import expected_version
from core.http.words import said
from core.kernel.errors import Refused
from core.orgs.queries import posts_of

TAKE = ExamPermission.TAKE


@bp.get("/exams/mine", permission=TAKE)
def mine() -> str:
    context = current()
    held = posts_of(context.session, [context.person_id], on=context.today)[context.person_id]
    asked = asked_of_posts(context.session, context.pack)
    return render_template(
        "exams/mine.html",
        exams=own_exams(context.session, context.person_id),
        missing=missing_of(context.session, asked, posts=[post.id for post in held]),
        words=WORDS,
    )


@bp.post("/exams/<uuid:exam_id>/sittings", permission=TAKE)
def begin(exam_id: UUID) -> Response:
    """A second press leads to the same sitting."""
    context = current()
    sitting_id = begin_sitting(context.session, actor=context.actor, pack=context.pack, exam_id=exam_id)
    return redirect(url_for("exams.sitting", sitting_id=sitting_id))


@bp.get("/exams/sittings/<uuid:sitting_id>", permission=TAKE)
def sitting(sitting_id: UUID) -> str:
    context = current()
    card = sitting_card(context.session, context.person_id, sitting_id)
    page = "exams/sitting.html" if card.state == RUNNING and not card.over else "exams/result.html"
    return render_template(page, card=card, now=context.now(), words=WORDS)


@bp.post("/exams/sittings/<uuid:sitting_id>/answers", permission=TAKE)
def answer(sitting_id: UUID) -> str | Response:
    context = current()
    data = forms.form(AnswerIn)
    keep_answer(context.session, actor=context.actor, sitting_id=sitting_id, **data)
    if "HX-Request" not in request.headers:
        return redirect(url_for("exams.sitting", sitting_id=sitting_id) + f"#q{data['no']}")
    card = sitting_card(context.session, context.person_id, sitting_id)
    return render_template("exams/_saved.html", card=card, given=data["given"], at=context.now())


@bp.post("/exams/sittings/<uuid:sitting_id>/submission", permission=TAKE)
def submit(sitting_id: UUID) -> Response:
    """The second press finds it handed in, and shows the same result."""
    context = current()
    try:
        hand_in(context.session, actor=context.actor, sitting_id=sitting_id, version=expected_version())
        flash(_("已交卷。"), "success")
    except Refused as fault:
        flash(said(fault.phrase), "info")
    return redirect(url_for("exams.sitting", sitting_id=sitting_id))
