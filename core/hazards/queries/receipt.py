"""The receipt of a report that a device sent before."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.hazards.models import Hazard, HazardEvent
from core.kernel.errors import Conflict


@dataclass(frozen=True)
class Receipt:
    """``no``: None while the district has not numbered it yet."""

    id: UUID
    no: str | None
    title: str


def receipt_of(session: TenantSession, actor: Actor, hazard_id: UUID) -> Receipt | None:
    """None: not here yet. Of two that come at the same moment the second waits for the first. Raises Conflict where the id is
    somebody else's. Side effect: a lock until the transaction ends."""
    session.execute(select(func.pg_advisory_xact_lock(session.tenant_id, func.hashtext(str(hazard_id)))))
    found = session.execute(select(Hazard.no, Hazard.title).where(Hazard.id == hazard_id)).first()
    if found is None:
        return None
    reporter = session.scalar(
        select(HazardEvent.actor_id).where(HazardEvent.hazard_id == hazard_id, HazardEvent.kind == "report")
    )
    if reporter is None or reporter != actor.person_id:
        raise Conflict()
    return Receipt(hazard_id, found.no, found.title)
