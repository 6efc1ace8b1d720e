"""重点部位: list, detail, form."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from core.sdk.domain import Conflict, Invalid, Paging
from core.sdk.web import choices_of, current, expected_version, faults_of, form, query
from plugins.fire.buildings import building_options
from plugins.fire.pages.blueprint import bp, count, options, units
from plugins.fire.permissions import FirePermission
from plugins.fire.queries.facilities import facilities_at
from plugins.fire.queries.places import PlaceCard, PlaceFilter, patrols_of, place, places_page
from plugins.fire.requests import buildings, variant
from plugins.fire.schemas import PlaceArgs, PlaceIn, PlacePatch
from plugins.fire.services.places import add_place, change_place, retire_place
from plugins.fire.words import RESULTS

READ, WRITE = FirePermission.FACILITY_READ, FirePermission.FACILITY_WRITE


@bp.get("/places", permission=READ)
def places() -> str:
    context = current()
    args = query(PlaceArgs)
    paging = Paging.of(args)
    asked = variant()
    coverage = context.actor.coverage(READ)
    page = places_page(context.session, coverage, variant=asked, filters=PlaceFilter(**args), paging=paging)
    return render_template(
        "fire/places.html",
        page=page,
        asked=args,
        sort=paging.sort,
        active=count(args, "under", "kind", "text", "retired"),
        kinds=asked.places,
        unit_options=options(units(context.session, coverage)),
        may_write=context.actor.may(WRITE),
    )


@bp.get("/places/new", permission=WRITE)
def new_place() -> str:
    return _form({"unit_id": request.args.get("unit_id", "")}, {})


@bp.post("/places", permission=WRITE, creates=True)
def create_place() -> Response | tuple[str, int]:
    context = current()
    try:
        place_id = add_place(context.session, actor=context.actor, buildings=buildings(), **form(PlaceIn))
    except (Invalid, Conflict) as fault:
        return _form(request.form.to_dict(), faults_of(fault, "name")), 422
    flash(_("已登记重点部位。"), "success")
    return redirect(url_for("fire.place_detail", place_id=place_id))


@bp.get("/places/<uuid:place_id>", permission=READ)
def place_detail(place_id: UUID) -> str:
    context = current()
    coverage = context.actor.coverage(READ)
    card = place(context.session, coverage, place_id, variant=variant())
    sees_patrols = context.actor.may(FirePermission.PATROL_READ, card.unit_id)
    stands_in = buildings().by_id([card.building_id]).get(card.building_id) if card.building_id else None
    return render_template(
        "fire/place.html",
        place=card,
        building=stands_in,
        patrols=patrols_of(context.session, place_id) if sees_patrols else (),
        facilities=facilities_at(context.session, place_id),
        results=dict(choices_of(RESULTS)),
        may_write=context.actor.may(WRITE, card.unit_id),
        may_patrol=context.actor.may(FirePermission.PATROL_WRITE, card.unit_id),
        sees_patrols=sees_patrols,
        sees_hazards=context.actor.may("hazard:case:read", card.unit_id),
    )


@bp.get("/places/<uuid:place_id>/edit", permission=WRITE)
def edit_place(place_id: UUID) -> str:
    context = current()
    card = place(context.session, context.actor.coverage(WRITE), place_id, variant=variant())
    return _form(vars(card), {}, card)


@bp.post("/places/<uuid:place_id>", permission=WRITE)
def save_place(place_id: UUID) -> Response | tuple[str, int]:
    context = current()
    card = place(context.session, context.actor.coverage(WRITE), place_id, variant=variant())
    try:
        changes = form(PlacePatch)
        for emptied in ("building", "risk_note", "responsible_post"):
            changes.setdefault(emptied, "")  # a blank field of the form means empty
        change_place(
            context.session,
            actor=context.actor,
            place_id=place_id,
            version=expected_version(),
            changes=changes,
            buildings=buildings(),
        )
    except (Invalid, Conflict) as fault:
        return _form(request.form.to_dict(), faults_of(fault, "name"), card), 422
    flash(_("已保存。"), "success")
    return redirect(url_for("fire.place_detail", place_id=place_id))


@bp.post("/places/<uuid:place_id>/retire", permission=WRITE)
def retire(place_id: UUID) -> Response:
    context = current()
    retire_place(context.session, actor=context.actor, place_id=place_id, version=expected_version())
    flash(_("已停用，巡查记录仍可查看。"), "success")
    return redirect(url_for("fire.place_detail", place_id=place_id))


def _form(values: dict[str, Any], errors: dict[str, str], card: PlaceCard | None = None) -> str:
    context = current()
    asked = variant()
    mine = units(context.session, context.actor.coverage(WRITE))
    here = [unit for unit in mine if card is None or unit.id == card.unit_id]
    return render_template(
        "fire/place_form.html",
        values=values,
        errors=errors,
        place=card,
        kinds=asked.places,
        default_days=asked.patrol_days,
        unit_options=options(mine),
        building_options=building_options(buildings(), here),
    )
