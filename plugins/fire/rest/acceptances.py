"""/api/v1/fire/acceptances"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from core.sdk.domain import Page, Paging
from core.sdk.web import current, expected_version, page_schema
from plugins.fire.acceptance import Facts, Step
from plugins.fire.permissions import FirePermission
from plugins.fire.queries.acceptances import AcceptanceCard, AcceptanceFilter, acceptance, acceptances_page
from plugins.fire.requests import buildings, variant
from plugins.fire.rest.blueprint import bp, marked
from plugins.fire.schemas import AcceptanceArgs, AcceptanceIn, AcceptanceSchema, StepIn
from plugins.fire.services.acceptances import register_building, take_step

READ, WRITE = FirePermission.ACCEPTANCE_READ, FirePermission.ACCEPTANCE_WRITE


@bp.get("/acceptances", permission=READ)
@bp.arguments(AcceptanceArgs, location="query")
@bp.response(200, page_schema(AcceptanceSchema))
def list_acceptances(args: dict[str, Any]) -> Page[AcceptanceCard]:
    """Buildings and how far their acceptance is; open ones first."""
    context = current()
    paging = Paging.of(args)
    coverage = context.actor.coverage(READ)
    filters = AcceptanceFilter(**args)
    return acceptances_page(context.session, coverage, variant=variant(), filters=filters, paging=paging)


@bp.post("/acceptances", permission=WRITE, creates=True)
@bp.arguments(AcceptanceIn)
@bp.response(201, AcceptanceSchema)
def post_acceptance(given: dict[str, Any]) -> tuple[AcceptanceCard, int, dict[str, str]]:
    """Registers a building."""
    context = current()
    return _answer(register_building(context.session, actor=context.actor, buildings=buildings(), **given), 201)


@bp.get("/acceptances/<uuid:acceptance_id>", permission=READ)
@bp.response(200, AcceptanceSchema)
def get_acceptance(acceptance_id: UUID) -> tuple[AcceptanceCard, int, dict[str, str]]:
    """One building."""
    return _answer(acceptance_id, 200)


@bp.post("/acceptances/<uuid:acceptance_id>/steps", permission=WRITE)
@bp.doc(**{"x-if-match": True})
@bp.arguments(StepIn)
@bp.response(200, AcceptanceSchema)
def post_step(given: dict[str, Any], acceptance_id: UUID) -> tuple[AcceptanceCard, int, dict[str, str]]:
    """Takes a step: path A 补办, or path B assessment → plan → rectification → reassessment."""
    context = current()
    step = Step(given.pop("step"))
    take_step(
        context.session,
        actor=context.actor,
        acceptance_id=acceptance_id,
        version=expected_version(),
        step=step,
        facts=Facts(**given),
    )
    return _answer(acceptance_id, 200)


def _answer(acceptance_id: UUID, status: int) -> tuple[AcceptanceCard, int, dict[str, str]]:
    context = current()
    card = acceptance(context.session, context.actor.coverage(READ), acceptance_id, variant=variant())
    return card, status, marked(card.version)
