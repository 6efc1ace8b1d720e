"""Incidents as occasions: after each of them something is due."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, Text, cast, func, select

from core.db.sessions import TenantSession
from core.hooks.occasions import Occasion
from core.kernel.clock import end_of_day, start_of_day
from core.kernel.schoolyear import Span
from core.records.models import Incident, IncidentReport
from core.records.permissions import RecordPermission
from core.tenancy.packs.model import After


def known_in(session: TenantSession, span: Span) -> Select[Any]:
    """Incidents of which the unit came to know in ``span``; answered by the 首报."""
    first = (
        select(func.min(IncidentReport.sent_at))
        .where(IncidentReport.tenant_id == Incident.tenant_id, IncidentReport.incident_id == Incident.id)
        .correlate(Incident)
        .scalar_subquery()
    )
    found: Any = select(
        func.coalesce(Incident.school_id, Incident.unit_id).label("unit_id"), Incident.id, Incident.known_at.label("at"),
        cast(Incident.no, Text).label("no"), first.label("answered_at"),
    ).where(Incident.known_at >= start_of_day(span.starts), Incident.known_at < end_of_day(span.ends))  # fmt: skip
    statement: Select[Any] = found
    return statement


OCCASION = Occasion(After.INCIDENT, "突发事件第%(no)s号", known_in, permission=RecordPermission.INCIDENT_READ)
