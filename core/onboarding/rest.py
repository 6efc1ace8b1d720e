"""/api/v1/onboarding and /api/v1/pack/proposals."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, jsonify, make_response

from core.http.blueprints import ApiBlueprint
from core.http.context import current
from core.http.etag import expected_version, with_etag
from core.http.paging import Page, PageArgs, Paging, page_schema
from core.onboarding.queries.steps import StepLine, step_lines
from core.onboarding.queries.updates import ProposalLine, ProposalView, proposal_view, proposals
from core.onboarding.schemas import (
    AppliedSchema,
    ApplyIn,
    PlacesIn,
    ProposalSchema,
    ProposalViewSchema,
    StepSchema,
    WaitingSchema,
)
from core.onboarding.services.confirming import confirm_step, confirm_values
from core.onboarding.services.updates import apply_proposal, decline_proposal
from core.tenancy.merge import Side
from core.tenancy.packs.unconfirmed import Unconfirmed, unconfirmed
from core.tenancy.permissions import TenancyPermission
from core.tenancy.shelf import pack_of
from core.tenancy.updating import Applied

READ, WRITE = TenancyPermission.SETTING_READ, TenancyPermission.SETTING_WRITE
steps_bp = ApiBlueprint(
    "onboarding", __name__, url_prefix="/api/v1/onboarding", description="The first steps of a district"
)
proposals_bp = ApiBlueprint(
    "proposals",
    __name__,
    url_prefix="/api/v1/pack/proposals",
    description="New versions of the pack, offered to the district",
)


@steps_bp.get("/steps", permission=WRITE)
@steps_bp.arguments(PageArgs, location="query")
@steps_bp.response(200, page_schema(StepSchema))
def steps(args: dict[str, Any]) -> Page[StepLine]:
    """The first steps, in their order."""
    return Paging.of(args).cut(step_lines(current().session))


@steps_bp.post("/steps/<step>/confirm", permission=WRITE, repeatable="looked at is looked at")
@steps_bp.response(204)
def confirm(step: str) -> None:
    """Somebody of the district looked at it; again changes nothing."""
    context = current()
    confirm_step(context.session, actor=context.actor, step=step)


@steps_bp.get("/values", permission=WRITE)
@steps_bp.arguments(PageArgs, location="query")
@steps_bp.response(200, page_schema(WaitingSchema))
def values(args: dict[str, Any]) -> Page[Unconfirmed]:
    """What is 待确认, in the order of the pack."""
    return Paging.of(args).cut(unconfirmed(pack_of(current().session)))


@steps_bp.post("/values/confirm", permission=WRITE, repeatable="what is confirmed stays confirmed")
@steps_bp.arguments(PlacesIn)
@steps_bp.response(204)
def confirm_some(given: dict[str, Any]) -> None:
    """These values are the district's word from now on."""
    context = current()
    confirm_values(context.session, actor=context.actor, **given)


@proposals_bp.get("", permission=WRITE)
@proposals_bp.arguments(PageArgs, location="query")
@proposals_bp.response(200, page_schema(ProposalSchema))
def index(args: dict[str, Any]) -> Page[ProposalLine]:
    """All offers, newest first."""
    return proposals(current().session, paging=Paging.of(args))


@proposals_bp.get("/<uuid:proposal_id>", permission=WRITE)
@proposals_bp.response(200, ProposalViewSchema)
def one(proposal_id: UUID) -> Response:
    """An offer with what it would change, its conflicts with the district's own changes, and its ETag."""
    view = proposal_view(current().session, proposal_id=proposal_id)
    return with_etag(make_response(jsonify(ProposalViewSchema().dump(_facts(view)))), view.line.version)


@proposals_bp.post("/<uuid:proposal_id>/apply", permission=WRITE, changes=True)
@proposals_bp.arguments(ApplyIn)
@proposals_bp.response(200, AppliedSchema)
def apply(given: dict[str, Any], proposal_id: UUID) -> Applied:
    """Puts it in force, all or nothing."""
    context = current()
    decisions = {path: Side(side) for path, side in given["decisions"].items()}
    return apply_proposal(
        context.session, actor=context.actor, proposal_id=proposal_id, decisions=decisions, version=expected_version(),
        in_force=given["in_force"],
    )  # fmt: skip


@proposals_bp.post("/<uuid:proposal_id>/decline", permission=WRITE, changes=True)
@proposals_bp.response(204)
def decline(proposal_id: UUID) -> None:
    """The version in force stays."""
    context = current()
    decline_proposal(context.session, actor=context.actor, proposal_id=proposal_id, version=expected_version())


def _facts(view: ProposalView) -> dict[str, Any]:
    found = view.ahead.difference
    return {
        **vars(view.line), "in_force": view.ahead.version, "sections": found.sections if found else (),
        "moved": found.moved if found else (), "kept": view.ahead.merge.kept, "lapsed": view.ahead.merge.lapsed,
        "conflicts": view.ahead.merge.conflicts,
    }  # fmt: skip
