"""/api/v1/fire/facilities, /api/v1/fire/certificates"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response

from core.sdk.domain import Page, Paging
from core.sdk.web import current, expected_version, page_schema
from plugins.fire.permissions import FirePermission
from plugins.fire.queries.facilities import (
    CertificateLine,
    FacilityCard,
    FacilityFilter,
    certificates,
    facilities_page,
    facility,
)
from plugins.fire.requests import buildings, variant
from plugins.fire.rest.blueprint import bp, marked, nothing
from plugins.fire.schemas import (
    CertificateIn,
    CertificateSchema,
    FacilityArgs,
    FacilityIn,
    FacilityPatch,
    FacilitySchema,
    MadeSchema,
    TestedIn,
)
from plugins.fire.services.facilities import (
    add_facility,
    change_facility,
    record_test,
    remove_facility,
    set_certificates,
)

READ, WRITE = FirePermission.FACILITY_READ, FirePermission.FACILITY_WRITE


@bp.get("/facilities", permission=READ)
@bp.arguments(FacilityArgs, location="query")
@bp.response(200, page_schema(FacilitySchema))
def list_facilities(args: dict[str, Any]) -> Page[FacilityCard]:
    """Facilities in use, soonest test first."""
    context = current()
    paging = Paging.of(args)
    return facilities_page(context.session, context.actor.coverage(READ), filters=FacilityFilter(**args), paging=paging)


@bp.post("/facilities", permission=WRITE, creates=True)
@bp.arguments(FacilityIn)
@bp.response(201, FacilitySchema)
def post_facility(given: dict[str, Any]) -> tuple[FacilityCard, int, dict[str, str]]:
    """Adds facilities."""
    context = current()
    return _answer(add_facility(context.session, actor=context.actor, buildings=buildings(), **given), 201)


@bp.get("/facilities/<uuid:facility_id>", permission=READ)
@bp.response(200, FacilitySchema)
def get_facility(facility_id: UUID) -> tuple[FacilityCard, int, dict[str, str]]:
    """One entry."""
    return _answer(facility_id, 200)


@bp.patch("/facilities/<uuid:facility_id>", permission=WRITE)
@bp.arguments(FacilityPatch)
@bp.response(200, FacilitySchema)
def patch_facility(given: dict[str, Any], facility_id: UUID) -> tuple[FacilityCard, int, dict[str, str]]:
    """Changes an entry."""
    context = current()
    change_facility(
        context.session,
        actor=context.actor,
        facility_id=facility_id,
        version=expected_version(),
        changes=given,
        buildings=buildings(),
    )
    return _answer(facility_id, 200)


@bp.post("/facilities/<uuid:facility_id>/tests", permission=WRITE)
@bp.doc(**{"x-if-match": True})
@bp.arguments(TestedIn)
@bp.response(200, FacilitySchema)
def post_test(given: dict[str, Any], facility_id: UUID) -> tuple[FacilityCard, int, dict[str, str]]:
    """Records a test that was passed."""
    context = current()
    record_test(context.session, actor=context.actor, facility_id=facility_id, version=expected_version(), **given)
    return _answer(facility_id, 200)


@bp.delete("/facilities/<uuid:facility_id>", permission=WRITE)
@bp.response(204)
def delete_facility(facility_id: UUID) -> Response:
    """Takes an entry out of use; its records stay."""
    context = current()
    remove_facility(context.session, actor=context.actor, facility_id=facility_id, version=expected_version())
    return nothing()


@bp.get("/certificates", permission=READ)
@bp.response(200, page_schema(CertificateSchema))
def list_certificates() -> Page[CertificateLine]:
    """Every campus with what it has and lacks, in one page."""
    context = current()
    lines = certificates(context.session, context.actor.coverage(READ), variant=variant())
    return Page(lines, len(lines), 1, max(1, len(lines)))


@bp.post("/certificates", permission=WRITE, creates=True)
@bp.arguments(CertificateIn)
@bp.response(201, MadeSchema)
def post_certificates(given: dict[str, Any]) -> dict[str, UUID]:
    """Sets how many certificates of one kind and expiry a unit has now; 0 takes the entry out."""
    context = current()
    return {"id": set_certificates(context.session, actor=context.actor, **given)}


def _answer(facility_id: UUID, status: int) -> tuple[FacilityCard, int, dict[str, str]]:
    context = current()
    card = facility(context.session, context.actor.coverage(READ), facility_id)
    return card, status, marked(card.version)
