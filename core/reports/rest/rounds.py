"""/api/v1/reports/rounds and /api/v1/reports/grid"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, jsonify

from core.http.context import current
from core.http.etag import with_etag
from core.http.paging import Page, PageArgs, Paging, page_schema
from core.reports.permissions import ReportPermission
from core.reports.queries.grid import GridFilter, grid
from core.reports.queries.rounds import RoundFilter, RoundLine, forwardings, round_line, rounds_page
from core.reports.rest.blueprint import bp
from core.reports.schemas import (
    ForwardIn,
    ForwardingSchema,
    GridArgs,
    GridSchema,
    MadeSchema,
    RoundArgs,
    RoundIn,
    RoundSchema,
    UrgedSchema,
    UrgeIn,
    hand_round_of,
    sent_of,
)
from core.reports.services.forwardings import forward
from core.reports.services.reminders import Urged, urge
from core.reports.services.rounds import open_round

READ, MANAGE = ReportPermission.READ, ReportPermission.MANAGE


@bp.get("/rounds", permission=READ)
@bp.arguments(RoundArgs, location="query")
@bp.response(200, page_schema(RoundSchema))
def list_rounds(args: dict[str, Any]) -> Page[RoundLine]:
    """Periods of reports with how many units have filed, latest due day first."""
    context = current()
    paging = Paging.of(args)
    return rounds_page(context.session, context.actor, asked=RoundFilter(**args), paging=paging)


@bp.post("/rounds", permission=MANAGE, creates=True)
@bp.arguments(RoundIn)
@bp.response(201, MadeSchema)
def post_round(data: dict[str, Any]) -> dict[str, UUID]:
    """Opens a period by hand, for reports that the calendar does not make due."""
    context = current()
    return {"id": open_round(context.session, actor=context.actor, facts=hand_round_of(data))}


@bp.get("/rounds/<uuid:report_round_id>", permission=READ)
@bp.response(200, RoundSchema)
def get_round(report_round_id: UUID) -> Response:
    """One period. Who owes it never changes after it was opened."""
    context = current()
    line = round_line(context.session, context.actor, report_round_id)
    return with_etag(jsonify(RoundSchema().dump(line)), line.version)


@bp.post("/rounds/<uuid:report_round_id>/reminders", permission=MANAGE, repeatable="a unit is told once a day")
@bp.arguments(UrgeIn)
@bp.response(200, UrgedSchema)
def post_reminders(data: dict[str, Any], report_round_id: UUID) -> Urged:
    """催报 to the chosen units that still owe this period; no second one on the same day."""
    context = current()
    round_line(context.session, context.actor, report_round_id)
    return urge(context.session, actor=context.actor, unit_ids=data["unit_ids"], round_id=report_round_id)


@bp.get("/rounds/<uuid:report_round_id>/forwardings", permission=READ)
@bp.arguments(PageArgs, location="query")
@bp.response(200, page_schema(ForwardingSchema))
def list_forwardings(args: dict[str, Any], report_round_id: UUID) -> Page[Any]:
    """Where the district sent the period on to, with receipt numbers."""
    context = current()
    round_line(context.session, context.actor, report_round_id)
    return Paging.of(args).cut(forwardings(context.session, report_round_id))


@bp.post("/rounds/<uuid:report_round_id>/forwardings", permission=MANAGE, creates=True)
@bp.arguments(ForwardIn)
@bp.response(201, MadeSchema)
def post_forwarding(data: dict[str, Any], report_round_id: UUID) -> dict[str, UUID]:
    """Writes down that the period was forwarded; a receipt that comes later is a further entry."""
    context = current()
    return {"id": forward(context.session, actor=context.actor, round_id=report_round_id, sent=sent_of(data))}


@bp.get("/grid", permission=READ)
@bp.arguments(GridArgs, location="query")
@bp.response(200, GridSchema)
def get_grid(args: dict[str, Any]) -> dict[str, Any]:
    """Units × periods of one report: how each stands, and what became of the last reminder."""
    context = current()
    paging = Paging.of(args)
    found = grid(context.session, context.actor, asked=GridFilter(**args), paging=paging)
    page = found.page
    return {
        "rounds": found.rounds, "items": page.items, "total": page.total, "page": page.page, "page_size": page.page_size,
    }  # fmt: skip
