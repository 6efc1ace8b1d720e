"""Who may inspect, and whom they may not inspect (回避)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import or_, select

from core.db.sessions import TenantSession
from core.identity.models import Person
from core.inspections.permissions import InspectionPermission
from core.kernel.clock import local_date
from core.orgs.models import OrgClosure, OrgUnit, Post
from core.orgs.queries import unit_cards
from core.orgs.queries.posts import valid_on
from core.tenancy.packs.model import Pack
from core.tenancy.values import effective

YEARS = "inspection.conflict_years"
DAYS = 366


@dataclass(frozen=True)
class Candidate:
    """Somebody who may be put on a team: the post decides. ``unit_id``: where the post is held."""

    person_id: UUID
    name: str
    unit_id: UUID
    unit_name: str
    title: str


def candidates(
    session: TenantSession, pack: Pack, *, people: Iterable[UUID] | None = None, units: Iterable[UUID] | None = None
) -> dict[UUID, Candidate]:
    """Active people with a post today that lets them inspect; one entry each, by their first post. One query.

    ``people`` and ``units`` narrow it; None: no matter.
    """
    codes = [
        post.code
        for post in pack.posts
        if any(InspectionPermission.CONDUCT in permissions for _scope, permissions in pack.grants(post.code))
    ]
    statement = (
        select(Person.id, Person.name, OrgUnit.id, OrgUnit.name, Post.title)
        .join(Post, Post.person_id == Person.id)
        .join(OrgUnit, OrgUnit.id == Post.unit_id)
        .where(Person.active, Post.post_code.in_(codes), valid_on(local_date(session.now())))
        .order_by(OrgUnit.name_sort, Person.name, Post.valid_from, Post.id)
    )
    if people is not None:
        statement = statement.where(Person.id.in_(set(people)))
    if units is not None:
        statement = statement.where(Post.unit_id.in_(set(units)))
    found: dict[UUID, Candidate] = {}
    for row in session.execute(statement):
        found.setdefault(row[0], Candidate(*row))
    return found


def conflict_years(session: TenantSession) -> int:
    """How many years back a post still bars; the pack's or the product's value."""
    value = effective(session, YEARS)
    return int(value.value) if value is not None and value.value is not None else 3


def conflicts(session: TenantSession, *, units: Iterable[UUID], people: Iterable[UUID]) -> frozenset[tuple[UUID, UUID]]:
    """(unit, person) pairs that must not meet: the person holds a post in the unit, its school or a campus of it, or held
    one in the last years. Two queries, however many they are.
    """
    wanted, who = set(units), set(people)
    if not wanted or not who:
        return frozenset()
    since = local_date(session.now()) - timedelta(days=DAYS * conflict_years(session))
    family = {unit_id: card.school_id or unit_id for unit_id, card in unit_cards(session, wanted).items()}
    rows = session.execute(
        select(OrgClosure.ancestor_id, Post.person_id)
        .join(Post, Post.unit_id == OrgClosure.descendant_id)
        .where(
            OrgClosure.ancestor_id.in_(set(family.values())),
            OrgClosure.admin_depth.is_not(None),
            Post.person_id.in_(who),
            or_(Post.valid_to.is_(None), Post.valid_to >= since),
            or_(Post.valid_to.is_(None), Post.valid_to >= Post.valid_from),
        )
        .distinct()
    )
    barred: dict[UUID, set[UUID]] = {}
    for school_id, person_id in rows:
        barred.setdefault(school_id, set()).add(person_id)
    return frozenset(
        (unit_id, person_id) for unit_id, school_id in family.items() for person_id in barred.get(school_id, ())
    )
