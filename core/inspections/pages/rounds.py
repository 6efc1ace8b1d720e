"""检查安排: rounds, the sealed draw and its record."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from core.http import forms
from core.http.context import current
from core.http.etag import expected_version
from core.http.paging import Paging
from core.http.words import choices, said
from core.inspections.pages.blueprint import bp, faults_of
from core.inspections.permissions import InspectionPermission
from core.inspections.queries.checklists import usable
from core.inspections.queries.people import candidates, conflict_years
from core.inspections.queries.rounds import round_card, rounds_page
from core.inspections.queries.visits import VisitFilter, visits_page
from core.inspections.requests import make_round, recusals
from core.inspections.schemas import ReasonIn, RoundArgs, RoundIn, WitnessIn
from core.inspections.services import draws
from core.inspections.services import rounds as services
from core.inspections.words import KINDS, ROUND_STATES, STATES, TONES
from core.kernel.errors import NotFound, XiaoanError
from core.kernel.ids import new_id
from core.orgs.queries import unit_options
from core.tenancy.shelf import pack_of

READ, PLAN, DRAW = InspectionPermission.READ, InspectionPermission.PLAN, InspectionPermission.DRAW
MADE = ("special", "joint", "peer", "blind")
UNITS = ("school", "kindergarten", "training_institution")


@bp.get("/inspections/rounds", permission=READ)
def rounds() -> str:
    context = current()
    args = forms.query(RoundArgs)
    paging = Paging.of(args)
    return render_template(
        "inspections/rounds.html",
        page=rounds_page(context.session, context.actor, paging=paging, **args),
        asked=args,
        active=sum(1 for value in args.values() if value),
        words={"kinds": KINDS, "states": ROUND_STATES},
        kinds=choices({kind: KINDS[kind] for kind in MADE}),
        states=choices(ROUND_STATES),
        may_plan=context.actor.may(PLAN),
    )


@bp.get("/inspections/rounds/new", permission=PLAN)
def new_round() -> str:
    return _new(request.args, {}, "")


@bp.post("/inspections/rounds/new", permission=PLAN, creates=True)
def create_round() -> Response | tuple[str, int]:
    try:
        with current().session.begin_nested():  # a refused form leaves no number behind
            made = make_round(current(), {**forms.form(RoundIn), "avoid": recusals()})
    except XiaoanError as fault:
        if isinstance(fault, NotFound):
            raise
        errors, message = faults_of(fault)
        return _new(request.form, errors, message), 422
    return redirect(url_for("inspections.round", round_id=made))


def _new(values: MultiDict[str, str], errors: dict[str, str], message: str) -> str:
    context = current()
    offered = [kind for kind in MADE if kind != "blind" or context.actor.may(DRAW)]
    kind = values.get("kind") if values.get("kind") in offered else "special"
    coverage = context.actor.coverage(DRAW if kind == "blind" else PLAN)
    units = unit_options(context.session, coverage, ("cluster",) if kind == "peer" else UNITS)
    people = candidates(context.session, pack_of(context.session)) if kind != "peer" else {}
    return render_template(
        "inspections/round_new.html",
        kind=kind,
        kinds=choices({own: KINDS[own] for own in offered}),
        checklists=[(str(own_id), title) for own_id, title in usable(context.session, str(kind))],
        units=[(str(unit.id), unit.name) for unit in units],
        people=[(str(own.person_id), f"{own.name}（{own.unit_name}·{said(own.title)}）") for own in people.values()],
        values=values,
        avoid=_rows(values),
        chosen={"unit_ids": values.getlist("unit_ids"), "person_ids": values.getlist("person_ids")},
        errors=errors,
        message=message,
        years=conflict_years(context.session),
        key=new_id(),
        today=context.today,
    )


def _rows(values: MultiDict[str, str]) -> list[tuple[str, str]]:
    """(person, unit) as chosen, and a free row behind."""
    return [*zip(values.getlist("avoid.person"), values.getlist("avoid.unit"), strict=False), ("", "")]


@bp.get("/inspections/rounds/<uuid:round_id>", permission=READ, endpoint="round")
def one_round(round_id: UUID) -> str:
    return _round(round_id, {}, "")


@bp.post("/inspections/rounds/<uuid:round_id>/open", permission=DRAW)
def open_round(round_id: UUID) -> Response | tuple[str, int]:
    context = current()

    def act() -> None:
        witness = forms.form(WitnessIn)["witness"]
        draws.open_draw(
            context.session, actor=context.actor, pack=pack_of(context.session), round_id=round_id, version=expected_version(),
            witness=witness,
        )  # fmt: skip

    return _acted(round_id, act, _("已开封，检查人员已收到各自的任务。"))


@bp.post("/inspections/rounds/<uuid:round_id>/reveal", permission=DRAW)
def reveal_round(round_id: UUID) -> Response | tuple[str, int]:
    context = current()

    def act() -> None:
        draws.reveal_draw(context.session, actor=context.actor, round_id=round_id, version=expected_version())

    return _acted(round_id, act, _("已公布，任何人都可以重算核对。"))


@bp.post("/inspections/rounds/<uuid:round_id>/cancel", permission=PLAN)
def cancel_round(round_id: UUID) -> Response | tuple[str, int]:
    context = current()

    def act() -> None:
        reason = forms.form(ReasonIn)["reason"]
        services.cancel_round(
            context.session, actor=context.actor, round_id=round_id, version=expected_version(), reason=reason
        )

    return _acted(round_id, act, _("已作废，未开始的检查已取消。"))


def _acted(round_id: UUID, act: Any, done: str) -> Response | tuple[str, int]:
    try:
        act()
    except XiaoanError as fault:
        if isinstance(fault, NotFound):
            raise
        errors, message = faults_of(fault)
        current().session.rollback()
        return _round(round_id, errors, message), 422
    flash(done, "success")
    return redirect(url_for("inspections.round", round_id=round_id))


def _round(round_id: UUID, errors: dict[str, str], message: str) -> str:
    context = current()
    card = round_card(context.session, context.actor, round_id)
    visits = visits_page(
        context.session, context.actor, asked=VisitFilter(round_id=round_id), paging=Paging(page_size=200)
    )
    names = {own["id"]: own["name"] for kind in ("units", "inspectors") for own in (card.pool or {}).get(kind, ())}
    return render_template(
        "inspections/round.html",
        card=card,
        visits=visits,
        names=names,
        words={"kinds": KINDS, "states": ROUND_STATES, "visit_states": STATES, "tones": TONES},
        errors=errors,
        message=message,
    )
