"""Running numbers of rounds and orders, in the counters that hazards use."""

from __future__ import annotations

from sqlalchemy.dialects.postgresql import insert

from core.db.sessions import TenantSession
from core.hazards.models import HazardCounter

ROUNDS, ORDERS = "inspection_round", "inspection_order"


def next_number(session: TenantSession, *, code: str, period: str = "") -> int:
    """Without gaps, because the counter row is locked until the commit: draw last, others wait."""
    statement = insert(HazardCounter).values(tenant_id=session.tenant_id, code=code, period=period, last=1)
    return session.execute(
        statement.on_conflict_do_update(
            index_elements=["tenant_id", "code", "period"], set_={"last": HazardCounter.last + 1}
        ).returning(HazardCounter.last)
    ).scalar_one()
