"""/api/v1/fire/places"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from core.sdk.domain import Page, Paging
from core.sdk.web import current, expected_version, page_schema
from plugins.fire.permissions import FirePermission
from plugins.fire.queries.places import PlaceCard, PlaceFilter, place, places_page
from plugins.fire.requests import buildings, variant
from plugins.fire.rest.blueprint import bp, marked
from plugins.fire.schemas import PlaceArgs, PlaceIn, PlacePatch, PlaceSchema
from plugins.fire.services.places import add_place, change_place, retire_place

READ, WRITE = FirePermission.FACILITY_READ, FirePermission.FACILITY_WRITE


@bp.get("/places", permission=READ)
@bp.arguments(PlaceArgs, location="query")
@bp.response(200, page_schema(PlaceSchema))
def list_places(args: dict[str, Any]) -> Page[PlaceCard]:
    """Key places with their last patrol."""
    context = current()
    paging = Paging.of(args)
    coverage = context.actor.coverage(READ)
    return places_page(context.session, coverage, variant=variant(), filters=PlaceFilter(**args), paging=paging)


@bp.post("/places", permission=WRITE, creates=True)
@bp.arguments(PlaceIn)
@bp.response(201, PlaceSchema)
def post_place(given: dict[str, Any]) -> tuple[PlaceCard, int, dict[str, str]]:
    """Adds a key place."""
    context = current()
    return _answer(add_place(context.session, actor=context.actor, buildings=buildings(), **given), 201)


@bp.get("/places/<uuid:place_id>", permission=READ)
@bp.response(200, PlaceSchema)
def get_place(place_id: UUID) -> tuple[PlaceCard, int, dict[str, str]]:
    """One key place."""
    return _answer(place_id, 200)


@bp.patch("/places/<uuid:place_id>", permission=WRITE)
@bp.arguments(PlacePatch)
@bp.response(200, PlaceSchema)
def patch_place(given: dict[str, Any], place_id: UUID) -> tuple[PlaceCard, int, dict[str, str]]:
    """Changes a key place."""
    context = current()
    change_place(
        context.session,
        actor=context.actor,
        place_id=place_id,
        version=expected_version(),
        changes=given,
        buildings=buildings(),
    )
    return _answer(place_id, 200)


@bp.delete("/places/<uuid:place_id>", permission=WRITE)
@bp.response(200, PlaceSchema)
def delete_place(place_id: UUID) -> tuple[PlaceCard, int, dict[str, str]]:
    """Retires a key place; its records stay."""
    context = current()
    retire_place(context.session, actor=context.actor, place_id=place_id, version=expected_version())
    return _answer(place_id, 200)


def _answer(place_id: UUID, status: int) -> tuple[PlaceCard, int, dict[str, str]]:
    context = current()
    card = place(context.session, context.actor.coverage(READ), place_id, variant=variant())
    return card, status, marked(card.version)
