"""What phones send of a visit: answers, photos, signatures, findings. Each with an id of the device's making."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from core.http.context import current
from core.inspections.permissions import InspectionPermission
from core.inspections.queries.work import heads_of, work_of
from core.inspections.requests import storing, uploaded, who_and_what, work_json
from core.inspections.rest.blueprint import bp
from core.inspections.schemas import (
    AnswersIn,
    FindingIn,
    PhotoIn,
    ReceiptSchema,
    ReceiptsSchema,
    ReportedSchema,
    SignatureIn,
    WorkSchema,
)
from core.inspections.services import answering, findings

CONDUCT = InspectionPermission.CONDUCT


def _form(*fields: str) -> dict[str, Any]:
    """How the document describes an upload."""
    properties: dict[str, Any] = {name: {"type": "string"} for name in fields}
    properties["file"] = {"type": "string", "format": "binary"}
    schema = {"type": "object", "required": ["file", *fields], "properties": properties}
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}


@bp.get("/visits/<uuid:visit_id>/work", permission=CONDUCT)
@bp.response(200, WorkSchema)
def get_work(visit_id: UUID) -> dict[str, Any]:
    """Everything a phone needs to carry the visit out, and where each item stands."""
    context = current()
    return work_json(context, work_of(context.session, context.actor, visit_id))


@bp.post("/visits/<uuid:visit_id>/answers", permission=CONDUCT, creates=True)
@bp.arguments(AnswersIn)
@bp.response(200, ReceiptsSchema)
def post_answers(data: dict[str, Any], visit_id: UUID) -> dict[str, Any]:
    """Takes versions of answers; each gets a receipt, also when it comes a second time."""
    context = current()
    sent = data["answers"]
    receipts = answering.take_answers(context.session, actor=context.actor, visit_id=visit_id, sent=sent)
    work = work_of(context.session, context.actor, visit_id)
    heads = heads_of(context.session, context.actor, visit_id, {own.item for own in sent})
    return {"receipts": receipts, "heads": heads, "digest": work.digest, "rev": work.rev}


@bp.post("/visits/<uuid:visit_id>/photos", permission=CONDUCT, creates=True)
@bp.doc(**_form("id", "item"))
@bp.arguments(PhotoIn, location="form")
@bp.response(200, ReceiptSchema)
def post_photo(given: dict[str, Any], visit_id: UUID) -> dict[str, Any]:
    """A photo of an item, once."""
    context = current()
    stream, name = uploaded()
    state = answering.take_photo(
        context.session, actor=context.actor, visit_id=visit_id, photo_id=given["id"], item=given["item"],
        taken_at=given["taken_at"], stream=stream, name=name, **storing(context),
    )  # fmt: skip
    return {"id": given["id"], "state": state, "fault": ""}


@bp.post("/visits/<uuid:visit_id>/signatures", permission=CONDUCT, creates=True)
@bp.doc(**_form("id", "role", "name", "digest", "signed_at"))
@bp.arguments(SignatureIn, location="form")
@bp.response(200, ReceiptSchema)
def post_signature(given: dict[str, Any], visit_id: UUID) -> dict[str, Any]:
    """A drawn name under the answers as they were shown, once."""
    context = current()
    stream, _name = uploaded()
    signature_id = given.pop("id")
    state = answering.take_signature(
        context.session,
        actor=context.actor,
        visit_id=visit_id,
        signature_id=signature_id,
        stream=stream,
        **given,
        **storing(context),
    )
    return {"id": signature_id, "state": state, "fault": ""}


@bp.post("/visits/<uuid:visit_id>/findings", permission=CONDUCT, creates=True)
@bp.arguments(FindingIn)
@bp.response(200, ReportedSchema)
def post_finding(data: dict[str, Any], visit_id: UUID) -> findings.Reported:
    """A failed item becomes a hazard; the one that is there, if it was reported before."""
    context = current()
    return findings.report_finding(
        context.session, **who_and_what(context), visit_id=visit_id, item=data["item"], finding_id=data["id"]
    )
