"""People of the invented district as the product's services see them: who acts, with the rights of their posts."""

from __future__ import annotations

from uuid import UUID

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.demo.cast import Player
from core.demo.settlers import Settled
from core.kernel.clock import local_date
from core.orgs.queries.grants import resolve_grants
from core.tenancy.packs.model import Pack


def actor_of(session: TenantSession, pack: Pack, player: Player) -> Actor:
    """With what the posts give on the session's day."""
    grants = resolve_grants(session, player.person_id, local_date(session.now()), pack)
    return Actor(session.tenant_id, player.person_id, player.name, "person", grants)


def signer(settled: Settled, unit: UUID, permission: str) -> Player | None:
    """The first of the unit whose post has this permission."""
    players = settled.cast.by_unit.get(unit, [])
    return next((own for own in players if any(permission in held for _scope, held in own.rights)), None)
