"""People as others see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from core.db.sessions import TenantSession
from core.identity.models import Person
from core.kernel.errors import NotFound


@dataclass(frozen=True)
class PersonCard:
    """An account; no secret in it."""

    id: UUID
    login: str
    name: str
    phone: str | None
    email: str | None
    locale: str | None
    active: bool
    has_password: bool
    must_change: bool
    created_at: datetime
    last_sign_in_at: datetime | None
    version: int


def card_of(person: Person) -> PersonCard:
    return PersonCard(
        id=person.id, login=person.login, name=person.name, phone=person.phone, email=person.email, locale=person.locale,
        active=person.active, has_password=person.password_hash is not None, must_change=person.must_change,
        created_at=person.created_at, last_sign_in_at=person.last_sign_in_at, version=person.version,
    )  # fmt: skip


def person_card(session: TenantSession, person_id: UUID) -> PersonCard:
    """Raises NotFound."""
    found = person_cards(session, [person_id]).get(person_id)
    if found is None:
        raise NotFound()
    return found


def person_cards(session: TenantSession, ids: Iterable[UUID]) -> dict[UUID, PersonCard]:
    """The people that exist among ``ids``. One query."""
    wanted = set(ids)
    if not wanted:
        return {}
    return {person.id: card_of(person) for person in session.scalars(select(Person).where(Person.id.in_(wanted)))}


def person_by_login(session: TenantSession, login: str) -> PersonCard | None:
    person = session.scalars(select(Person).where(Person.login == login.strip().lower())).first()
    return card_of(person) if person else None


def people_called(session: TenantSession, text: str) -> tuple[UUID, ...]:
    """Whoever has exactly this name or login."""
    wanted = text.strip()
    found = select(Person.id).where(or_(Person.name == wanted, Person.login == wanted.lower())).order_by(Person.id)
    return tuple(session.scalars(found))
