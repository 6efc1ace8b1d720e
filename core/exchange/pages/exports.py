"""导出中心: what one ordered, how far it is, and the download."""

from __future__ import annotations

from urllib.parse import parse_qs
from uuid import UUID

from flask import Response, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from core.exchange.acting import request_work
from core.exchange.kinds import export_kinds
from core.exchange.queries.exports import ExportCard, export_card, exports_page
from core.exchange.services.exporting import file_taken, order_export, take
from core.files.queries import file_card
from core.files.sending import send_file
from core.files.storage import storage_of
from core.hooks.tables import Question
from core.http import forms
from core.http.blueprints import PageBlueprint
from core.http.context import current
from core.http.formstate import Form, roll_back
from core.http.paging import PageArgs, Paging
from core.http.words import said
from core.kernel.errors import XiaoanError

bp = PageBlueprint("exports", __name__, template_folder="../templates")


@bp.get("/exports", signed_in=True)
def index() -> Response:
    return _index(Form())


@bp.post("/exports", signed_in=True, exports=True)
def order() -> AnyResponse:
    """Form fields: ``kind``, ``format``, ``query`` (the query string of the list in force)."""
    context = current()
    form = Form(values=dict(request.form))
    try:
        order_export(
            request_work(context), kind=form.value("kind"), question=asked(request.form.get("query", "")), form=form.value("format")
        )  # fmt: skip
    except XiaoanError as fault:
        roll_back()
        return _index(form.refuse(fault))
    flash(_("已开始导出，可以离开本页，稍后回来下载。"), "success")
    return redirect(url_for("exports.index"))


@bp.get("/exports/<uuid:export_id>/progress", signed_in=True)
def progress(export_id: UUID) -> Response:
    return jsonify(_bar(export_card(request_work(current()), export_id)))


@bp.post("/exports/<uuid:export_id>/file", signed_in=True)
def begin(export_id: UUID) -> AnyResponse:
    """Writes down that it is taken, then sends: a GET writes nothing."""
    take(request_work(current()), export_id=export_id)
    return redirect(url_for("exports.file", export_id=export_id), 303)


@bp.get("/exports/<uuid:export_id>/file", signed_in=True)
def file(export_id: UUID) -> Response:
    """The bytes, or the part that a broken download still lacks (Range, If-Range)."""
    context = current()
    file_id = file_taken(request_work(context), export_id=export_id)
    settings = context.runtime.settings
    return send_file(file_card(context.session, file_id), storage=storage_of(settings), settings=settings)


def asked(query: str) -> Question:
    """The query string of a list, without paging."""
    values = parse_qs(query.lstrip("?"), max_num_fields=200)
    return Question({name: tuple(found) for name, found in values.items() if name not in ("page", "page_size")})


def _index(form: Form) -> Response:
    context = current()
    work = request_work(context)
    page = exports_page(work, paging=Paging.of(forms.query(PageArgs)))
    response = make_response(
        render_template(
            "exchange/exports.html", page=page, form=form, kinds=[(kind.slug, kind.title) for kind in export_kinds(work).values() if "xlsx" in kind.forms],
            bars={str(card.id): _bar(card) for card in page.items if card.state == "queued"},
        )
    )  # fmt: skip
    response.status_code = form.status
    return response


def _bar(card: ExportCard) -> dict[str, object]:
    state = {"queued": "running" if card.progress_total else "queued", "ready": "done"}.get(card.state, "failed")
    done = card.rows or 0 if card.state == "ready" else card.progress_done
    return {
        "title": said(card.kind_title), "state": state, "done": done, "total": done if card.state == "ready" else card.progress_total,
        "message": said(card.fault), "url": url_for("exports.progress", export_id=card.id), "result_url": url_for("exports.index"),
    }  # fmt: skip
