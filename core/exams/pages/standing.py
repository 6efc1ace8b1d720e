"""上岗条件: what posts ask for, and where somebody lacks it."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from core.exams.pages.blueprint import bp, shared
from core.exams.permissions import ExamPermission
from core.exams.queries.standing import asked_of_posts, missing_in, units_page
from core.exams.schemas import QualificationIn, ResultArgs
from core.exams.series import series_titles
from core.exams.services.qualifications import ask_of_post, stop_asking
from core.exams.words import CERTIFICATES
from core.http import forms
from core.http.context import current
from core.http.etag import expected_version
from core.http.formstate import Form, roll_back
from core.http.paging import Paging
from core.http.words import choices
from core.kernel.errors import XiaoanError
from core.kernel.ids import new_id
from core.orgs.queries import unit_card
from core.tenancy.shelf import pack_of

RESULTS, WRITE = ExamPermission.RESULTS, ExamPermission.WRITE


@bp.get("/exams/standing", permission=RESULTS)
def standing() -> str:
    return _standing(Form())


@bp.get("/exams/standing/<uuid:unit_id>", permission=RESULTS)
def unit_standing(unit_id: UUID) -> str:
    context = current()
    asked = asked_of_posts(context.session, context.pack)
    missing = missing_in(context.session, context.actor, asked, unit_id)
    return render_template(
        "exams/unit_standing.html", missing=missing, unit=unit_card(context.session, unit_id), **shared(context, context.pack)
    )  # fmt: skip


@bp.post("/exams/qualifications", permission=WRITE, creates=True)
def ask() -> Response | tuple[str, int]:
    context = current()
    try:
        ask_of_post(context.session, actor=context.actor, pack=pack_of(context.session), **forms.form(QualificationIn))
    except XiaoanError as fault:
        roll_back()
        return _standing(Form(values=request.form.to_dict()).refuse(fault)), 422
    flash(_("已增加，从今天起不具备的显示为未达标。"), "success")
    return redirect(url_for("exams.standing"))


@bp.post("/exams/qualifications/<uuid:qualification_id>/end", permission=WRITE)
def end(qualification_id: UUID) -> Response:
    context = current()
    stop_asking(context.session, actor=context.actor, qualification_id=qualification_id, version=expected_version())
    flash(_("已取消。"), "success")
    return redirect(url_for("exams.standing"))


def _standing(form: Form) -> str:
    context = current()
    filters = forms.query(ResultArgs)
    paging, pack = Paging.of(filters), pack_of(context.session)
    asked = asked_of_posts(context.session, pack)
    return render_template(
        "exams/standing.html",
        form=form,
        key=new_id(),
        asked_list=asked,
        asked=filters,
        page=units_page(context.session, context.actor, asked, paging=paging, short_only=filters["open_only"]),
        series=list(series_titles(context.session, pack).items()),
        certificates=choices(CERTIFICATES),
        post_choices=[(post.code, post.label) for post in pack.posts],
        **shared(context, pack),
    )
