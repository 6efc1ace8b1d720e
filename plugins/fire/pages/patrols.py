"""防火巡查: the round on the phone, a finding that becomes a hazard, the list of all patrols."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from core.sdk.domain import NotFound, Paging, TenantSession, XiaoanError, unit_card
from core.sdk.web import choices_of, current, faults_of, form, keep_uploads, query, reporter, words_of
from plugins.fire.meta import META
from plugins.fire.pages.blueprint import bp, count, units
from plugins.fire.permissions import FirePermission
from plugins.fire.queries.patrols import heat_map, patrols_page
from plugins.fire.queries.places import PlaceCard, place, places_in, units_with_places
from plugins.fire.requests import variant
from plugins.fire.schemas import FindingIn, PatrolArgs, RoundIn
from plugins.fire.services.findings import record_finding, report_finding
from plugins.fire.services.patrols import record_normal_round, record_patrol
from plugins.fire.words import RESULTS

READ, WRITE = FirePermission.PATROL_READ, FirePermission.PATROL_WRITE


@bp.get("/patrols", permission=READ)
def patrols() -> str:
    context = current()
    args = query(PatrolArgs)
    paging = Paging.of(args)
    coverage = context.actor.coverage(READ)
    asked = variant()
    return render_template(
        "fire/patrols.html",
        page=patrols_page(context.session, coverage, paging=paging, result=args["result"], place_id=args["place_id"]),
        view={"heat": heat_map(context.session, coverage, variant=asked)},
        variant=asked,
        asked=args,
        active=count(args, "result", "place_id"),
        results=dict(choices_of(RESULTS)),
        may_patrol=context.actor.may(WRITE),
        may_report=context.actor.may(WRITE) and context.actor.may("hazard:case:report"),
        may_write=context.actor.may(FirePermission.FACILITY_WRITE),
        sees_hazards=context.actor.may("hazard:case:read"),
    )


@bp.get("/patrol", permission=WRITE)
def patrol() -> Response | str:
    """Straight to the round where there is only one unit to walk through."""
    context = current()
    coverage = context.actor.coverage(WRITE)
    numbers = dict(units_with_places(context.session, coverage))
    if len(numbers) == 1:
        return redirect(url_for("fire.patrol_unit", unit_id=next(iter(numbers))))
    offered = [unit for unit in units(context.session, coverage) if unit.id in numbers]
    return render_template("fire/patrol_units.html", offered=offered, numbers=numbers)


@bp.get("/patrol/<uuid:unit_id>", permission=WRITE)
def patrol_unit(unit_id: UUID) -> str:
    return _round(unit_id)


@bp.post("/patrol/<uuid:unit_id>", permission=WRITE)
def walk(unit_id: UUID) -> Response:
    """The ticked places were all in order."""
    context = current()
    number = record_normal_round(context.session, actor=context.actor, **form(RoundIn))
    flash(_("已记录%(n)s处正常。", n=number), "success")
    return redirect(url_for("fire.patrol_unit", unit_id=unit_id))


@bp.post("/patrol/places/<uuid:place_id>", permission=WRITE)
def normal(place_id: UUID) -> Response | str:
    """One tap: this place is in order."""
    context = current()
    record_patrol(context.session, actor=context.actor, place_id=place_id, result="normal")
    card = _card(context.session, place_id)
    if request.headers.get("HX-Request"):
        return render_template("fire/_patrol_row.html", place=card, today=context.today)
    return redirect(url_for("fire.patrol_unit", unit_id=card.unit_id))


@bp.get("/patrol/places/<uuid:place_id>/finding", permission=WRITE)
def finding(place_id: UUID) -> str:
    return _finding(place_id, {}, {})


@bp.post("/patrol/places/<uuid:place_id>/finding", permission=WRITE, creates=True)
def save_finding(place_id: UUID) -> Response | tuple[str, int]:
    context = current()
    card = _card(context.session, place_id)
    values = request.form.to_dict()
    try:
        given = form(FindingIn)
        with context.session.begin_nested():  # a finding without its hazard, or the other way round, must not stay
            photos = keep_uploads(context, "photos", purpose="before")
            record_finding(
                context.session,
                actor=context.actor,
                report=reporter(context),
                place_id=place_id,
                file_ids=photos,
                **given,
            )
    except XiaoanError as fault:
        if isinstance(fault, NotFound):
            raise
        return _finding(place_id, values, faults_of(fault, "note")), 422
    flash(_("已登记为隐患，按流程整改。"), "success")
    return redirect(url_for("fire.patrol_unit", unit_id=card.unit_id))


@bp.post("/patrols/<uuid:patrol_id>/hazard", permission=WRITE)
def finding_to_hazard(patrol_id: UUID) -> Response:
    """A finding that was only written down."""
    context = current()
    report_finding(context.session, actor=context.actor, report=reporter(context), patrol_id=patrol_id)
    flash(_("已登记为隐患，按流程整改。"), "success")
    return redirect(url_for("fire.patrols"))


def _round(unit_id: UUID) -> str:
    context = current()
    context.actor.require(WRITE, unit_id)
    places = places_in(context.session, context.actor.coverage(WRITE), variant=variant(), unit_id=unit_id)
    return render_template(
        "fire/patrol.html",
        unit=unit_card(context.session, unit_id),
        places=places,
        today=context.today,
        done=sum(1 for card in places if card.last_on == context.today),
    )


def _finding(place_id: UUID, values: dict[str, Any], errors: dict[str, str]) -> str:
    context = current()
    words = words_of(context, META)
    return render_template(
        "fire/finding.html",
        place=_card(context.session, place_id),
        values=values,
        errors=errors,
        categories=[(category.code, category.title) for category in words.categories],
    )


def _card(session: TenantSession, place_id: UUID) -> PlaceCard:
    return place(session, current().actor.coverage(WRITE), place_id, variant=variant())
