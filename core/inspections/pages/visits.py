"""检查: the list, one visit with what is behind its score, and the own check."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from marshmallow import Schema, fields, validate
from werkzeug.wrappers import Response

from core.http import forms
from core.http.context import current
from core.http.etag import expected_version
from core.http.paging import Paging
from core.http.words import choices
from core.inspections.pages.blueprint import bp, faults_of
from core.inspections.permissions import InspectionPermission
from core.inspections.queries.checklists import usable
from core.inspections.queries.people import candidates
from core.inspections.queries.visits import VisitCard, VisitFilter, visit_card, visits_page
from core.inspections.requests import storing
from core.inspections.schemas import OrderIn, ReasonIn, VisitArgs, VisitIn
from core.inspections.services import orders, rounds, visits
from core.inspections.words import KINDS, OWN_KINDS, ROLES, STATES, TONES, VERDICTS
from core.kernel.errors import NotFound, XiaoanError
from core.kernel.ids import new_id
from core.orgs.queries import unit_options
from core.tenancy.shelf import pack_of

READ, CONDUCT, PLAN = InspectionPermission.READ, InspectionPermission.CONDUCT, InspectionPermission.PLAN
UNITS = ("school", "kindergarten", "campus", "training_institution")


class RevisitForm(Schema):
    """The visit is in the address."""

    planned_on = fields.Date(required=True)
    person_ids = fields.List(fields.UUID(), required=True, validate=validate.Length(min=1, max=50))


@bp.get("/inspections", permission=READ)
def visits_list() -> str:
    context = current()
    args = forms.query(VisitArgs)
    paging = Paging.of(args)
    asked = VisitFilter(**args)
    return render_template(
        "inspections/visits.html",
        page=visits_page(context.session, context.actor, asked=asked, paging=paging),
        asked=asked,
        active=sum(1 for value in args.values() if value),
        kinds=choices(KINDS),
        states=choices(STATES),
        units=[(str(own.id), own.name) for own in unit_options(context.session, context.actor.coverage(READ), UNITS)],
        words={"kinds": KINDS, "states": STATES, "tones": TONES},
        may_conduct=context.actor.may(CONDUCT),
        may_plan=context.actor.may(PLAN),
        today=context.today,
    )


@bp.get("/inspections/new", permission=CONDUCT)
def new() -> str:
    return _new(request.args.to_dict(), {}, "")


@bp.post("/inspections/new", permission=CONDUCT, creates=True)
def create() -> Response | tuple[str, int]:
    context = current()
    try:
        given = forms.form(VisitIn)
        made = visits.begin_own_check(context.session, actor=context.actor, pack=pack_of(context.session), **given)
    except XiaoanError as fault:
        if isinstance(fault, NotFound):
            raise
        errors, message = faults_of(fault)
        return _new(request.form.to_dict(), errors, message), 422
    return redirect(url_for("inspections.go", visit_id=made))


def _new(values: dict[str, Any], errors: dict[str, str], message: str) -> str:
    context = current()
    kind = values.get("kind") if values.get("kind") in OWN_KINDS else "daily"
    units = unit_options(context.session, context.actor.coverage(CONDUCT), UNITS)
    homes = {grant.home_unit_id for grant in context.actor.grants}
    own = [unit for unit in units if unit.id in homes] or list(units)
    return render_template(
        "inspections/new.html",
        kind=kind,
        kinds=choices({own: KINDS[own] for own in OWN_KINDS}),
        checklists=[(str(own_id), title) for own_id, title in usable(context.session, str(kind))],
        units=[(str(unit.id), unit.name) for unit in own],
        values=values,
        errors=errors,
        message=message,
        key=new_id(),
    )


@bp.get("/inspections/visits/<uuid:visit_id>", permission=READ)
def visit(visit_id: UUID) -> str:
    return _visit(visit_id, {}, "")


@bp.post("/inspections/visits/<uuid:visit_id>/start", permission=CONDUCT)
def start(visit_id: UUID) -> Response | tuple[str, int]:
    context = current()
    try:
        visits.start_visit(context.session, actor=context.actor, visit_id=visit_id, version=expected_version())
    except XiaoanError as fault:
        return _refused(visit_id, fault)
    return redirect(url_for("inspections.go", visit_id=visit_id))


@bp.post("/inspections/visits/<uuid:visit_id>/cancel", permission=READ)
def cancel(visit_id: UUID) -> Response | tuple[str, int]:
    context = current()
    try:
        given = forms.form(ReasonIn)
        visits.cancel_visit(
            context.session, actor=context.actor, visit_id=visit_id, version=expected_version(), reason=given["reason"]
        )
    except XiaoanError as fault:
        return _refused(visit_id, fault)
    flash(_("检查已取消。"), "success")
    return redirect(url_for("inspections.visit", visit_id=visit_id))


@bp.post("/inspections/visits/<uuid:visit_id>/order", permission=READ, creates=True)
def order(visit_id: UUID) -> Response | tuple[str, int]:
    context = current()
    try:
        given = forms.form(OrderIn)
        orders.issue_order(
            context.session, actor=context.actor, pack=pack_of(context.session), storage=storing(context)["storage"], visit_id=visit_id,
            due_on=given["due_on"], base_url=request.host_url.rstrip("/"),
        )  # fmt: skip
    except XiaoanError as fault:
        return _refused(visit_id, fault)
    flash(_("整改通知书已出具，并通知了被检查单位。"), "success")
    return redirect(url_for("inspections.visit", visit_id=visit_id))


@bp.post("/inspections/visits/<uuid:visit_id>/revisit", permission=PLAN, creates=True)
def revisit(visit_id: UUID) -> Response | tuple[str, int]:
    context = current()
    try:
        given = forms.form(RevisitForm)
        made = rounds.plan_revisit(
            context.session, actor=context.actor, pack=pack_of(context.session), visit_id=visit_id, **given
        )
    except XiaoanError as fault:
        return _refused(visit_id, fault)
    flash(_("已安排“回头看”。"), "success")
    return redirect(url_for("inspections.visit", visit_id=made))


def _refused(visit_id: UUID, fault: XiaoanError) -> tuple[str, int]:
    """The page again with what is wrong; what is not there stays not there."""
    if isinstance(fault, NotFound):
        raise fault
    errors, message = faults_of(fault)
    current().session.rollback()
    return _visit(visit_id, errors, message), 422


def _visit(visit_id: UUID, errors: dict[str, str], message: str) -> str:
    context = current()
    card = visit_card(context.session, context.actor, visit_id)
    plans = context.actor.may(PLAN, card.line.unit_id)
    people = candidates(context.session, pack_of(context.session)) if plans and _revisitable(card) else {}
    return render_template(
        "inspections/visit.html",
        card=card,
        words={"kinds": KINDS, "states": STATES, "verdicts": VERDICTS, "roles": ROLES, "tones": TONES},
        errors=errors,
        message=message,
        plans=plans,
        revisitable=plans and _revisitable(card),
        may_order=card.order is None
        and card.line.state == "finished"
        and card.line.failed > 0
        and card.line.kind not in OWN_KINDS
        and (plans or card.may_conduct),
        may_cancel=card.line.state in ("planned", "under_way")
        and (plans or (card.line.kind in OWN_KINDS and context.actor.may(CONDUCT, card.line.unit_id))),
        people=[(str(own.person_id), f"{own.name}（{own.unit_name}）") for own in people.values()],
        key=new_id(),
        sees_hazards=context.actor.may("hazard:case:read"),
        today=context.today,
    )


def _revisitable(card: VisitCard) -> bool:
    return card.line.state == "finished" and card.line.failed > 0
