"""指标: the figures of the notice, one of them by unit, the facts behind one unit's, and typing where there are no facts."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from core.assessment.pages.blueprint import WORDS, bp, linked
from core.assessment.pages.typed import warn_of_later
from core.assessment.permissions import AssessmentPermission
from core.assessment.queries.indicators import indicator_lines, indicator_of, unit_facts, unit_figures
from core.assessment.requests import enter, span_of
from core.assessment.schemas import EntryIn, SpanArgs
from core.assessment.words import VERDICTS
from core.http import forms
from core.http.context import current
from core.http.formstate import Form, roll_back
from core.http.paging import Paging
from core.http.words import choices
from core.kernel.errors import NotFound, XiaoanError
from core.kernel.ids import new_id
from core.tenancy.packs.model import Measured
from core.tenancy.shelf import pack_of

READ, WRITE = AssessmentPermission.READ, AssessmentPermission.WRITE


@bp.get("/indicators", permission=READ)
def indicators() -> str:
    context = current()
    asked = forms.query(SpanArgs)
    Paging.of(asked)
    span = span_of(context, **asked)
    return render_template(
        "assessment/indicators.html",
        lines=indicator_lines(
            context.session, context.runtime.plugins, context.actor, pack_of(context.session), span=span
        ),
        span=span,
        words=WORDS,
    )


@bp.get("/indicators/<indicator_code>", permission=READ)
def indicator(indicator_code: str) -> str:
    return _indicator(indicator_code, Form(values={"as_of": current().today, **request.args}))


@bp.post("/indicators/<indicator_code>/entries", permission=WRITE, creates=True)
def create_entry(indicator_code: str) -> Response | tuple[str, int]:
    try:
        facts = forms.form(EntryIn)
        enter(current(), indicator_code, facts)
    except XiaoanError as fault:
        if isinstance(fault, NotFound):
            raise
        roll_back()
        return _indicator(indicator_code, Form(values=dict(request.form)).refuse(fault)), 422
    flash(_("已填报。"), "success")
    warn_of_later(current(), indicator_code, facts["as_of"], [facts["unit_id"]])
    return redirect(url_for("assessment.indicator", indicator_code=indicator_code))


@bp.get("/indicators/<indicator_code>/units/<uuid:unit_id>", permission=READ)
def facts(indicator_code: str, unit_id: UUID) -> str:
    context = current()
    asked = forms.query(SpanArgs)
    Paging.of(asked)
    span, pack = span_of(context, **asked), pack_of(context.session)
    own, unit, found = unit_facts(
        context.session, context.runtime.plugins, context.actor, pack, code=indicator_code, unit_id=unit_id, span=span
    )
    return render_template(
        "assessment/facts.html",
        own=own,
        unit=unit,
        facts=linked(context.actor, found.kept, unit_id=unit_id, since=span.starts, until=span.ends),
        total=found.total,
        span=span,
        quotes=pack.quotes(own.clauses),
        words=WORDS,
    )


def _indicator(code: str, form: Form) -> str:
    context = current()
    asked = forms.query(SpanArgs)
    paging, pack = Paging.of(asked), pack_of(context.session)
    span, verdict = span_of(context, **asked), request.args.get("verdict", "")
    own = indicator_of(pack, code)
    line, units = unit_figures(context.session, context.runtime.plugins, context.actor, pack, code=code, span=span)
    may_type = own.source is Measured.TYPED and context.actor.may(WRITE)
    return render_template(
        "assessment/indicator.html",
        own=own,
        line=line,
        page=paging.cut([unit for unit in units if verdict in ("", unit.verdict)]),
        span=span,
        verdict=verdict,
        verdicts=choices(VERDICTS),
        quotes=pack.quotes(own.clauses),
        words=WORDS,
        may_type=may_type,
        units=[(str(unit.unit_id), unit.unit_name) for unit in units],
        form=form,
        key=new_id(),
    )
