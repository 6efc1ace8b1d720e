"""/api/v1/inspections/checklists"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, jsonify

from core.http.context import current
from core.http.etag import expected_version, with_etag
from core.http.paging import Page, Paging, page_schema
from core.inspections.permissions import InspectionPermission
from core.inspections.queries.checklists import ChecklistLine, checklist_card, checklists_page
from core.inspections.requests import catalogue, offers
from core.inspections.rest.blueprint import bp
from core.inspections.schemas import (
    ChecklistArgs,
    ChecklistCardSchema,
    ChecklistSchema,
    ContentIn,
    MadeSchema,
    PublishedSchema,
    TakenSchema,
    content_in,
)
from core.inspections.services import checklists as services
from core.tenancy.shelf import pack_of

READ, WRITE = InspectionPermission.READ, InspectionPermission.CHECKLIST


@bp.get("/checklists", permission=READ)
@bp.arguments(ChecklistArgs, location="query")
@bp.response(200, page_schema(ChecklistSchema))
def list_checklists(args: dict[str, Any]) -> Page[ChecklistLine]:
    """Checklists in use."""
    paging = Paging.of(args)
    return checklists_page(current().session, paging=paging, **args)


@bp.post("/checklists", permission=WRITE, creates=True)
@bp.arguments(ContentIn)
@bp.response(201, MadeSchema)
def post_checklist(data: dict[str, Any]) -> dict[str, UUID]:
    """A draft of the district's own; publish it to use it."""
    context = current()
    made = services.draft_checklist(
        context.session, actor=context.actor, pack=pack_of(context.session), catalogue=catalogue(context), content=content_in(data),
        domain=data["domain"], kinds=data["kinds"],
    )  # fmt: skip
    return {"id": made}


@bp.post("/checklists/take", permission=WRITE, creates=True)
@bp.response(200, TakenSchema)
def take() -> dict[str, int]:
    """Takes over what the district's pack and the modules offer now."""
    context = current()
    return {"taken": services.take_offers(context.session, actor=context.actor, offers=offers(context))}


@bp.get("/checklists/<uuid:checklist_id>", permission=READ)
@bp.response(200, ChecklistCardSchema)
def get_checklist(checklist_id: UUID) -> Response:
    """One checklist with its versions."""
    card = checklist_card(current().session, checklist_id)
    return with_etag(jsonify(ChecklistCardSchema().dump(card)), card.line.version)


@bp.put("/checklists/<uuid:checklist_id>/draft", permission=WRITE)
@bp.arguments(ContentIn)
@bp.response(204)
def put_draft(data: dict[str, Any], checklist_id: UUID) -> None:
    """The next version's text; what is in force stays as it is."""
    context = current()
    services.change_draft(
        context.session, actor=context.actor, pack=pack_of(context.session), catalogue=catalogue(context), checklist_id=checklist_id,
        version=expected_version(), content=content_in(data), kinds=data["kinds"],
    )  # fmt: skip


@bp.post("/checklists/<uuid:checklist_id>/publish", permission=WRITE)
@bp.doc(**{"x-if-match": True})
@bp.response(200, PublishedSchema)
def publish(checklist_id: UUID) -> dict[str, int]:
    """The draft becomes the next version, for good."""
    context = current()
    return {
        "no": services.publish_checklist(
            context.session, actor=context.actor, checklist_id=checklist_id, version=expected_version()
        )
    }
