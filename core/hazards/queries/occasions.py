"""Major hazards as occasions: after each of them something may be due."""

from __future__ import annotations

from typing import Any

from sqlalchemy import TIMESTAMP, Select, cast, func, null, select

from core.db.sessions import TenantSession
from core.hazards.models import Hazard
from core.hooks.occasions import Occasion
from core.kernel.clock import end_of_day, start_of_day
from core.kernel.schoolyear import Span
from core.tenancy.packs.model import After


def found_in(session: TenantSession, span: Span) -> Select[Any]:
    """Hazards of grade ``major`` found in ``span``; false alarms are none."""
    found: Any = select(
        func.coalesce(Hazard.school_id, Hazard.unit_id).label("unit_id"), Hazard.id, Hazard.found_at.label("at"),
        func.coalesce(Hazard.no, "").label("no"), cast(null(), TIMESTAMP(timezone=True)).label("answered_at"),
    ).where(
        Hazard.grade == "major", Hazard.canonical != "cancelled", Hazard.found_at >= start_of_day(span.starts),
        Hazard.found_at < end_of_day(span.ends),
    )  # fmt: skip
    statement: Select[Any] = found
    return statement


OCCASION = Occasion(After.MAJOR_HAZARD, "重大隐患%(no)s", found_in)
