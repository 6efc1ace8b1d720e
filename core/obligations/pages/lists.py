"""应办事项: the list with its filters, the district view, one duty with its sources side by side."""

from __future__ import annotations

from flask import render_template

from core.http import forms
from core.http.context import current
from core.http.paging import Paging
from core.kernel.errors import NotFound
from core.obligations.duties import meant
from core.obligations.pages.blueprint import WORDS, bp, missing, quotes, states, units_of, ways
from core.obligations.permissions import ObligationPermission
from core.obligations.queries import due_rows, due_sums, duty_tallies, pack_duties
from core.obligations.requests import asked_of
from core.obligations.schemas import DueArgs, DutyArgs
from core.obligations.standards import standards_of
from core.tenancy.shelf import pack_of
from core.tenancy.values import layers

READ = ObligationPermission.READ


@bp.get("/due/list", permission=READ)
def rows() -> str:
    context = current()
    args = forms.query(DueArgs)
    paging = Paging.of(args)
    asked = asked_of(context, args)
    page = due_rows(
        context.session, context.runtime.plugins, coverage=context.actor.coverage(READ), asked=asked, paging=paging
    )
    duties = pack_duties(context.session)
    return render_template(
        "obligations/list.html",
        page=page, missing=missing(context), asked=asked, args=args, active=sum(1 for value in args.values() if value), states=states(), words=WORDS,
        units=units_of(context), clusters=units_of(context, ("cluster",)), codes=[(duty.code, duty.rule.title) for duty in duties],
        quotes=quotes(context, {clause for row in page.items for clause in row.duty.rule.sources}),
    )  # fmt: skip


@bp.get("/due/district", permission=READ)
def district() -> str:
    """Per obligation: how many units owe it and how it stands; one click to those who have not."""
    context = current()
    args = forms.query(DutyArgs)
    Paging.of(args)
    asked = asked_of(context, args)
    tallies = duty_tallies(context.session, context.runtime.plugins, coverage=context.actor.coverage(READ), asked=asked)
    lines = [(duty, tallies[duty.code]) for duty in pack_duties(context.session) if duty.code in tallies]
    return render_template(
        "obligations/district.html",
        lines=lines, missing=missing(context), asked=asked, args=args, active=sum(1 for value in args.values() if value), words=WORDS,
        clusters=units_of(context, ("cluster",)), units=units_of(context),
    )  # fmt: skip


@bp.get("/due/duties/<duty_code>", permission=READ)
def duty(duty_code: str) -> str:
    """One obligation: whom it means, when, why, how its occurrences stand, and who else asks for the same."""
    context = current()
    found = {own.code: own for own in pack_duties(context.session)}
    own = found.get(duty_code)
    if own is None:
        raise NotFound()
    args = forms.query(DutyArgs)
    Paging.of(args)
    asked = asked_of(context, {**args, "code": duty_code})
    coverage = context.actor.coverage(READ)
    sums = due_sums(context.session, context.runtime.plugins, coverage=coverage, asked=asked)
    beside = [other for other in found.values() if other.group == own.group and other.code != duty_code]
    group, pack = [own, *beside], pack_of(context.session)
    return render_template(
        "obligations/duty.html",
        duty=own, ways=ways(context, own), group=group, sums=sums, missing=missing(context), asked=asked, words=WORDS, meant={one.code: meant(pack, one) for one in group},
        quotes=quotes(context, {clause for one in group for clause in one.rule.sources}),
        standards=standards_of(group, kinds={own.code: own.kind for own in pack.org_types}, layers=layers(context.session)),
        levels={layer.code: layer.label for layer in pack.base} | {pack.slug: pack.short_name},
    )  # fmt: skip
