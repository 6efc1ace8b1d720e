"""/api/v1/records/plans"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, jsonify

from core.http.context import current
from core.http.etag import expected_version, with_etag
from core.http.paging import Page, Paging, page_schema
from core.records.permissions import RecordPermission
from core.records.queries.plans import PlanLine, plan_card, plans_page
from core.records.rest.blueprint import bp
from core.records.schemas import (
    MadeSchema,
    PlanApiIn,
    PlanArgs,
    PlanCardSchema,
    PlanSchema,
    ReasonIn,
    RevisedSchema,
    RevisionApiIn,
)
from core.records.services import plans
from core.records.services.plans import PlanFacts
from core.tenancy.shelf import pack_of

READ, WRITE = RecordPermission.READ, RecordPermission.WRITE


@bp.get("/plans", permission=READ)
@bp.arguments(PlanArgs, location="query")
@bp.response(200, page_schema(PlanSchema))
def list_plans(args: dict[str, Any]) -> Page[PlanLine]:
    """Emergency plans in force; ``due``: those whose review is over its day."""
    context = current()
    paging = Paging.of(args)
    return plans_page(context.session, context.actor, paging=paging, **args)


@bp.post("/plans", permission=WRITE, creates=True)
@bp.arguments(PlanApiIn)
@bp.response(201, MadeSchema)
def post_plan(data: dict[str, Any]) -> dict[str, UUID]:
    """Issues a plan: its first version."""
    context = current()
    files = data.pop("file_ids")
    return {
        "id": plans.issue_plan(
            context.session, actor=context.actor, pack=pack_of(context.session), facts=PlanFacts(**data), file_ids=files
        )
    }


@bp.get("/plans/<uuid:plan_id>", permission=READ)
@bp.response(200, PlanCardSchema)
def get_plan(plan_id: UUID) -> Response:
    """One plan with every version."""
    context = current()
    card = plan_card(context.session, context.actor, plan_id)
    return with_etag(jsonify(PlanCardSchema().dump(card)), card.line.version)


@bp.post("/plans/<uuid:plan_id>/revise", permission=WRITE)
@bp.doc(**{"x-if-match": True})
@bp.arguments(RevisionApiIn)
@bp.response(200, RevisedSchema)
def revise_plan(data: dict[str, Any], plan_id: UUID) -> dict[str, int]:
    """A further version; the earlier ones stay as they are."""
    context = current()
    return {
        "no": plans.revise_plan(
            context.session, actor=context.actor, plan_id=plan_id, version=expected_version(), **data
        )
    }


@bp.post("/plans/<uuid:plan_id>/review", permission=WRITE)
@bp.doc(**{"x-if-match": True})
@bp.arguments(ReasonIn)
@bp.response(204)
def review_plan(data: dict[str, Any], plan_id: UUID) -> None:
    """Looked at again and still right."""
    context = current()
    plans.review_plan(
        context.session, actor=context.actor, plan_id=plan_id, version=expected_version(), reason=data["reason"]
    )


@bp.post("/plans/<uuid:plan_id>/retire", permission=WRITE)
@bp.doc(**{"x-if-match": True})
@bp.arguments(ReasonIn)
@bp.response(204)
def retire_plan(data: dict[str, Any], plan_id: UUID) -> None:
    """Withdraws it; it stays to be read."""
    context = current()
    plans.retire_plan(
        context.session, actor=context.actor, plan_id=plan_id, version=expected_version(), reason=data["reason"]
    )
