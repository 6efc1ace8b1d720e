"""Calendar feeds: an address with a secret of its own, which its owner can take back at any time."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from core.access.actor import Actor
from core.audit.services import record
from core.db.sessions import TenantSession
from core.identity import keys
from core.kernel.errors import NotFound, Refused
from core.kernel.ids import new_id
from core.obligations.models import Feed
from core.obligations.permissions import ObligationPermission

MOST = 5
"""Live feeds of one person."""


@dataclass(frozen=True)
class NewFeed:
    """``value`` stands in the address; it cannot be shown again."""

    id: UUID
    value: str


def make_feed(session: TenantSession, *, actor: Actor) -> NewFeed:
    """Of the acting person. Raises Forbidden, Refused for a token and beyond :data:`MOST`. Side effects: audit entry."""
    actor.require(ObligationPermission.READ)
    if actor.person_id is None or actor.kind == "token":
        raise Refused("请登录后操作")
    live = select(func.count()).where(Feed.person_id == actor.person_id, Feed.revoked_at.is_(None))
    if (session.scalar(live) or 0) >= MOST:
        raise Refused("有效的日历订阅最多%(most)s个，请先收回不用的", most=MOST)
    secret = keys.new_secret()
    feed = Feed(id=new_id(), person_id=actor.person_id, secret_hash=keys.digest(secret), made_at=session.now())
    session.add(feed)
    session.flush()
    record(
        session, actor=actor, action="obligation_feed.made", object_kind="obligation_feed", object_id=feed.id, data={}
    )
    return NewFeed(feed.id, keys.pack(session.tenant_id, secret))


def revoke_feed(session: TenantSession, *, actor: Actor, feed_id: UUID) -> None:
    """Raises NotFound for another person's feed and for one that is revoked. Side effects: audit entry."""
    feed = session.scalars(
        select(Feed)
        .where(Feed.id == feed_id, Feed.person_id == actor.person_id, Feed.revoked_at.is_(None))
        .with_for_update()
    ).first()
    if feed is None:
        raise NotFound()
    feed.revoked_at = session.now()
    session.flush()
    record(
        session,
        actor=actor,
        action="obligation_feed.revoked",
        object_kind="obligation_feed",
        object_id=feed.id,
        data={},
    )
