"""成表填报: one indicator that people judge over all units, saved in one go."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from marshmallow import EXCLUDE
from werkzeug.wrappers import Response

from core.assessment.pages.blueprint import WORDS, bp
from core.assessment.permissions import AssessmentPermission
from core.assessment.queries.typed import TypedRow, behind_later, typed_table
from core.assessment.requests import enter_table, span_of
from core.assessment.schemas import TypedArgs, TypedTableIn
from core.http import forms
from core.http.context import RequestContext, current
from core.http.etag import expected_version
from core.http.formstate import Form, roll_back
from core.http.paging import Page, Paging
from core.kernel.errors import Invalid, NotFound, XiaoanError
from core.kernel.phrases import Phrase
from core.orgs.queries import unit_cards
from core.tenancy.shelf import pack_of

WRITE = AssessmentPermission.WRITE
CELLS = ("part", "whole", "basis")
NUMBERS = {"part", "whole"}
PAGE_SIZE = 100
"""Rows of one page of the table, unless another number is asked for."""
LONGEST = 500
NAMED = 5
"""Units that a warning names; the others are counted."""


@bp.get("/indicators/<indicator_code>/table", permission=WRITE)
def typed(indicator_code: str) -> str:
    return _table(indicator_code, Form())


@bp.post("/indicators/<indicator_code>/table", permission=WRITE)
def save_typed(indicator_code: str) -> Response | tuple[str, int]:
    """Rows that were left empty say nothing: what is in force of them stays."""
    try:
        typed_rows = _typed()
        kept = enter_table(current(), indicator_code, expected_version(), typed_rows)
    except XiaoanError as fault:
        if isinstance(fault, NotFound):
            raise
        roll_back()
        form = Form(values=dict(request.form)).refuse(fault)
        return _table(indicator_code, form), form.status
    flash(_("已填报%(n)s个单位。", n=kept), "success")
    warn_of_later(current(), indicator_code, typed_rows["as_of"], [row["unit_id"] for row in typed_rows["rows"]])
    return redirect(url_for("assessment.typed", indicator_code=indicator_code, **_asked()))


def warn_of_later(context: RequestContext, code: str, as_of: date, units: Collection[UUID | None]) -> None:
    """Says so where the figure typed is of an earlier day than the one in force, and so changes nothing that is shown."""
    names = behind_later(context.session, code, as_of=as_of, units=units)
    if names:
        words = _("、").join(names[:NAMED])
        message = _(
            "%(n)s个单位已有更晚日期的数，现行数没有变：%(names)s。如要改现行数，请填更晚的截至日期。",
            n=len(names),
            names=words,
        )
        flash(message, "warning")


def _table(code: str, form: Form) -> str:
    context = current()
    asked = forms.query(TypedArgs)
    if "page_size" not in request.args:
        asked["page_size"] = PAGE_SIZE
    paging, span = Paging.of(asked), span_of(context, starts=asked.pop("starts"), ends=asked.pop("ends"))
    table = typed_table(
        context.session, context.actor, pack_of(context.session), code, span=span, paging=paging, **asked
    )
    return render_template(
        "assessment/typed.html",
        own=table.indicator,
        action=url_for("assessment.save_typed", indicator_code=code, **_asked()),
        page=table.page,
        version=table.version,
        span=span,
        asked=asked,
        active=sum(1 for value in asked.values() if value),
        form=form,
        as_of=form.value("as_of") or min(context.today, span.ends).isoformat(),
        labels=_labels(form, table.page, paging),
        words=WORDS,
    )


def _asked() -> dict[str, Any]:
    """The part of the table that is shown, as the address says it."""
    return {name: request.args[name] for name in TypedArgs().fields if name in request.args}


def _labels(form: Form, page: Page[TypedRow], paging: Paging) -> dict[str, str]:
    """Field → what it is called: a cell by the number of its row."""
    places = {str(row.unit_id): paging.offset + no for no, row in enumerate(page.items, 1)}
    cells = ((name, name.partition(".")[2]) for name in form.errors)
    rows = {name: _("第%(n)s行", n=places[unit]) for name, unit in cells if unit in places}
    return {"as_of": _("截至"), "basis": _("依据"), "rows": _("表格"), **rows}


def _typed() -> dict[str, Any]:
    """What TypedTableIn loads, of the rows in which something was typed. Raises Invalid with the names of the units."""
    head = forms.loaded(TypedTableIn(only=("as_of", "basis"), unknown=EXCLUDE), request.form)
    context = current()
    rows: dict[UUID, dict[str, Any]] = {}
    wrong: dict[tuple[str, UUID], str] = {}
    for name, text in request.form.items():
        cell, _dot, unit = name.partition(".")
        if cell not in CELLS or not unit or not text.strip():
            continue
        unit_id = _unit(unit)
        if not context.actor.may(WRITE, unit_id):
            raise NotFound()
        row = rows.setdefault(unit_id, {"unit_id": unit_id, "part": None, "whole": None, "basis": ""})
        row[cell] = _number(text.strip()) if cell in NUMBERS else text.strip()
        if row[cell] is None:
            wrong[cell, unit_id] = "应为不小于0的整数"
        elif cell == "basis" and len(text.strip()) > LONGEST:
            wrong[cell, unit_id] = "依据最长500字"
    for unit_id, row in rows.items():
        if row["part"] is None and ("part", unit_id) not in wrong:
            wrong["part", unit_id] = "请填写数值"
    if wrong:
        names = unit_cards(context.session, {unit_id for _cell, unit_id in wrong})
        raise Invalid(
            fields={
                f"{cell}.{unit_id}": Phrase("%(unit)s：%(right)s", unit=names[unit_id].name if unit_id in names else "", right=Phrase(right))
                for (cell, unit_id), right in wrong.items()
            }
        )  # fmt: skip
    return {**head, "rows": list(rows.values())}


def _unit(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound() from None


def _number(text: str) -> int | None:
    """None for what is no whole number from zero on."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
