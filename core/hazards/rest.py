"""/api/v1/hazards"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response, jsonify, make_response

from core.hazards.lifecycle import Machine
from core.hazards.paper import DOCX
from core.hazards.permissions import HazardPermission
from core.hazards.queries import hazard_card, ledger_lines, open_case, supervisors, timeline_page
from core.hazards.requests import paper_answer, who_and_what
from core.hazards.schemas import (
    AmendSchema,
    CardSchema,
    CheckSchema,
    EscalateSchema,
    EventSchema,
    FollowUpSchema,
    FoundSchema,
    GradeSchema,
    LedgerArgs,
    LineSchema,
    MoveSchema,
    MovesSchema,
    OnTheSpotSchema,
    PutOffSchema,
    RecurrenceSchema,
    SuperviseSchema,
    SupervisorArgs,
    SupervisorSchema,
    WrittenSchema,
    asked_of,
    entry_of,
)
from core.hazards.services import (
    Found,
    Written,
    add_follow_up,
    amend_hazard,
    check_controls,
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
from core.http.paging import Page, PageArgs, Paging, page_schema
from core.tenancy.shelf import pack_of

READ = HazardPermission.READ
# Made once: a schema copies all its fields.
CARD, WRITTEN, MOVES = CardSchema(), WrittenSchema(), MovesSchema()
bp = ApiBlueprint("hazards", __name__, url_prefix="/api/v1/hazards", description="Hazards from found to gone")


@bp.get("", permission=READ)
@bp.arguments(LedgerArgs, location="query")
@bp.response(200, page_schema(LineSchema))
def ledger(args: dict[str, Any]) -> Page[Any]:
    """The ledger, as far as the caller reaches."""
    context = current()
    paging = Paging.of(args)
    return ledger_lines(context.session, context.actor, pack_of(context.session), asked=asked_of(args), paging=paging)


@bp.post("", permission=HazardPermission.REPORT, creates=True)
@bp.arguments(FoundSchema)
@bp.response(201, WrittenSchema)
def report(data: dict[str, Any]) -> Response:
    """A new hazard, in the first stage of the district's lifecycle."""
    return _found(report_hazard, data)


@bp.post("/on-the-spot", permission=HazardPermission.REPORT, creates=True)
@bp.arguments(OnTheSpotSchema)
@bp.response(201, WrittenSchema)
def on_the_spot(data: dict[str, Any]) -> Response:
    """立查立改: a new hazard together with the form of the pack's shortcut."""
    return _found(rectify_on_the_spot, data, shortcut=data.pop("shortcut"), entry=entry_of(data.pop("entry")))


@bp.get("/<uuid:hazard_id>", permission=READ)
@bp.response(200, CardSchema)
def detail(hazard_id: UUID) -> Response:
    """One hazard; the ETag goes into If-Match of whatever changes it."""
    context = current()
    card = hazard_card(context.session, context.actor, pack_of(context.session), hazard_id)
    return with_etag(jsonify(CARD.dump(card)), card.version)


@bp.get("/<uuid:hazard_id>/paper", permission=READ, exports=True)
@bp.response(200, content_type=DOCX)
def paper(hazard_id: UUID) -> Response:
    """隐患整改单 as a word-processor file, with photos and a QR code to the live record."""
    return paper_answer(current(), hazard_id)


@bp.patch("/<uuid:hazard_id>", permission=READ)
@bp.arguments(AmendSchema)
@bp.response(200, WrittenSchema)
def amend(data: dict[str, Any], hazard_id: UUID) -> Response:
    """Corrects what was told; the stage moves by moves only."""
    return _change(amend_hazard, hazard_id, **who_and_what(current()), changes=data)


@bp.get("/<uuid:hazard_id>/moves", permission=READ)
@bp.response(200, MovesSchema)
def moves(hazard_id: UUID) -> Response:
    """What the caller may do now, each with its form: what is asked, what is there, what would be right."""
    context = current()
    pack = pack_of(context.session)
    case = open_case(context.session, context.actor, pack, hazard_id)
    machine = Machine(pack.lifecycle)
    opened = machine.moves_open(case.state, case.standing, now=context.now())
    body = {
        "moves": opened, "stage": case.card.stage, "canonical": case.card.canonical,
        "waits_for": [{"label": label, "who": who} for label, who in machine.waits_for(case.state)], "version": case.card.version,
    }  # fmt: skip
    return with_etag(jsonify(MOVES.dump(body)), case.card.version)


@bp.post("/<uuid:hazard_id>/moves", permission=READ, changes=True)
@bp.arguments(MoveSchema)
@bp.response(200, WrittenSchema)
def move(data: dict[str, Any], hazard_id: UUID) -> Response:
    """A move or a shortcut of the pack."""
    return _change(
        move_hazard,
        hazard_id,
        **who_and_what(current()),
        move=data["move"],
        entry=entry_of(data),
        file_ids=data["file_ids"],
    )


@bp.get("/<uuid:hazard_id>/events", permission=READ)
@bp.arguments(PageArgs(exclude=("sort",)), location="query")
@bp.response(200, page_schema(EventSchema))
def events(args: dict[str, Any], hazard_id: UUID) -> Page[Any]:
    """The timeline, newest first."""
    context = current()
    hazard_card(context.session, context.actor, pack_of(context.session), hazard_id)
    return timeline_page(context.session, hazard_id, Paging.of(args))


@bp.post("/<uuid:hazard_id>/follow-ups", permission=READ, creates=True)
@bp.arguments(FollowUpSchema)
@bp.response(201, WrittenSchema)
def follow_up(data: dict[str, Any], hazard_id: UUID) -> Response:
    """An entry in a parallel log (跟踪), or a remark. Needs no If-Match: it takes nothing away from anybody."""
    return _add(add_follow_up, hazard_id, data)


@bp.post("/<uuid:hazard_id>/checks", permission=READ, creates=True)
@bp.arguments(CheckSchema)
@bp.response(201, WrittenSchema)
def check(data: dict[str, Any], hazard_id: UUID) -> Response:
    """A check of the controls of 带险管控. Needs no If-Match: it takes nothing away from anybody."""
    return _add(check_controls, hazard_id, data)


@bp.get("/<uuid:hazard_id>/supervisors", permission=HazardPermission.SUPERVISE)
@bp.arguments(SupervisorArgs(exclude=("sort",)), location="query")
@bp.response(200, page_schema(SupervisorSchema))
def whom_to_name(args: dict[str, Any], hazard_id: UUID) -> Page[Any]:
    """Whom an order of supervision of this hazard may name. ``text``: part of a name, a unit or a post."""
    context = current()
    pack, paging = pack_of(context.session), Paging.of(args)
    hazard_card(context.session, context.actor, pack, hazard_id)
    found = supervisors(context.session, pack, text=args["text"])
    return paging.cut(found)


@bp.post("/<uuid:hazard_id>/extension", permission=READ, changes=True)
@bp.arguments(PutOffSchema)
@bp.response(200, WrittenSchema)
def put_off(data: dict[str, Any], hazard_id: UUID) -> Response:
    """Puts off the time limit."""
    return _act(extend, hazard_id, data)


@bp.post("/<uuid:hazard_id>/control", permission=READ, changes=True)
@bp.arguments(PutOffSchema)
@bp.response(200, WrittenSchema)
def control(data: dict[str, Any], hazard_id: UUID) -> Response:
    """Renews 带险管控."""
    return _act(renew_control, hazard_id, data)


@bp.post("/<uuid:hazard_id>/escalations", permission=READ, changes=True)
@bp.arguments(EscalateSchema)
@bp.response(200, WrittenSchema)
def take_up(data: dict[str, Any], hazard_id: UUID) -> Response:
    """Takes it up to somebody above."""
    return _act(escalate, hazard_id, data)


@bp.post("/<uuid:hazard_id>/supervision", permission=READ, changes=True)
@bp.arguments(SuperviseSchema)
@bp.response(200, WrittenSchema)
def put_under_supervision(data: dict[str, Any], hazard_id: UUID) -> Response:
    """Numbers it and names a supervisor, who is told."""
    return _act(supervise, hazard_id, data)


@bp.post("/<uuid:hazard_id>/grade", permission=READ, changes=True)
@bp.arguments(GradeSchema)
@bp.response(200, WrittenSchema)
def judge(data: dict[str, Any], hazard_id: UUID) -> Response:
    """Judges the grade anew."""
    return _act(regrade, hazard_id, data)


@bp.post("/<uuid:hazard_id>/recurrence", permission=READ, changes=True)
@bp.arguments(RecurrenceSchema)
@bp.response(200, WrittenSchema)
def recurred(data: dict[str, Any], hazard_id: UUID) -> Response:
    """Says that it is the return of a closed case."""
    return _act(link_recurrence, hazard_id, data)


def _found(service: Callable[..., Written], data: dict[str, Any], **more: Any) -> Response:
    context = current()
    file_ids = data.pop("file_ids")
    found = Found(**{**data, "clauses": tuple(data["clauses"])})
    reported = service(context.session, **who_and_what(context), found=found, file_ids=file_ids, **more)
    return _written(reported, status=201)


def _act(service: Callable[..., Written], hazard_id: UUID, data: dict[str, Any]) -> Response:
    """An act that needs nothing but the actor, the pack and what was sent."""
    context = current()
    return _change(service, hazard_id, actor=context.actor, pack=pack_of(context.session), **data)


def _change(service: Callable[..., Written], hazard_id: UUID, **given: Any) -> Response:
    return _written(service(current().session, hazard_id=hazard_id, version=expected_version(), **given))


def _add(service: Callable[..., Written], hazard_id: UUID, data: dict[str, Any]) -> Response:
    context = current()
    added = service(context.session, actor=context.actor, pack=pack_of(context.session), hazard_id=hazard_id, **data)
    return _written(added, status=201)


def _written(written: Written, *, status: int = 200) -> Response:
    response = make_response(jsonify(WRITTEN.dump(written)), status)
    if status == 201:
        response.headers["Location"] = f"/api/v1/hazards/{written.id}"
    return with_etag(response, written.version)
