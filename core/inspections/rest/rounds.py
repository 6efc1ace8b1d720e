"""/api/v1/inspections/rounds"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, jsonify

from core.http.context import current
from core.http.etag import expected_version, with_etag
from core.http.paging import Page, Paging, page_schema
from core.inspections.permissions import InspectionPermission
from core.inspections.queries.rounds import RoundLine, round_card, rounds_page
from core.inspections.requests import make_round
from core.inspections.rest.blueprint import bp
from core.inspections.schemas import (
    MadeSchema,
    ReasonIn,
    RevisitIn,
    RoundArgs,
    RoundCardSchema,
    RoundIn,
    RoundSchema,
    WitnessIn,
)
from core.inspections.services import draws, rounds
from core.tenancy.shelf import pack_of

READ, PLAN, DRAW = InspectionPermission.READ, InspectionPermission.PLAN, InspectionPermission.DRAW


@bp.get("/rounds", permission=READ)
@bp.arguments(RoundArgs, location="query")
@bp.response(200, page_schema(RoundSchema))
def list_rounds(args: dict[str, Any]) -> Page[RoundLine]:
    """Rounds, newest first; of a sealed draw only that it exists, and its commitment."""
    context = current()
    paging = Paging.of(args)
    return rounds_page(context.session, context.actor, paging=paging, **args)


@bp.post("/rounds", permission=PLAN, creates=True)
@bp.arguments(RoundIn)
@bp.response(201, MadeSchema)
def post_round(data: dict[str, Any]) -> dict[str, UUID]:
    """Plans named schools, a cluster among itself, or seals a draw."""
    return {"id": make_round(current(), data)}


@bp.get("/rounds/<uuid:round_id>", permission=READ)
@bp.response(200, RoundCardSchema)
def get_round(round_id: UUID) -> Response:
    """One round; once revealed with the record by which anyone can draw again."""
    context = current()
    card = round_card(context.session, context.actor, round_id)
    return with_etag(jsonify(RoundCardSchema().dump(card)), card.line.version)


@bp.post("/rounds/<uuid:round_id>/open", permission=DRAW)
@bp.doc(**{"x-if-match": True})
@bp.arguments(WitnessIn)
@bp.response(204)
def open_round(data: dict[str, Any], round_id: UUID) -> None:
    """Opens the envelope: draws, and sends the inspectors out."""
    context = current()
    draws.open_draw(
        context.session, actor=context.actor, pack=pack_of(context.session), round_id=round_id, version=expected_version(),
        witness=data["witness"],
    )  # fmt: skip


@bp.post("/rounds/<uuid:round_id>/reveal", permission=DRAW)
@bp.doc(**{"x-if-match": True})
@bp.response(204)
def reveal_round(round_id: UUID) -> None:
    """Publishes seed, words and pool."""
    context = current()
    draws.reveal_draw(context.session, actor=context.actor, round_id=round_id, version=expected_version())


@bp.post("/rounds/<uuid:round_id>/cancel", permission=PLAN)
@bp.doc(**{"x-if-match": True})
@bp.arguments(ReasonIn)
@bp.response(204)
def cancel_round(data: dict[str, Any], round_id: UUID) -> None:
    """Cancels what has not begun."""
    context = current()
    rounds.cancel_round(
        context.session, actor=context.actor, round_id=round_id, version=expected_version(), reason=data["reason"]
    )


@bp.post("/revisits", permission=PLAN, creates=True)
@bp.arguments(RevisitIn)
@bp.response(201, MadeSchema)
def post_revisit(data: dict[str, Any]) -> dict[str, UUID]:
    """回头看 of what a finished visit found."""
    context = current()
    return {"id": rounds.plan_revisit(context.session, actor=context.actor, pack=pack_of(context.session), **data)}
