"""/api/v1/hazard-drafts"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, jsonify, make_response

from core.hazards.drafts.queries import DraftCard, draft_card, drafts_page
from core.hazards.drafts.schemas import AcceptedSchema, AcceptIn, DismissIn, DraftArgs, DraftSchema
from core.hazards.drafts.services import accept_draft, dismiss_draft
from core.hazards.permissions import HazardPermission
from core.hazards.requests import who_and_what
from core.http.blueprints import ApiBlueprint
from core.http.context import current
from core.http.etag import expected_version, with_etag
from core.http.paging import Page, Paging, page_schema

READ = HazardPermission.READ
bp = ApiBlueprint(
    "hazard_drafts", __name__, url_prefix="/api/v1/hazard-drafts", description="What rules of registers found"
)


@bp.get("", permission=READ)
@bp.arguments(DraftArgs, location="query")
@bp.response(200, page_schema(DraftSchema))
def drafts(args: dict[str, Any]) -> Page[DraftCard]:
    """Drafts of the units one reaches, newest first."""
    context = current()
    paging = Paging.of(args)
    return drafts_page(context.session, context.actor.coverage(READ), paging=paging, **args)


@bp.get("/<uuid:draft_id>", permission=READ)
@bp.response(200, DraftSchema)
def draft(draft_id: UUID) -> Response:
    """One draft."""
    return _shown(draft_id)


@bp.post("/<uuid:draft_id>/accept", permission=HazardPermission.REPORT)
@bp.doc(**{"x-if-match": True})
@bp.arguments(AcceptIn)
@bp.response(200, AcceptedSchema)
def accept(given: dict[str, Any], draft_id: UUID) -> dict[str, Any]:
    """Makes it a hazard; its source is the register's rule."""
    context = current()
    draft_card(context.session, context.actor.coverage(READ), draft_id)
    written = accept_draft(
        context.session, **who_and_what(context), draft_id=draft_id, version=expected_version(), **given
    )
    return {"hazard_id": written.id, "no": written.no}


@bp.post("/<uuid:draft_id>/dismiss", permission=HazardPermission.REGISTER)
@bp.doc(**{"x-if-match": True})
@bp.arguments(DismissIn)
@bp.response(200, DraftSchema)
def dismiss(given: dict[str, Any], draft_id: UUID) -> Response:
    """Says why it is no hazard."""
    context = current()
    draft_card(context.session, context.actor.coverage(READ), draft_id)
    dismiss_draft(context.session, actor=context.actor, draft_id=draft_id, version=expected_version(), **given)
    return _shown(draft_id)


def _shown(draft_id: UUID) -> Response:
    context = current()
    card = draft_card(context.session, context.actor.coverage(READ), draft_id)
    return with_etag(make_response(jsonify(DraftSchema().dump(card))), card.version)
