"""学期义务日历: a month of one unit, and how far it is in the school year."""

from __future__ import annotations

from datetime import date, timedelta

from flask import render_template
from flask_babel import gettext as _

from core.http import forms
from core.http.context import current
from core.kernel.errors import NotFound
from core.kernel.schoolyear import Span, school_year
from core.obligations.duties import unit_words
from core.obligations.month import quotas, weeks
from core.obligations.pages.blueprint import WORDS, bp, home_of, missing, quotes, units_of
from core.obligations.permissions import ObligationPermission
from core.obligations.queries import Asked, calendar_of, stream_rows
from core.obligations.requests import month_of
from core.obligations.schemas import CalendarArgs
from core.orgs.queries import unit_card

READ = ObligationPermission.READ


@bp.get("/due", permission=READ)
def calendar() -> str:
    context = current()
    args = forms.query(CalendarArgs)
    unit_id = args["unit_id"] or home_of(context)
    units = units_of(context)
    if unit_id is None and units:
        raise NotFound()
    if unit_id is None or not context.actor.may(READ, unit_id):
        raise NotFound()
    month = month_of(date.fromisoformat(f"{args['month']}-01") if args["month"] else context.today)
    year = school_year(month.starts)
    span = Span(month.starts - timedelta(days=6), month.ends + timedelta(days=6))
    whole = Span(min(span.starts, year.starts), max(span.ends, year.ends))
    coverage = context.actor.coverage(READ)
    plugins = context.runtime.plugins
    rows = list(
        stream_rows(
            context.session, plugins, coverage=coverage, asked=Asked(whole, unit_id=unit_id, reader=context.actor)
        )
    )
    unit, terms = unit_card(context.session, unit_id), calendar_of(context.session, whole)
    shown = [row for row in rows if row.due_on is None or row.due_on in span]
    in_year = [row for row in rows if row.due_on is None or row.due_on in year]
    words = unit_words(org_type=unit.org_type, kind=unit.kind, code=unit.code)
    return render_template(
        "obligations/calendar.html",
        unit=unit, units=units, month=month, before=month.starts - timedelta(days=1), after=month.ends + timedelta(days=1),
        weeks=weeks(shown, month, today=context.today, calendar=terms),
        quotas=quotas(in_year, words=words, calendar=terms, year=year), year=year,
        missing=missing(context), open_rows=[row for row in rows if row.due_on is None],
        quotes=quotes(context, {clause for row in rows for clause in row.duty.rule.sources}), words=WORDS,
        days=(_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日")),
    )  # fmt: skip
