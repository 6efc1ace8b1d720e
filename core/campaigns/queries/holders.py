"""Who stands behind a duty list today: the people in posts of the bureau and of its departments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.identity.models import Person
from core.identity.permissions import PersonPermission
from core.kernel.clock import local_date
from core.orgs.models import OrgUnit, Post
from core.orgs.queries.posts import valid_on
from core.tenancy.packs.model import Department

ABOVE = ("bureau", "department")


@dataclass(frozen=True)
class Holder:
    """One person in one post today. ``title``: as they are addressed there."""

    post: str
    title: str
    name: str
    unit_code: str
    unit_name: str

    def works_in(self, department: Department) -> bool:
        """By the unit's code, else by its name as the pack knows it: rosters give units codes of their own."""
        return self.unit_code == department.code or self.unit_name in (department.label, *department.aliases)


def holders_above(session: TenantSession, actor: Actor) -> tuple[Holder, ...]:
    """Of the bureau and its departments, where the reader may see accounts; nobody elsewhere. One query."""
    coverage = actor.coverage(PersonPermission.ACCOUNT_READ)
    rows = session.execute(
        select(Post.post_code, Post.title, Person.name, OrgUnit.code, OrgUnit.name)
        .join(Person, Person.id == Post.person_id)
        .join(OrgUnit, OrgUnit.id == Post.unit_id)
        .where(OrgUnit.kind.in_(ABOVE), valid_on(local_date(session.now())), Person.active, coverage.filter(OrgUnit.id))
        .order_by(OrgUnit.name_sort, Post.post_code, Person.name, Post.id)
    )
    return tuple(Holder(*row) for row in rows)


def of_post(holders: Iterable[Holder], post: str) -> tuple[Holder, ...]:
    return tuple(own for own in holders if own.post == post)


def of_department(holders: Iterable[Holder], department: Department) -> tuple[Holder, ...]:
    return tuple(own for own in holders if own.works_in(department))
