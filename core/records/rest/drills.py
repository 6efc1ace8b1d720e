"""/api/v1/records/drills"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, jsonify

from core.http.context import current
from core.http.etag import expected_version, with_etag
from core.records.permissions import RecordPermission
from core.records.queries.drills import drill_card
from core.records.requests import who_and_what
from core.records.rest.blueprint import bp
from core.records.schemas import (
    ByHandIn,
    DrillIn,
    DrillSchema,
    FindingIn,
    HazardRefSchema,
    HeadsIn,
    MadeSchema,
    ReviewApiIn,
    tuples,
)
from core.records.services import drills
from core.records.services.drills import DrillPlan, DrillReview
from core.tenancy.shelf import pack_of

READ, WRITE = RecordPermission.READ, RecordPermission.WRITE


@bp.post("/drills", permission=WRITE, creates=True)
@bp.arguments(DrillIn)
@bp.response(201, MadeSchema)
def post_drill(data: dict[str, Any]) -> dict[str, UUID]:
    """Plans a drill; its record counts once it is reviewed."""
    context = current()
    plan = DrillPlan(**tuples(data, "topics"))
    return {"id": drills.plan_drill(context.session, actor=context.actor, pack=pack_of(context.session), plan=plan)}


@bp.get("/<uuid:record_id>/drill", permission=READ)
@bp.response(200, DrillSchema)
def get_drill(record_id: UUID) -> Response:
    """What is measured of a drill; the ETag is the drill's own."""
    context = current()
    card = drill_card(context.session, context.actor, record_id)
    return with_etag(jsonify(DrillSchema().dump(card)), card.version)


@bp.post("/<uuid:record_id>/drill/start", permission=WRITE)
@bp.doc(**{"x-if-match": True})
@bp.response(204)
def start_drill(record_id: UUID) -> None:
    """The stopwatch runs from now."""
    context = current()
    drills.start_drill(context.session, actor=context.actor, record_id=record_id, version=expected_version())


@bp.post("/<uuid:record_id>/drill/stop", permission=WRITE)
@bp.doc(**{"x-if-match": True})
@bp.response(204)
def stop_drill(record_id: UUID) -> None:
    """The stopwatch stands."""
    context = current()
    drills.stop_drill(context.session, actor=context.actor, record_id=record_id, version=expected_version())


@bp.post("/<uuid:record_id>/drill/times", permission=WRITE)
@bp.doc(**{"x-if-match": True})
@bp.arguments(ByHandIn)
@bp.response(204)
def time_drill(data: dict[str, Any], record_id: UUID) -> None:
    """For a drill that was timed with a watch; the record says so."""
    context = current()
    drills.time_by_hand(
        context.session, actor=context.actor, record_id=record_id, version=expected_version(), **data
    )  # fmt: skip


@bp.post("/<uuid:record_id>/drill/heads", permission=WRITE)
@bp.doc(**{"x-if-match": True})
@bp.arguments(HeadsIn)
@bp.response(204)
def count_heads(data: dict[str, Any], record_id: UUID) -> None:
    """Numbers of people, no names."""
    context = current()
    drills.count_heads(context.session, actor=context.actor, record_id=record_id, version=expected_version(), **data)


@bp.post("/<uuid:record_id>/drill/findings", permission=WRITE, creates=True)
@bp.arguments(FindingIn)
@bp.response(201, MadeSchema)
def post_drill_finding(data: dict[str, Any], record_id: UUID) -> dict[str, UUID]:
    """Something wrong that the drill showed."""
    context = current()
    return {"id": drills.note_finding(context.session, actor=context.actor, record_id=record_id, **data)}


@bp.post("/<uuid:record_id>/drill/findings/<uuid:finding_id>/report", permission=WRITE, creates=True)
@bp.response(200, HazardRefSchema)
def report_drill_finding(record_id: UUID, finding_id: UUID) -> dict[str, UUID]:
    """The finding as a hazard; the one that is there, if it was reported before."""
    context = current()
    found = drills.report_finding(
        context.session, **who_and_what(context), record_id=record_id, finding_id=finding_id
    )  # fmt: skip
    return {"hazard_id": found}


@bp.post("/<uuid:record_id>/drill/review", permission=WRITE)
@bp.doc(**{"x-if-match": True})
@bp.arguments(ReviewApiIn)
@bp.response(204)
def review_drill(data: dict[str, Any], record_id: UUID) -> None:
    """Closes the drill; from here on it counts."""
    context = current()
    files = data.pop("file_ids")
    drills.review_drill(
        context.session, actor=context.actor, record_id=record_id, version=expected_version(), review=DrillReview(**data),
        file_ids=files,
    )  # fmt: skip
