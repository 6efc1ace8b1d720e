"""/api/v1/records/incidents"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, jsonify

from core.http.context import current
from core.http.etag import expected_version, with_etag
from core.http.paging import Page, Paging, page_schema
from core.records.permissions import RecordPermission
from core.records.queries.incidents import IncidentLine, incident_card, incidents_page
from core.records.rest.blueprint import bp
from core.records.schemas import (
    FurtherIn,
    IncidentArgs,
    IncidentCardSchema,
    IncidentIn,
    IncidentSchema,
    MadeSchema,
    tuples,
)
from core.records.services import incidents
from core.records.services.incidents import IncidentFacts, ReportFacts

READ, REPORT = RecordPermission.INCIDENT_READ, RecordPermission.INCIDENT_REPORT
HEAD = ("unit_id", "category", "title", "occurred_at", "known_at", "place")


@bp.get("/incidents", permission=READ)
@bp.arguments(IncidentArgs, location="query")
@bp.response(200, page_schema(IncidentSchema))
def list_incidents(args: dict[str, Any]) -> Page[IncidentLine]:
    """Incidents, newest first; ``late``: a report is over its time."""
    context = current()
    paging = Paging.of(args)
    return incidents_page(context.session, context.actor, paging=paging, **args)


@bp.post("/incidents", permission=REPORT, creates=True)
@bp.arguments(IncidentIn)
@bp.response(201, MadeSchema)
def post_incident(data: dict[str, Any]) -> dict[str, UUID]:
    """首报: opens the incident."""
    context = current()
    facts = IncidentFacts(**{name: data.pop(name) for name in HEAD})
    made = incidents.report_incident(
        context.session, actor=context.actor, facts=facts, report=ReportFacts(**tuples(data, "told_to"))
    )
    return {"id": made}


@bp.get("/incidents/<uuid:incident_id>", permission=READ)
@bp.response(200, IncidentCardSchema)
def get_incident(incident_id: UUID) -> Response:
    """One incident with every report as it was sent."""
    context = current()
    card = incident_card(context.session, context.actor, incident_id)
    return with_etag(jsonify(IncidentCardSchema().dump(card)), card.line.version)


@bp.post("/incidents/<uuid:incident_id>/reports", permission=REPORT)
@bp.doc(**{"x-if-match": True})
@bp.arguments(FurtherIn)
@bp.response(204)
def post_incident_report(data: dict[str, Any], incident_id: UUID) -> None:
    """续报, or 终报 with ``final``."""
    context = current()
    final = data.pop("final")
    incidents.report_further(
        context.session, actor=context.actor, incident_id=incident_id, version=expected_version(),
        report=ReportFacts(**tuples(data, "told_to")), final=final,
    )  # fmt: skip
