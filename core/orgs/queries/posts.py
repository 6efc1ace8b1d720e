"""Who holds which post where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select

from core.db.sessions import TenantSession
from core.identity.models import Person
from core.kernel.clock import local_date
from core.kernel.errors import NotFound
from core.orgs.models import OrgUnit, Post


@dataclass(frozen=True)
class HeldPost:
    """One appointment, with the names a list needs."""

    id: UUID
    person_id: UUID
    person_name: str
    login: str
    active: bool
    unit_id: UUID
    unit_name: str
    post_code: str
    title: str
    valid_from: date
    valid_to: date | None
    version: int

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


_COLUMNS: tuple[Any, ...] = (
    Post.id, Post.person_id, Person.name, Person.login, Person.active, Post.unit_id, OrgUnit.name, Post.post_code,
    Post.title, Post.valid_from, Post.valid_to, Post.version,
)  # fmt: skip
_POSTS: Select[Any] = (
    select(*_COLUMNS)
    .join(Person, Person.id == Post.person_id)
    .join(OrgUnit, OrgUnit.id == Post.unit_id)
    .order_by(Post.valid_from.desc(), Post.id)
)


def valid_on(day: date | ColumnElement[date]) -> ColumnElement[bool]:
    return (Post.valid_from <= day) & or_(Post.valid_to.is_(None), Post.valid_to >= day)


def post(session: TenantSession, post_id: UUID) -> HeldPost:
    """Raises NotFound."""
    row = session.execute(_POSTS.where(Post.id == post_id)).first()
    if row is None:
        raise NotFound()
    return HeldPost(*row)


def posts_of(
    session: TenantSession, people: Iterable[UUID], *, on: date | None = None
) -> dict[UUID, tuple[HeldPost, ...]]:
    """Posts by person, newest first; ``on``: only those held that day. One query."""
    wanted = set(people)
    statement = _POSTS.where(Post.person_id.in_(wanted))
    if on is not None:
        statement = statement.where(valid_on(on))
    found: dict[UUID, list[HeldPost]] = {person: [] for person in wanted}
    for row in session.execute(statement) if wanted else ():
        found[row.person_id].append(HeldPost(*row))
    return {person: tuple(posts) for person, posts in found.items()}


def posts_in(session: TenantSession, unit_id: UUID) -> tuple[HeldPost, ...]:
    """All appointments of a unit, past ones too."""
    return tuple(HeldPost(*row) for row in session.execute(_POSTS.where(Post.unit_id == unit_id)))


def holders(
    session: TenantSession, unit_id: UUID, post_code: str | None = None, *, on: date | None = None
) -> tuple[HeldPost, ...]:
    """Active people who hold a post (that post) in the unit today, or ``on`` that day."""
    day = on or local_date(session.now())
    statement = _POSTS.where(Post.unit_id == unit_id, valid_on(day), Person.active)
    if post_code is not None:
        statement = statement.where(Post.post_code == post_code)
    return tuple(HeldPost(*row) for row in session.execute(statement))
