"""本单位数: the n of 8+n, which each unit says for itself."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from core.http import forms
from core.http.context import current
from core.http.etag import expected_version
from core.http.paging import Paging
from core.http.words import said
from core.kernel.errors import Invalid
from core.obligations.pages.blueprint import WORDS, bp
from core.obligations.permissions import ObligationPermission
from core.obligations.queries.own import numbers_page
from core.obligations.schemas import NumberArgs, NumberForm
from core.obligations.services import set_number

READ, WRITE = ObligationPermission.READ, ObligationPermission.NUMBER_WRITE


@bp.get("/due/numbers", permission=READ)
def numbers() -> str:
    return _page({})


@bp.post("/due/numbers", permission=WRITE)
def enter_number() -> Response | tuple[str, int]:
    context = current()
    try:
        given = forms.form(NumberForm)
    except Invalid as fault:
        return _page({name: said(right) for name, right in fault.fields.items()}), 422
    set_number(context.session, actor=context.actor, version=expected_version(), **given)
    flash(_("已保存"), "success")
    return redirect(url_for("due.numbers"))


def _page(errors: dict[str, str]) -> str:
    context = current()
    args = forms.query(NumberArgs)
    paging = Paging.of(args)
    page = numbers_page(context.session, context.actor.coverage(READ), paging=paging, unit_id=args["unit_id"])
    writable = {line.unit_id for line in page.items if context.actor.may(WRITE, line.unit_id)}
    return render_template("obligations/numbers.html", page=page, writable=writable, words=WORDS, errors=errors)
