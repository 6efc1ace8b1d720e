"""Opens and ends sessions. The secret leaves this module once and is nowhere stored."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, update

from core.audit.services import Signed, record
from core.db.sessions import TenantSession
from core.identity.keys import digest, new_secret
from core.identity.models import UserSession
from core.kernel.errors import NotFound

IDLE = timedelta(hours=2)
ABSOLUTE = timedelta(hours=12)
REFRESH = timedelta(minutes=1)
KEPT = timedelta(days=30)
"""How long ended sessions stay in the list of an account."""


def open_session(session: TenantSession, *, person_id: UUID, ip: str, user_agent: str) -> str:
    """Returns the new session's secret."""
    secret, now = new_secret(), session.now()
    session.add(
        UserSession(
            id_hash=digest(secret), person_id=person_id, created_at=now, last_seen_at=now, expires_at=now + ABSOLUTE,
            ip=ip[:64], user_agent=user_agent[:300],
        )
    )  # fmt: skip
    session.flush()
    return secret


def touch_session(session: TenantSession, *, id_hash: bytes) -> None:
    """Notes that it was just used; at most once a minute."""
    now = session.now()
    session.execute(
        update(UserSession)
        .where(UserSession.id_hash == id_hash, UserSession.last_seen_at <= now - REFRESH)
        .values(last_seen_at=now)
        .execution_options(synchronize_session=False)
    )


def end_session(session: TenantSession, *, actor: Signed, person_id: UUID, id_hash: bytes) -> None:
    """Ends one session of the person. Raises NotFound for another's or one that has ended."""
    ended = session.execute(
        update(UserSession)
        .where(UserSession.id_hash == id_hash, UserSession.person_id == person_id, UserSession.ended_at.is_(None))
        .values(ended_at=session.now())
        .returning(UserSession.created_at)
        .execution_options(synchronize_session=False)
    ).first()
    if ended is None:
        raise NotFound()
    record(session, actor=actor, action="session.ended", object_kind="person", object_id=person_id)


def end_sessions(session: TenantSession, *, person_id: UUID, keep: bytes | None = None) -> int:
    """Ends all sessions of the person but ``keep``; returns how many. The caller audits why."""
    statement = update(UserSession).where(UserSession.person_id == person_id, UserSession.ended_at.is_(None))
    if keep is not None:
        statement = statement.where(UserSession.id_hash != keep)
    ended = session.execute(
        statement.values(ended_at=session.now())
        .returning(UserSession.id_hash)
        .execution_options(synchronize_session=False)
    )
    return len(ended.all())


def prune(session: TenantSession) -> int:
    """Deletes sessions that expired long ago; returns how many."""
    gone = session.execute(
        delete(UserSession).where(UserSession.expires_at < session.now() - KEPT).returning(UserSession.id_hash)
    )
    return len(gone.all())
