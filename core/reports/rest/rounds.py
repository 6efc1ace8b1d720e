"""/api/v1/reports/rounds and /api/v1/reports/grid"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, jsonify

from core.http.context import current
from core.http.etag import expected_version, with_etag
from core.http.paging import Page, PageArgs, Paging, page_schema
from core.reports.permissions import ReportPermission
from core.reports.queries.grid import GridFilter, grid
from core.reports.queries.rounds import RoundFilter, RoundLine, exemptions, forwardings, round_line, rounds_page
from core.reports.rest.blueprint import bp
from core.reports.schemas import (
    CancelIn,
    CountSchema,
    ExemptIn,
    ExemptionSchema,
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
from core.reports.services.exemptions import cancel_round, exempt, lift
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
    return _shown(report_round_id)


@bp.post("/rounds/<uuid:report_round_id>/reminders", permission=MANAGE, repeatable="a unit is told once a day")
@bp.arguments(UrgeIn)
@bp.response(200, UrgedSchema)
def post_reminders(data: dict[str, Any], report_round_id: UUID) -> Urged:
    """催报 to the chosen units that still owe this period; no second one on the same day."""
    context = current()
    round_line(context.session, context.actor, report_round_id)
    return urge(context.session, actor=context.actor, unit_ids=data["unit_ids"], round_id=report_round_id)


@bp.get("/rounds/<uuid:report_round_id>/exemptions", permission=READ)
@bp.arguments(PageArgs, location="query")
@bp.response(200, page_schema(ExemptionSchema))
def list_exemptions(args: dict[str, Any], report_round_id: UUID) -> Page[Any]:
    """免报: who need not file this period after all, and why."""
    context = current()
    round_line(context.session, context.actor, report_round_id)
    return Paging.of(args).cut(exemptions(context.session, context.actor, report_round_id))


@bp.post("/rounds/<uuid:report_round_id>/exemptions", permission=MANAGE, repeatable="who is exempted stays exempted")
@bp.arguments(ExemptIn)
@bp.response(200, CountSchema)
def post_exemptions(data: dict[str, Any], report_round_id: UUID) -> dict[str, int]:
    """免报 for the chosen units; who has filed is passed over."""
    context = current()
    return {"units": exempt(context.session, actor=context.actor, round_id=report_round_id, **data)}


@bp.post("/rounds/<uuid:report_round_id>/exemptions/lift", permission=MANAGE, repeatable="who owes it again owes it")
@bp.arguments(ExemptIn)
@bp.response(200, CountSchema)
def post_lift(data: dict[str, Any], report_round_id: UUID) -> dict[str, int]:
    """恢复应报: takes exemptions back."""
    context = current()
    return {"units": lift(context.session, actor=context.actor, round_id=report_round_id, **data)}


@bp.post("/rounds/<uuid:report_round_id>/cancel", permission=MANAGE, changes=True)
@bp.arguments(CancelIn)
@bp.response(200, RoundSchema)
def post_cancel(data: dict[str, Any], report_round_id: UUID) -> Response:
    """Nobody owes the period any more; it stays to be read with all that was filed. It cannot be taken back."""
    context = current()
    cancel_round(
        context.session,
        actor=context.actor,
        round_id=report_round_id,
        version=expected_version(),
        reason=data["reason"],
    )
    return _shown(report_round_id)


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


def _shown(round_id: UUID) -> Response:
    context = current()
    line = round_line(context.session, context.actor, round_id)
    return with_etag(jsonify(RoundSchema().dump(line)), line.version)
