"""/api/v1/inspections/visits"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, jsonify, request
from sqlalchemy import select

from core.http.context import current
from core.http.etag import expected_version, with_etag
from core.http.paging import Page, Paging, page_schema
from core.inspections.checklist import Result
from core.inspections.models import RectificationOrder
from core.inspections.permissions import InspectionPermission
from core.inspections.queries.visits import VisitFilter, VisitLine, visit_card, visits_page
from core.inspections.requests import storing
from core.inspections.rest.blueprint import bp
from core.inspections.schemas import (
    FinishIn,
    MadeSchema,
    OrderIn,
    OrderSchema,
    ReasonIn,
    ResultSchema,
    VisitArgs,
    VisitCardSchema,
    VisitIn,
    VisitSchema,
)
from core.inspections.services import orders, visits
from core.tenancy.shelf import pack_of

READ, CONDUCT = InspectionPermission.READ, InspectionPermission.CONDUCT


@bp.get("/visits", permission=READ)
@bp.arguments(VisitArgs, location="query")
@bp.response(200, page_schema(VisitSchema))
def list_visits(args: dict[str, Any]) -> Page[VisitLine]:
    """Visits, newest first, as far as the caller may know of them."""
    context = current()
    paging = Paging.of(args)
    return visits_page(context.session, context.actor, asked=VisitFilter(**args), paging=paging)


@bp.post("/visits", permission=CONDUCT, creates=True)
@bp.arguments(VisitIn)
@bp.response(201, MadeSchema)
def post_visit(data: dict[str, Any]) -> dict[str, UUID]:
    """Begins 自查 or 日检查 of one's own unit."""
    context = current()
    return {"id": visits.begin_own_check(context.session, actor=context.actor, pack=pack_of(context.session), **data)}


@bp.get("/visits/<uuid:visit_id>", permission=READ)
@bp.response(200, VisitCardSchema)
def get_visit(visit_id: UUID) -> Response:
    """One visit with every answer behind its score."""
    context = current()
    card = visit_card(context.session, context.actor, visit_id)
    return with_etag(jsonify(VisitCardSchema().dump(card)), card.line.version)


@bp.post("/visits/<uuid:visit_id>/start", permission=CONDUCT)
@bp.doc(**{"x-if-match": True})
@bp.response(204)
def start(visit_id: UUID) -> None:
    """The team is there."""
    context = current()
    visits.start_visit(context.session, actor=context.actor, visit_id=visit_id, version=expected_version())


@bp.post("/visits/<uuid:visit_id>/finish", permission=CONDUCT)
@bp.doc(**{"x-if-match": True})
@bp.arguments(FinishIn)
@bp.response(200, ResultSchema)
def finish(data: dict[str, Any], visit_id: UUID) -> Result:
    """Scores and closes it."""
    context = current()
    return visits.finish_visit(
        context.session,
        actor=context.actor,
        pack=pack_of(context.session),
        visit_id=visit_id,
        version=expected_version(),
        **data,
    )


@bp.post("/visits/<uuid:visit_id>/cancel", permission=READ)
@bp.doc(**{"x-if-match": True})
@bp.arguments(ReasonIn)
@bp.response(204)
def cancel(data: dict[str, Any], visit_id: UUID) -> None:
    """Calls it off."""
    context = current()
    visits.cancel_visit(
        context.session, actor=context.actor, visit_id=visit_id, version=expected_version(), reason=data["reason"]
    )


@bp.post("/visits/<uuid:visit_id>/order", permission=READ, creates=True)
@bp.arguments(OrderIn)
@bp.response(201, OrderSchema)
def post_order(data: dict[str, Any], visit_id: UUID) -> RectificationOrder:
    """Issues the 整改通知书; its file lies under /api/v1/files."""
    context = current()
    made = orders.issue_order(
        context.session, actor=context.actor, pack=pack_of(context.session), storage=storing(context)["storage"], visit_id=visit_id,
        due_on=data["due_on"], base_url=request.host_url.rstrip("/"),
    )  # fmt: skip
    return context.session.scalars(select(RectificationOrder).where(RectificationOrder.id == made)).one()
