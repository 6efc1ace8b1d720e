"""/api/v1/campaigns/schemes"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from core.campaigns.permissions import CampaignPermission
from core.campaigns.queries.schemes import SchemeLine, schemes_page
from core.campaigns.rest.blueprint import bp
from core.campaigns.schemas import MadeSchema, ReviewIn, SchemeArgs, SchemeIn, SchemeSchema
from core.campaigns.services import schemes
from core.http.context import current
from core.http.etag import expected_version
from core.http.paging import Page, Paging, page_schema
from core.tenancy.shelf import pack_of

READ, SUBMIT, REVIEW = CampaignPermission.READ, CampaignPermission.SCHEME_SUBMIT, CampaignPermission.SCHEME_REVIEW


@bp.get("/schemes", permission=READ)
@bp.arguments(SchemeArgs, location="query")
@bp.response(200, page_schema(SchemeSchema))
def list_schemes(args: dict[str, Any]) -> Page[SchemeLine]:
    """Every school in reach with its scheme for a campaign (default: the outermost); what is missing first."""
    context = current()
    paging = Paging.of(args)
    args["campaign"] = args["campaign"] or pack_of(context.session).campaigns[0].code
    return schemes_page(context.session, context.actor, paging=paging, **args)


@bp.post("/schemes", permission=SUBMIT, creates=True)
@bp.doc(**{"x-if-match": True})
@bp.arguments(SchemeIn)
@bp.response(201, MadeSchema)
def post_scheme(data: dict[str, Any]) -> dict[str, UUID]:
    """Submits a scheme. If-Match: the version seen, 0 for the first time."""
    context = current()
    return {"id": schemes.submit_scheme(context.session, actor=context.actor, version=expected_version(), **data)}


@bp.post("/schemes/<uuid:scheme_id>/review", permission=REVIEW, changes=True)
@bp.arguments(ReviewIn)
@bp.response(204)
def review(data: dict[str, Any], scheme_id: UUID) -> None:
    """Accepts a scheme, or returns it with a reason."""
    context = current()
    schemes.review_scheme(context.session, actor=context.actor, scheme_id=scheme_id, version=expected_version(), **data)
