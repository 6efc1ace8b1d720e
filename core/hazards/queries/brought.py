"""What one import of an old ledger brought."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select

from core.db.sessions import TenantSession
from core.hazards.history.models import HazardImport, HistoricalHazard


def brought(session: TenantSession, batch_id: UUID) -> tuple[int, int]:
    """(cases, entries of 历史台账) of a batch; both 0 before it is committed and after it is taken back. Two queries."""
    cases = select(func.count()).select_from(HazardImport).where(HazardImport.batch_id == batch_id)
    past = select(func.count()).select_from(HistoricalHazard).where(HistoricalHazard.batch_id == batch_id)
    return session.scalar(cases) or 0, session.scalar(past) or 0
