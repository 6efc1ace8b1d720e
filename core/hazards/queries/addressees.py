"""Who is meant: people who may supervise, people behind the addressee of an escalation, keepers of ledgers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from core.db.sessions import TenantSession
from core.hazards.permissions import HazardPermission
from core.identity.models import Person
from core.kernel.clock import local_date
from core.orgs.known_posts import rights
from core.orgs.models import OrgClosure, OrgUnit, Post
from core.orgs.queries.posts import valid_on
from core.tenancy.packs.model import Department, Pack, Scope
from core.tenancy.packs.model.orgs import BodyKind

ABOVE = frozenset({Scope.DISTRICT, Scope.DEPARTMENT})
BELONGING = frozenset({BodyKind.OFFICE, BodyKind.WORKING_TEAM})
"""Kinds of bodies that are run by what they belong to."""
WORKS = frozenset({HazardPermission.REGISTER, HazardPermission.EXTEND})
"""Whoever holds both for the whole district does the daily work of the coordinating department."""


@dataclass(frozen=True)
class Supervisor:
    """Somebody who can be named supervisor, with the post that makes it so. Personal data: the name."""

    id: UUID
    name: str
    title: str
    unit_name: str


def supervisors(
    session: TenantSession, pack: Pack, *, text: str = "", person_id: UUID | None = None, most: int | None = None
) -> tuple[Supervisor, ...]:
    """Whom an order of supervision may name, each once, by name: holders of the posts that the pack lists, else of any
    post that works for the whole district. None where the pack knows no supervision. One query.

    ``text``: part of a name, a unit's name or a post's title. ``person_id``: that one only. ``most``: the first so many.
    """
    rule = pack.lifecycle.supervision
    if rule is None:
        return ()
    codes = rule.supervisors or tuple(
        post.code for post in pack.posts if any(grant.scope in ABOVE for grant in post.grants)
    )
    statement = (
        select(Person.id, Person.name, Post.title, OrgUnit.name)
        .ext(distinct_on(Person.name_sort, Person.id))
        .join(Post, Post.person_id == Person.id)
        .join(OrgUnit, OrgUnit.id == Post.unit_id)
        .where(Post.post_code.in_(codes), valid_on(local_date(session.now())), Person.active)
        .order_by(Person.name_sort, Person.id, Post.valid_from)
        .limit(most)
    )
    if text.strip():
        told = (Person.name, OrgUnit.name, Post.title)
        statement = statement.where(or_(*(column.contains(text.strip(), autoescape=True) for column in told)))
    if person_id is not None:
        statement = statement.where(Person.id == person_id)
    return tuple(Supervisor(*row) for row in session.execute(statement))


def addressees(session: TenantSession, pack: Pack, code: str) -> frozenset[UUID]:
    """The people behind a department, body or post of the pack, as far as they have accounts. One query.

    A body is its members by office; whoever stands outside (a government office) is nobody here.
    """
    posts, departments = _behind(pack, code)
    named = {name for own in departments for name in (own.label, *own.aliases)}
    units = (OrgUnit.kind == "department") & or_(
        OrgUnit.code.in_([own.code for own in departments]), OrgUnit.name.in_(named)
    )
    rows = session.scalars(
        select(Post.person_id)
        .join(Person, Person.id == Post.person_id)
        .join(OrgUnit, OrgUnit.id == Post.unit_id)
        .where(or_(Post.post_code.in_(posts), units), valid_on(local_date(session.now())), Person.active)
    )
    return frozenset(rows)


def holders_over(
    session: TenantSession, pack: Pack, *, permission: str, unit_id: UUID
) -> tuple[tuple[UUID, str], ...]:  # fmt: skip
    """People with a post that may give the permission at this unit: for the whole district, or held in the unit or above it.

    (person, name); what their posts really reach, their grants say. One query.
    """
    scopes = {post: {scope for scope, held in given if permission in held} for post, given in rights(pack).items()}
    everywhere = [post for post, own in scopes.items() if own & ABOVE]
    above = [post for post, own in scopes.items() if own - {Scope.OWN}]
    over = select(OrgClosure.ancestor_id).where(OrgClosure.descendant_id == unit_id)
    rows = session.execute(
        select(Person.id, Person.name)
        .join(Post, Post.person_id == Person.id)
        .where(
            or_(Post.post_code.in_(everywhere), Post.post_code.in_(above) & Post.unit_id.in_(over)),
            valid_on(local_date(session.now())), Person.active,
        )
        .distinct()
        .order_by(Person.id)
    )  # fmt: skip
    return tuple((row.id, row.name) for row in rows)


def _behind(pack: Pack, code: str) -> tuple[frozenset[str], tuple[Department, ...]]:
    """Codes of posts, and departments, that the code stands for, through bodies and what these belong to."""
    bodies = {own.code: own for own in pack.bodies}
    todo, seen = [code], set()
    while todo:
        now = todo.pop()
        if now not in seen:
            seen.add(now)
            body = bodies.get(now)
            if body is not None:
                todo += [*body.members, *([body.parent] if body.kind in BELONGING and body.parent else [])]
    departments = tuple(own for own in pack.departments if own.code in seen)
    posts = {own.code for own in pack.posts if own.code in seen}
    if any(own.coordinator for own in departments):  # its people may hold their posts in the bureau itself
        posts |= {
            post
            for post, given in rights(pack).items()
            if any(scope is Scope.DISTRICT and held >= WORKS for scope, held in given)
        }
    return frozenset(posts), departments


def keepers_of(session: TenantSession, pack: Pack, schools: Iterable[UUID]) -> Mapping[UUID, frozenset[UUID]]:
    """Who keeps the ledger there: unit → people. One query or none."""
    wanted = set(schools)
    codes = [post.code for post in pack.posts if post.keeper]
    found: dict[UUID, set[UUID]] = {}
    if wanted and codes:
        rows = session.execute(
            select(Post.unit_id, Post.person_id)
            .join(Person, Person.id == Post.person_id)
            .where(
                Post.unit_id.in_(wanted), Post.post_code.in_(codes), valid_on(local_date(session.now())), Person.active
            )
        )
        for unit, person in rows:
            found.setdefault(unit, set()).add(person)
    return {unit: frozenset(people) for unit, people in found.items()}
