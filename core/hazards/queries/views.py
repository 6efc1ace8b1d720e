"""The questions a person kept."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select

from core.access.actor import Actor
from core.db.prepared import Prepared
from core.db.sessions import TenantSession
from core.hazards.models import HazardView

_KEPT = Prepared(
    select(HazardView.id, HazardView.title, HazardView.query)
    .where(HazardView.person_id == bindparam("person_id", type_=Uuid(as_uuid=True)))
    .order_by(HazardView.created_at, HazardView.id)
)


@dataclass(frozen=True)
class KeptView:
    id: UUID
    title: str
    query: str


def kept_views(session: TenantSession, actor: Actor) -> tuple[KeptView, ...]:
    """In the order in which they were kept."""
    if actor.person_id is None:
        return ()
    return tuple(KeptView(*row) for row in _KEPT.rows(session, person_id=actor.person_id))
