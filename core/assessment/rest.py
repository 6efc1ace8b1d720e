"""/api/v1/assessment: indicators, rounds, sheets, appeals."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, jsonify, url_for

from core.assessment.permissions import AssessmentPermission
from core.assessment.queries.indicators import IndicatorLine, UnitFigure, indicator_lines, unit_facts, unit_figures
from core.assessment.queries.rounds import RoundLine, SheetLine, round_card, rounds_page, sheets_page
from core.assessment.queries.sheets import sheet_card
from core.assessment.queries.typed import typed_table
from core.assessment.requests import (
    decide,
    enter,
    enter_table,
    open_round,
    order,
    paper_answer,
    span_of,
    take_step,
)
from core.assessment.schemas import (
    AppealIn,
    DecisionIn,
    EntryIn,
    ExemptIn,
    FactSchema,
    IndicatorSchema,
    KeptSchema,
    MadeSchema,
    OrderedSchema,
    RoundArgs,
    RoundCardSchema,
    RoundIn,
    RoundSchema,
    SheetArgs,
    SheetCardSchema,
    SheetSchema,
    SpanArgs,
    StepIn,
    TypedArgs,
    TypedRowSchema,
    TypedTableIn,
    UnitFigureSchema,
    VersionArgs,
)
from core.assessment.services.appeals import file_appeal
from core.assessment.services.standing import exempt, readmit
from core.assessment.sources import Fact
from core.files.sniff import DOCX
from core.http.blueprints import ApiBlueprint
from core.http.context import current
from core.http.etag import expected_version, with_etag
from core.http.paging import Page, Paging, page_schema
from core.tenancy.shelf import pack_of

READ, WRITE = AssessmentPermission.READ, AssessmentPermission.WRITE
bp = ApiBlueprint(
    "assessment_api", __name__, url_prefix="/api/v1/assessment",
    description="Indicators, rounds of assessment, results of units with the facts behind them, appeals",
)  # fmt: skip


@bp.get("/indicators", permission=READ)
@bp.arguments(SpanArgs, location="query")
@bp.response(200, page_schema(IndicatorSchema))
def indicators(args: dict[str, Any]) -> Page[IndicatorLine]:
    """Every indicator of the notice over the units within reach."""
    context = current()
    paging, span = Paging.of(args), span_of(context, **args)
    lines = indicator_lines(
        context.session, context.runtime.plugins, context.actor, pack_of(context.session), span=span
    )
    return paging.cut(lines)


@bp.get("/indicators/<indicator_code>/units", permission=READ)
@bp.arguments(SpanArgs, location="query")
@bp.response(200, page_schema(UnitFigureSchema))
def indicator_units(args: dict[str, Any], indicator_code: str) -> Page[UnitFigure]:
    """One indicator of every unit within reach, in name order."""
    context = current()
    paging, span = Paging.of(args), span_of(context, **args)
    _, units = unit_figures(
        context.session,
        context.runtime.plugins,
        context.actor,
        pack_of(context.session),
        code=indicator_code,
        span=span,
    )
    return paging.cut(units)


@bp.get("/indicators/<indicator_code>/units/<uuid:unit_id>/facts", permission=READ)
@bp.arguments(SpanArgs, location="query")
@bp.response(200, page_schema(FactSchema))
def indicator_facts(args: dict[str, Any], indicator_code: str, unit_id: UUID) -> Page[Fact]:
    """The facts behind one unit's figure, at most a hundred: those against it first."""
    context = current()
    paging, span, pack = Paging.of(args), span_of(context, **args), pack_of(context.session)
    _, _, facts = unit_facts(
        context.session, context.runtime.plugins, context.actor, pack, code=indicator_code, unit_id=unit_id, span=span
    )
    return paging.cut(facts.kept)


@bp.post("/indicators/<indicator_code>/entries", permission=WRITE, creates=True)
@bp.arguments(EntryIn)
@bp.response(201, MadeSchema)
def post_entry(data: dict[str, Any], indicator_code: str) -> dict[str, UUID]:
    """A figure that the platform has no facts of, with its basis."""
    return {"id": enter(current(), indicator_code, data)}


@bp.get("/indicators/<indicator_code>/table", permission=WRITE)
@bp.arguments(TypedArgs, location="query")
@bp.response(200, page_schema(TypedRowSchema))
def typed(args: dict[str, Any], indicator_code: str) -> Response:
    """One indicator that people judge, over all units; its ETag is for typing into it."""
    context = current()
    paging, span = Paging.of(args), span_of(context, starts=args.pop("starts"), ends=args.pop("ends"))
    table = typed_table(
        context.session, context.actor, pack_of(context.session), indicator_code, span=span, paging=paging, **args
    )
    return with_etag(jsonify(page_schema(TypedRowSchema)().dump(table.page)), table.version)


@bp.post("/indicators/<indicator_code>/table", permission=WRITE, changes=True)
@bp.arguments(TypedTableIn)
@bp.response(200, KeptSchema)
def post_table(data: dict[str, Any], indicator_code: str) -> dict[str, int]:
    """Figures of many units at once: all of them are kept, or none."""
    return {"kept": enter_table(current(), indicator_code, expected_version(), data)}


@bp.get("/rounds", permission=READ)
@bp.arguments(RoundArgs, location="query")
@bp.response(200, page_schema(RoundSchema))
def rounds(args: dict[str, Any]) -> Page[RoundLine]:
    """Rounds, the latest first; units see those announced or published."""
    context = current()
    paging = Paging.of(args)
    return rounds_page(context.session, context.actor, paging=paging, **args)


@bp.post("/rounds", permission=WRITE, creates=True)
@bp.arguments(RoundIn)
@bp.response(201, MadeSchema)
def post_round(data: dict[str, Any]) -> dict[str, UUID]:
    """Opens a round with the points that the district decided."""
    return {"id": open_round(current(), data)}


@bp.get("/rounds/<uuid:assessment_round_id>", permission=READ)
@bp.response(200, RoundCardSchema)
def one_round(assessment_round_id: UUID) -> Response:
    """One round."""
    context = current()
    card = round_card(context.session, context.actor, assessment_round_id)
    return with_etag(jsonify(RoundCardSchema().dump(card)), card.version)


@bp.post("/rounds/<uuid:assessment_round_id>/steps", permission=WRITE, changes=True)
@bp.arguments(StepIn)
@bp.response(204)
def step(data: dict[str, Any], assessment_round_id: UUID) -> None:
    """Announce, publish, cancel."""
    take_step(current(), assessment_round_id, expected_version(), data)


@bp.post("/rounds/<uuid:assessment_round_id>/computations", permission=WRITE, changes=True)
@bp.response(202, OrderedSchema)
def compute(assessment_round_id: UUID) -> Response:
    """Orders the job that computes every unit's result from today's facts; the one under way, if there is one."""
    job_id = order(current(), assessment_round_id, expected_version())
    response = jsonify(OrderedSchema().dump({"job_id": job_id}))
    response.status_code = 202
    response.headers["Location"] = url_for("api_jobs.one", job_id=job_id)
    return response


@bp.get("/rounds/<uuid:assessment_round_id>/sheets", permission=READ)
@bp.arguments(SheetArgs, location="query")
@bp.response(200, page_schema(SheetSchema))
def sheets(args: dict[str, Any], assessment_round_id: UUID) -> Page[SheetLine]:
    """Results within reach, in name order."""
    context = current()
    paging = Paging.of(args)
    card = round_card(context.session, context.actor, assessment_round_id)
    return sheets_page(context.session, context.actor, card, paging=paging, **args)


@bp.get("/sheets/<uuid:sheet_id>", permission=READ)
@bp.arguments(VersionArgs, location="query")
@bp.response(200, SheetCardSchema)
def sheet(args: dict[str, Any], sheet_id: UUID) -> Response:
    """One unit's result with each point and its facts."""
    context = current()
    card = sheet_card(context.session, context.actor, sheet_id, no=args["no"])
    return with_etag(jsonify(SheetCardSchema().dump(card)), card.version)


@bp.post("/sheets/<uuid:sheet_id>/exemption", permission=WRITE, changes=True)
@bp.arguments(ExemptIn)
@bp.response(204)
def exemption(data: dict[str, Any], sheet_id: UUID) -> None:
    """Takes the unit out of the round before it is announced, with the reason."""
    context = current()
    exempt(context.session, actor=context.actor, sheet_id=sheet_id, version=expected_version(), **data)


@bp.delete("/sheets/<uuid:sheet_id>/exemption", permission=WRITE, changes=True)
@bp.response(204)
def readmission(sheet_id: UUID) -> None:
    """Takes the unit back in; the round has to be computed again."""
    context = current()
    readmit(context.session, actor=context.actor, sheet_id=sheet_id, version=expected_version())


@bp.get("/sheets/<uuid:sheet_id>/paper", permission=READ, exports=True)
@bp.arguments(VersionArgs, location="query")
@bp.response(200, content_type=DOCX)
def paper(args: dict[str, Any], sheet_id: UUID) -> Response:
    """The sheet as a word-processor file."""
    return paper_answer(current(), sheet_id, no=args["no"])


@bp.post("/sheets/<uuid:sheet_id>/appeals", permission=AssessmentPermission.APPEAL, creates=True)
@bp.arguments(AppealIn)
@bp.response(201, MadeSchema)
def post_appeal(data: dict[str, Any], sheet_id: UUID) -> dict[str, UUID]:
    """An appeal of the unit within the window."""
    context = current()
    return {"id": file_appeal(context.session, actor=context.actor, sheet_id=sheet_id, **data)}


@bp.post("/appeals/<uuid:appeal_id>/decision", permission=AssessmentPermission.DECIDE, changes=True)
@bp.arguments(DecisionIn)
@bp.response(204)
def decision(data: dict[str, Any], appeal_id: UUID) -> None:
    """By another person than filed it or announced the result."""
    decide(current(), appeal_id, expected_version(), data)
