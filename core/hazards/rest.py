"""/api/v1/hazards"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, jsonify, make_response

from core.hazards.lifecycle import Machine
from core.hazards.permissions import HazardPermission
from core.hazards.queries import hazard_card, ledger_page, open_case, timeline
from core.hazards.requests import pack_of, who_and_what
from core.hazards.schemas import (
    AmendSchema,
    CardSchema,
    EscalateSchema,
    EventSchema,
    FollowUpSchema,
    FoundSchema,
    GradeSchema,
    LedgerArgs,
    LineSchema,
    MoveSchema,
    OnTheSpotSchema,
    OpenMoveSchema,
    PutOffSchema,
    RecurrenceSchema,
    SuperviseSchema,
    WrittenSchema,
    asked_of,
    entry_of,
)
from core.hazards.services import (
    Found,
    Written,
    add_follow_up,
    amend_hazard,
    escalate,
    extend,
    link_recurrence,
    move_hazard,
    rectify_on_the_spot,
    regrade,
    renew_control,
    report_hazard,
    supervise,
)
from core.http.blueprints import ApiBlueprint
from core.http.context import current
from core.http.etag import expected_version, with_etag
from core.http.paging import Page, Paging, page_schema

READ = HazardPermission.READ
bp = ApiBlueprint("hazards", __name__, url_prefix="/api/v1/hazards", description="Hazards from found to gone")


@bp.get("", permission=READ)
@bp.arguments(LedgerArgs, location="query")
@bp.response(200, page_schema(LineSchema))
def ledger(args: dict[str, Any]) -> Page[Any]:
    """The ledger, as far as the caller reaches."""
    context = current()
    paging = Paging.of(args)
    page, _ = ledger_page(context.session, context.actor, pack_of(context), asked=asked_of(args), paging=paging)
    return page


@bp.post("", permission=HazardPermission.REPORT, creates=True)
@bp.arguments(FoundSchema)
@bp.response(201, WrittenSchema)
def report(data: dict[str, Any]) -> Response:
    """A new hazard, in the first stage of the district's lifecycle."""
    context = current()
    file_ids = data.pop("file_ids")
    data["clauses"] = tuple(data["clauses"])
    written = report_hazard(context.session, **who_and_what(context), found=Found(**data), file_ids=file_ids)
    return _written(written, status=201)


@bp.post("/on-the-spot", permission=HazardPermission.REPORT, creates=True)
@bp.arguments(OnTheSpotSchema)
@bp.response(201, WrittenSchema)
def on_the_spot(data: dict[str, Any]) -> Response:
    """立查立改: a new hazard together with the form of the pack's shortcut."""
    context = current()
    file_ids, shortcut, entry = data.pop("file_ids"), data.pop("shortcut"), entry_of(data.pop("entry"))
    data["clauses"] = tuple(data["clauses"])
    written = rectify_on_the_spot(
        context.session, **who_and_what(context), found=Found(**data), shortcut=shortcut, entry=entry, file_ids=file_ids
    )
    return _written(written, status=201)


@bp.get("/<uuid:hazard_id>", permission=READ)
@bp.response(200, CardSchema)
def detail(hazard_id: UUID) -> Response:
    """One hazard; the ETag goes into If-Match of whatever changes it."""
    context = current()
    card = hazard_card(context.session, context.actor, pack_of(context), hazard_id)
    return with_etag(jsonify(CardSchema().dump(card)), card.version)


@bp.patch("/<uuid:hazard_id>", permission=READ)
@bp.arguments(AmendSchema)
@bp.response(200, WrittenSchema)
def amend(data: dict[str, Any], hazard_id: UUID) -> Response:
    """Corrects what was told; the stage moves by moves only."""
    context = current()
    return _written(
        amend_hazard(
            context.session, **who_and_what(context), hazard_id=hazard_id, version=expected_version(), changes=data
        )
    )


@bp.get("/<uuid:hazard_id>/moves", permission=READ)
@bp.response(200, OpenMoveSchema(many=True))
def moves(hazard_id: UUID) -> list[Any]:
    """What the caller may do now, each with its form: what is asked, what is there, what would be right."""
    context = current()
    pack = pack_of(context)
    case = open_case(context.session, context.actor, pack, hazard_id)
    return Machine(pack.lifecycle).moves_open(case.state, case.standing, now=context.now())


@bp.post("/<uuid:hazard_id>/moves", permission=READ)
@bp.doc(**{"x-if-match": True})
@bp.arguments(MoveSchema)
@bp.response(200, WrittenSchema)
def move(data: dict[str, Any], hazard_id: UUID) -> Response:
    """A move or a shortcut of the pack."""
    context = current()
    return _written(
        move_hazard(
            context.session, **who_and_what(context), hazard_id=hazard_id, version=expected_version(), move=data["move"],
            entry=entry_of(data), file_ids=data["file_ids"],
        )
    )  # fmt: skip


@bp.get("/<uuid:hazard_id>/events", permission=READ)
@bp.response(200, EventSchema(many=True))
def events(hazard_id: UUID) -> Any:
    """The timeline, newest first."""
    context = current()
    hazard_card(context.session, context.actor, pack_of(context), hazard_id)
    return list(timeline(context.session, hazard_id))


@bp.post("/<uuid:hazard_id>/follow-ups", permission=READ, creates=True)
@bp.arguments(FollowUpSchema)
@bp.response(201, WrittenSchema)
def follow_up(data: dict[str, Any], hazard_id: UUID) -> Response:
    """An entry in a parallel log (跟踪), or a remark. Needs no If-Match: it takes nothing away from anybody."""
    context = current()
    written = add_follow_up(
        context.session, actor=context.actor, pack=pack_of(context), hazard_id=hazard_id, track=data["track"], note=data["note"],
        file_ids=data["file_ids"],
    )  # fmt: skip
    return _written(written, status=201)


@bp.post("/<uuid:hazard_id>/extension", permission=READ)
@bp.doc(**{"x-if-match": True})
@bp.arguments(PutOffSchema)
@bp.response(200, WrittenSchema)
def put_off(data: dict[str, Any], hazard_id: UUID) -> Response:
    """Puts off the time limit."""
    return _act(extend, hazard_id, data)


@bp.post("/<uuid:hazard_id>/control", permission=READ)
@bp.doc(**{"x-if-match": True})
@bp.arguments(PutOffSchema)
@bp.response(200, WrittenSchema)
def control(data: dict[str, Any], hazard_id: UUID) -> Response:
    """Renews 带险管控."""
    return _act(renew_control, hazard_id, data)


@bp.post("/<uuid:hazard_id>/escalations", permission=READ)
@bp.doc(**{"x-if-match": True})
@bp.arguments(EscalateSchema)
@bp.response(200, WrittenSchema)
def take_up(data: dict[str, Any], hazard_id: UUID) -> Response:
    """Takes it up to somebody above."""
    return _act(escalate, hazard_id, data)


@bp.post("/<uuid:hazard_id>/supervision", permission=READ)
@bp.doc(**{"x-if-match": True})
@bp.arguments(SuperviseSchema)
@bp.response(200, WrittenSchema)
def put_under_supervision(data: dict[str, Any], hazard_id: UUID) -> Response:
    """Numbers it and names a supervisor."""
    return _act(supervise, hazard_id, data)


@bp.post("/<uuid:hazard_id>/grade", permission=READ)
@bp.doc(**{"x-if-match": True})
@bp.arguments(GradeSchema)
@bp.response(200, WrittenSchema)
def judge(data: dict[str, Any], hazard_id: UUID) -> Response:
    """Judges the grade anew."""
    return _act(regrade, hazard_id, data)


@bp.post("/<uuid:hazard_id>/recurrence", permission=READ)
@bp.doc(**{"x-if-match": True})
@bp.arguments(RecurrenceSchema)
@bp.response(200, WrittenSchema)
def recurred(data: dict[str, Any], hazard_id: UUID) -> Response:
    """Says that it is the return of a closed case."""
    return _act(link_recurrence, hazard_id, data)


def _act(service: Any, hazard_id: UUID, data: dict[str, Any]) -> Response:
    context = current()
    return _written(
        service(
            context.session,
            actor=context.actor,
            pack=pack_of(context),
            hazard_id=hazard_id,
            version=expected_version(),
            **data,
        )
    )


def _written(written: Written, *, status: int = 200) -> Response:
    response = make_response(jsonify(WrittenSchema().dump(written)), status)
    if status == 201:
        response.headers["Location"] = f"/api/v1/hazards/{written.id}"
    return with_etag(response, written.version)
