"""Whom a secret belongs to. Runs at every request: one query, by primary or unique key."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, exists, select

from core.db.prepared import Prepared
from core.db.sessions import TenantSession
from core.identity.models import ApiToken, Person, PersonLink, UserSession
from core.identity.services.sessions import IDLE


@dataclass(frozen=True)
class Proof:
    """A live session or token and its person."""

    person_id: UUID
    name: str
    login: str
    locale: str | None
    must_change: bool
    used_at: datetime | None
    linked: bool
    """Whether the person named accounts of theirs in other tenants."""
    permissions: tuple[str, ...] | None = None
    """Of a token; None for a session: whatever the person may do."""


_PERSON = (Person.id, Person.name, Person.login, Person.locale, Person.must_change)
_LINKED = exists(PersonLink.person_id).where(PersonLink.person_id == Person.id)
_SESSION = Prepared(
    select(*_PERSON, UserSession.last_seen_at, _LINKED)
    .join(UserSession, UserSession.person_id == Person.id)
    .where(
        UserSession.id_hash == bindparam("id_hash"), UserSession.ended_at.is_(None), UserSession.expires_at > bindparam("now"),
        UserSession.last_seen_at > bindparam("idle_since"), Person.active,
    )
)  # fmt: skip
_TOKEN = Prepared(
    select(*_PERSON, ApiToken.last_used_at, _LINKED, ApiToken.permissions)
    .join(ApiToken, ApiToken.person_id == Person.id)
    .where(
        ApiToken.secret_hash == bindparam("secret_hash"), ApiToken.revoked_at.is_(None), ApiToken.expires_at > bindparam("now"),
        Person.active,
    )
)  # fmt: skip


def session_proof(session: TenantSession, id_hash: bytes) -> Proof | None:
    """None for what is unknown, ended, idle too long, expired, or of a disabled person."""
    now = session.now()
    row = _SESSION.first(session, id_hash=id_hash, now=now, idle_since=now - IDLE)
    return Proof(*row) if row else None


def token_proof(session: TenantSession, secret_hash: bytes) -> Proof | None:
    """None for what is unknown, revoked, expired, or of a disabled person."""
    row = _TOKEN.first(session, secret_hash=secret_hash, now=session.now())
    return replace(Proof(*row[:7]), permissions=tuple(row[7])) if row else None
