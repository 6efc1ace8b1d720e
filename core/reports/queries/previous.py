"""What a unit filed the last time, beside which the new figures are shown."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import and_, select

from core.db.sessions import TenantSession
from core.reports.content import values_of
from core.reports.models import Filing, FilingVersion, ReportRound


def previous_values(session: TenantSession, *, unit_id: UUID, code: str, before: date) -> dict[str, int]:
    """Code of a figure → what stood in the unit's latest submitted filing of that report on an earlier period. One query."""
    content = session.scalar(
        select(FilingVersion.content)
        .join(Filing, and_(Filing.id == FilingVersion.filing_id, Filing.latest_no == FilingVersion.no))
        .join(ReportRound, ReportRound.id == Filing.round_id)
        .where(Filing.unit_id == unit_id, ReportRound.code == code, ReportRound.span_to < before)
        .order_by(ReportRound.span_to.desc(), ReportRound.id.desc())
        .limit(1)
    )
    return values_of(content["figures"]) if content else {}
