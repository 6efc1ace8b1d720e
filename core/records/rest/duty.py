"""/api/v1/records/duty"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from core.http.context import current
from core.http.etag import expected_version
from core.http.paging import Page, Paging, page_schema
from core.records.permissions import RecordPermission
from core.records.queries.duty import ShiftLine, shifts_page
from core.records.rest.blueprint import bp
from core.records.schemas import DutyArgs, HandoverIn, MadeSchema, ReasonIn, ShiftIn, ShiftSchema
from core.records.services import duty
from core.records.services.duty import ShiftFacts

READ, WRITE = RecordPermission.READ, RecordPermission.WRITE


@bp.get("/duty", permission=READ)
@bp.arguments(DutyArgs, location="query")
@bp.response(200, page_schema(ShiftSchema))
def list_shifts(args: dict[str, Any]) -> Page[ShiftLine]:
    """Shifts by day, of the units the caller reaches."""
    context = current()
    paging = Paging.of(args)
    return shifts_page(context.session, context.actor, paging=paging, **args)


@bp.post("/duty", permission=WRITE, creates=True)
@bp.arguments(ShiftIn)
@bp.response(201, MadeSchema)
def post_shift(data: dict[str, Any]) -> dict[str, UUID]:
    """Puts somebody of the unit on duty."""
    context = current()
    return {"id": duty.plan_shift(context.session, actor=context.actor, facts=ShiftFacts(**data))}


@bp.post("/duty/<uuid:shift_id>/cancel", permission=WRITE)
@bp.doc(**{"x-if-match": True})
@bp.arguments(ReasonIn)
@bp.response(204)
def cancel_shift(data: dict[str, Any], shift_id: UUID) -> None:
    """Calls a shift off; it stays in the roster."""
    context = current()
    duty.cancel_shift(
        context.session, actor=context.actor, shift_id=shift_id, version=expected_version(), reason=data["reason"]
    )


@bp.post("/duty/<uuid:shift_id>/hand-over", permission=WRITE)
@bp.doc(**{"x-if-match": True})
@bp.arguments(HandoverIn)
@bp.response(204)
def hand_over(data: dict[str, Any], shift_id: UUID) -> None:
    """交班"""
    context = current()
    duty.hand_over(
        context.session, actor=context.actor, shift_id=shift_id, version=expected_version(), said=data["said"]
    )


@bp.post("/duty/<uuid:shift_id>/take-over", permission=WRITE)
@bp.doc(**{"x-if-match": True})
@bp.response(204)
def take_over(shift_id: UUID) -> None:
    """接班, by another person."""
    context = current()
    duty.take_over(context.session, actor=context.actor, shift_id=shift_id, version=expected_version())
