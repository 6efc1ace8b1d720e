"""The questions a person kept."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.hazards.models import HazardView


@dataclass(frozen=True)
class KeptView:
    id: UUID
    title: str
    query: str


def kept_views(session: TenantSession, actor: Actor) -> tuple[KeptView, ...]:
    """In the order in which they were kept."""
    if actor.person_id is None:
        return ()
    rows = session.execute(
        select(HazardView.id, HazardView.title, HazardView.query)
        .where(HazardView.person_id == actor.person_id)
        .order_by(HazardView.created_at, HazardView.id)
    )
    return tuple(KeptView(*row) for row in rows)
