"""文书模板: which template each kind of paper has, the district's own, its numbers."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from core.files.sniff import DOCX
from core.files.storage import storage_of
from core.http import forms
from core.http.context import current
from core.http.etag import expected_version
from core.http.formstate import Form, roll_back
from core.http.words import said
from core.kernel.errors import NotFound, XiaoanError
from core.papers.kinds import kind_of
from core.papers.pages.blueprint import bp
from core.papers.permissions import PaperPermission
from core.papers.queries.templates import kind_cards, template_bytes
from core.papers.requests import kinds, uploaded
from core.papers.schemas import WordIn
from core.papers.services import templates as services
from core.tenancy.shelf import pack_of

TEMPLATE = PaperPermission.TEMPLATE


@bp.get("/papers/templates", permission=TEMPLATE)
def templates() -> str:
    context = current()
    return render_template(
        "papers/templates.html", cards=kind_cards(context.session, pack_of(context.session), kinds(context).values())
    )


@bp.get("/papers/templates/<paper_kind>", permission=TEMPLATE)
def template(paper_kind: str) -> str:
    return _template(paper_kind, Form())


@bp.get("/papers/templates/<paper_kind>/docx", permission=TEMPLATE)
def template_file(paper_kind: str) -> FlaskResponse:
    """The template in force, to begin one's own with."""
    context = current()
    kind = kind_of(kinds(context), paper_kind)
    content, _own = template_bytes(context.session, storage_of(context.runtime.settings), kind)
    return send_file(BytesIO(content), mimetype=DOCX, as_attachment=True, download_name=f"{said(kind.title)}.docx")


@bp.post("/papers/templates/<paper_kind>", permission=TEMPLATE)
def put_template(paper_kind: str) -> Response | tuple[str, int]:
    context = current()
    kind = kind_of(kinds(context), paper_kind)

    def act() -> None:
        stream, name, note = uploaded()
        services.put_template(
            context.session, actor=context.actor, storage=storage_of(context.runtime.settings), kind=kind, stream=stream,
            name=name, note=note,
        )  # fmt: skip

    return _acted(paper_kind, act, _("模板已启用，之后的文书都用它。"))


@bp.post("/papers/templates/<paper_kind>/built-in", permission=TEMPLATE)
def take_back(paper_kind: str) -> Response | tuple[str, int]:
    context = current()
    kind = kind_of(kinds(context), paper_kind)

    def act() -> None:
        services.take_back(context.session, actor=context.actor, kind=kind, no=expected_version())

    return _acted(paper_kind, act, _("已恢复内置模板。"))


@bp.post("/papers/templates/<paper_kind>/word", permission=TEMPLATE)
def set_word(paper_kind: str) -> Response | tuple[str, int]:
    context = current()
    kind = kind_of(kinds(context), paper_kind)

    def act() -> None:
        services.set_word(
            context.session, actor=context.actor, pack=pack_of(context.session), kind=kind, version=expected_version(),
            word=forms.form(WordIn)["word"],
        )  # fmt: skip

    return _acted(paper_kind, act, _("机关代字已更新，之后的文号都用它。"))


def _acted(paper_kind: str, act: Callable[[], None], done: str) -> Response | tuple[str, int]:
    try:
        act()
    except XiaoanError as fault:
        if isinstance(fault, NotFound):
            raise
        roll_back()
        return _template(paper_kind, Form(values=dict(request.form)).refuse(fault)), 422
    flash(done, "success")
    return redirect(url_for("papers.template", paper_kind=paper_kind))


def _template(paper_kind: str, form: Form) -> str:
    context = current()
    kind = kind_of(kinds(context), paper_kind)
    (card,) = kind_cards(context.session, pack_of(context.session), [kind])
    rows = {
        name.name: tuple(name.sample[0])
        for name in kind.names
        if isinstance(name.sample, list) and name.sample and isinstance(name.sample[0], dict)
    }
    return render_template("papers/template.html", card=card, rows=rows, form=form)
