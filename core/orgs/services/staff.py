"""People of units: the account (core.identity) and the post together, and whom an actor may reach at all.

Reach: all of the person's posts lie in units where the actor may write accounts, and the person may do nothing that the
actor may not do in the same units. Otherwise a reset password would be a way to more rights.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.identity import services as identity
from core.identity.permissions import PersonPermission
from core.identity.services.people import PersonFacts
from core.kernel.clock import local_date
from core.kernel.errors import Invalid, NotFound, Refused
from core.orgs.queries.grants import exceeds, resolve_grants
from core.orgs.queries.people import current_posts
from core.orgs.services.posts import appoint
from core.tenancy import shelf


def admit(
    session: TenantSession, *, actor: Actor, facts: PersonFacts, unit_id: UUID | None, post_code: str | None,
    title: str | None = None, valid_from: date | None = None, valid_to: date | None = None,
) -> UUID:  # fmt: skip
    """A new account with its first post. Without a post it is visible to those who see everybody: only they may do that."""
    if unit_id is None or not post_code:
        if not actor.coverage(PersonPermission.ACCOUNT_WRITE).everywhere:
            raise Invalid(fields={"unit_id" if unit_id is None else "post_code": "请选择单位和岗位"})
        return identity.create_person(session, actor=actor, facts=facts)
    actor.require(PersonPermission.ACCOUNT_WRITE, unit_id)
    person_id = identity.create_person(session, actor=actor, facts=facts)
    start = valid_from or local_date(session.now())
    appoint(
        session, actor=actor, person_id=person_id, unit_id=unit_id, post_code=post_code, title=title,
        valid_from=start, valid_to=valid_to,
    )  # fmt: skip
    return person_id


def change(
    session: TenantSession, *, actor: Actor, person_id: UUID, changes: Mapping[str, Any], version: int | None = None
) -> int:
    require_reach(session, actor=actor, person_id=person_id)
    return identity.update_person(session, actor=actor, person_id=person_id, changes=changes, version=version)


def suspend(session: TenantSession, *, actor: Actor, person_id: UUID, version: int | None = None) -> None:
    require_reach(session, actor=actor, person_id=person_id)
    identity.disable_person(session, actor=actor, person_id=person_id, version=version)


def restore(session: TenantSession, *, actor: Actor, person_id: UUID, version: int | None = None) -> None:
    require_reach(session, actor=actor, person_id=person_id)
    identity.enable_person(session, actor=actor, person_id=person_id, version=version)


def reset_password(session: TenantSession, *, actor: Actor, person_id: UUID, version: int | None = None) -> str:
    """Returns the one-time password, which is shown once."""
    require_reach(session, actor=actor, person_id=person_id)
    return identity.issue_one_time_password(session, actor=actor, person_id=person_id, version=version)


def first_password(session: TenantSession, *, actor: Actor, person_id: UUID) -> str:
    """For an account just made by the same actor, who has proven the right to every post in it."""
    return identity.issue_one_time_password(session, actor=actor, person_id=person_id)


def require_reach(session: TenantSession, *, actor: Actor, person_id: UUID) -> None:
    """Raises NotFound for somebody in none of the actor's units, Refused for somebody who stands partly or wholly above."""
    actor.require(PersonPermission.ACCOUNT_WRITE)
    if person_id == actor.person_id:
        return
    coverage = actor.coverage(PersonPermission.ACCOUNT_WRITE)
    posts = current_posts(session, person_id)
    inside = [post for post in posts if post.unit_id in coverage]
    if not coverage.everywhere and not inside:
        raise NotFound()
    if len(inside) < len(posts):
        raise Refused("此人还在您管理范围以外的单位任职，请由上级管理员操作")
    today = local_date(session.now())
    if exceeds(actor.grants, resolve_grants(session, person_id, today, shelf.current(session))):
        raise Refused("此人的权限超出您的权限，请由上级管理员操作")


def require_post_for(session: TenantSession, *, actor: Actor, person_id: UUID) -> None:
    """Raises NotFound where the actor may not know the person: nobody is given a post out of the blue."""
    coverage = actor.coverage(PersonPermission.ACCOUNT_READ)
    if not coverage.everywhere and not any(post.unit_id in coverage for post in current_posts(session, person_id)):
        raise NotFound()
