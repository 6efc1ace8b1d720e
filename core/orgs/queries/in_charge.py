"""Whom to tell about a unit: those who hold a post there that carries a permission. Hands out ids, never names."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import or_, select

from core.db.sessions import TenantSession
from core.identity.models import Person
from core.kernel.clock import local_date
from core.orgs.models import Post
from core.orgs.queries.units import unit_cards
from core.tenancy import shelf


def people_in_charge(session: TenantSession, *, permission: str, units: Iterable[UUID]) -> dict[UUID, frozenset[UUID]]:
    """Unit → people. For a unit without such a post (a campus) those of its school. Two queries, and the pack's.

    Posts above the unit are left out: a reminder goes to whoever does the work.
    """
    wanted = set(units)
    pack = shelf.current(session)
    if pack is None or not wanted:
        return {}
    codes = {
        post.code
        for post in pack.posts
        if any(permission in permissions for _scope, permissions in pack.grants(post.code))
    }
    cards = unit_cards(session, wanted)
    homes = wanted | {card.school_id for card in cards.values() if card.school_id is not None}
    today = local_date(session.now())
    rows = session.execute(
        select(Post.unit_id, Post.person_id)
        .join(Person, Person.id == Post.person_id)
        .where(
            Post.unit_id.in_(homes),
            Post.post_code.in_(codes),
            Post.valid_from <= today,
            or_(Post.valid_to.is_(None), Post.valid_to >= today),
            Person.active,
        )
    )
    held: dict[UUID, set[UUID]] = {}
    for unit_id, person_id in rows:
        held.setdefault(unit_id, set()).add(person_id)
    return {
        unit_id: frozenset(
            held.get(unit_id) or held.get(card.school_id, set()) if card.school_id else held.get(unit_id, ())
        )
        for unit_id, card in cards.items()
    }
