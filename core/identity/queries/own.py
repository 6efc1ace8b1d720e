"""What a person sees of their own account: sessions and tokens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from core.db.sessions import TenantSession
from core.identity.models import ApiToken, UserSession
from core.identity.services.sessions import IDLE  # the rule of the time-out stands there


@dataclass(frozen=True)
class OwnSession:
    """``id`` is the hash of the secret in hex: it names the session and opens nothing."""

    id: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    ip: str
    user_agent: str
    current: bool
    version: int = 1


@dataclass(frozen=True)
class OwnToken:
    """``live``: neither revoked nor expired."""

    id: UUID
    name: str
    permissions: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None
    live: bool
    version: int = 1


def own_sessions(session: TenantSession, person_id: UUID, *, current: str = "") -> tuple[OwnSession, ...]:
    """Live sessions, the last used first."""
    now = session.now()
    rows = session.scalars(
        select(UserSession)
        .where(
            UserSession.person_id == person_id, UserSession.ended_at.is_(None), UserSession.expires_at > now,
            UserSession.last_seen_at > now - IDLE,
        )
        .order_by(UserSession.last_seen_at.desc(), UserSession.id_hash)
    )  # fmt: skip
    return tuple(
        OwnSession(
            row.id_hash.hex(),
            row.created_at,
            row.last_seen_at,
            row.expires_at,
            row.ip,
            row.user_agent,
            row.id_hash.hex() == current,
        )
        for row in rows
    )


def own_tokens(session: TenantSession, person_id: UUID) -> tuple[OwnToken, ...]:
    """All tokens, the newest first."""
    now = session.now()
    rows = session.scalars(select(ApiToken).where(ApiToken.person_id == person_id).order_by(ApiToken.id.desc()))
    return tuple(
        OwnToken(
            id=row.id, name=row.name, permissions=tuple(row.permissions), created_at=row.created_at, expires_at=row.expires_at,
            last_used_at=row.last_used_at, revoked_at=row.revoked_at, live=row.revoked_at is None and row.expires_at > now,
        )
        for row in rows
    )  # fmt: skip
