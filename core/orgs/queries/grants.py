"""What a person may do today: each post with its permissions and the units it reaches. Runs at every request."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ARRAY, Text, and_, any_, bindparam, func, or_, select

from core.access.actor import Grant
from core.db.prepared import Prepared
from core.db.sessions import TenantSession
from core.identity.ports import Held
from core.orgs.known_posts import rights
from core.orgs.models import OrgClosure, OrgUnit, Post
from core.tenancy import shelf
from core.tenancy.packs.model import Pack, Scope

EVERYWHERE = frozenset({Scope.DISTRICT, Scope.DEPARTMENT})
"""A department works in the whole district; that it does so only in its own domains is the features' affair."""

_HELD = Prepared(
    select(
        Post.id, Post.post_code, Post.title, Post.unit_id, OrgUnit.name, OrgUnit.stages,
        func.array_agg(OrgClosure.descendant_id).filter(OrgClosure.admin_depth.is_not(None)),
        func.array_agg(OrgClosure.descendant_id).filter(OrgClosure.descendant_id.is_not(None)),
    )
    .join(OrgUnit, OrgUnit.id == Post.unit_id)
    .outerjoin(
        OrgClosure,
        and_(
            OrgClosure.ancestor_id == Post.unit_id,
            or_(
                Post.post_code == any_(bindparam("wide", type_=ARRAY(Text))),
                and_(Post.post_code == any_(bindparam("deep", type_=ARRAY(Text))), OrgClosure.admin_depth.is_not(None)),
            ),
        ),
    )
    .where(Post.person_id == bindparam("person_id"), Post.valid_from <= bindparam("on"))
    .where(or_(Post.valid_to.is_(None), Post.valid_to >= bindparam("on")))
    .group_by(Post.tenant_id, Post.id, OrgUnit.tenant_id, OrgUnit.id)
    .order_by(Post.valid_from, Post.id)
)  # fmt: skip


@dataclass(frozen=True)
class _Reach:
    """The units one post reaches, as far as the pack makes the post reach."""

    home: UUID
    below: frozenset[UUID]
    """The unit and what is administratively under it."""
    supervised: frozenset[UUID]
    """Also clusters' and groups' members."""

    def units(self, scope: Scope) -> frozenset[UUID] | None:
        if scope in EVERYWHERE:
            return None
        if scope is Scope.OWN:
            return frozenset({self.home})
        return (self.supervised if scope is Scope.CLUSTER else self.below) | {self.home}


def resolve_grants(session: TenantSession, person_id: UUID, on: date, pack: Pack | None) -> tuple[Grant, ...]:
    """One grant for each valid post and scope. A post that the pack does not know gives nothing. One query."""
    return held(session, person_id, on, pack).grants


def held(session: TenantSession, person_id: UUID, on: date, pack: Pack | None) -> Held:
    """The grants, and the unit of the first post. Reads the closure only for posts whose scope needs it."""
    known = rights(pack)
    deep = [code for code, pairs in known.items() if any(scope is Scope.UNIT for scope, _ in pairs)]
    wide = [code for code, pairs in known.items() if any(scope is Scope.CLUSTER for scope, _ in pairs)]
    rows = _HELD.rows(session, wide=wide, deep=deep, person_id=person_id, on=on)
    grants: list[Grant] = []
    for post_id, code, title, unit_id, _, _, below, supervised in rows:
        reach = _Reach(unit_id, frozenset(below or ()), frozenset(supervised or ()))
        grants += [
            Grant(permissions, reach.units(scope), post_id, title, code, unit_id, str(scope))
            for scope, permissions in known.get(code, ())
        ]
    return Held(
        tuple(grants), unit_name=rows[0][4] if rows else "", unit_names={row[3]: row[4] for row in rows},
        stages=frozenset().union(*(row[5] for row in rows)) if rows and all(row[5] for row in rows) else None,
    )  # fmt: skip


def covered_units(session: TenantSession, *, pack: Pack | None, post_code: str, unit_id: UUID) -> tuple[Grant, ...]:
    """The grants that the post would give in that unit today: whoever appoints must hold them all. One query."""
    known = rights(pack).get(post_code, ())
    rows = session.execute(
        select(OrgClosure.admin_depth.is_not(None), OrgClosure.descendant_id).where(OrgClosure.ancestor_id == unit_id)
    ).all()
    reach = _Reach(
        unit_id, frozenset(unit for administrative, unit in rows if administrative), frozenset(unit for _, unit in rows)
    )
    return tuple(
        Grant(permissions, reach.units(scope), None, "", post_code, unit_id, str(scope)) for scope, permissions in known
    )


class TenantPosts:
    """The port through which core.identity learns what a person may do (core.identity.ports.PostBook)."""

    def held(self, session: TenantSession, person_id: UUID, on: date) -> Held:
        return held(session, person_id, on, shelf.current(session))


def exceeds(mine: Iterable[Grant], theirs: Iterable[Grant]) -> bool:
    """Whether ``theirs`` holds a permission in a unit where none of ``mine`` does. Grants never add up to cover one unit."""
    holder = tuple(mine)
    for grant in theirs:
        for permission in grant.permissions:
            reach = [own.unit_ids for own in holder if own.gives(permission)]
            if None in reach:
                continue
            if grant.unit_ids is None or not grant.unit_ids <= frozenset().union(
                *(units for units in reach if units is not None)
            ):
                return True
    return False
