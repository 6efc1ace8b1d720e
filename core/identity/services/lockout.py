"""Slows down guessing: for a login from an address, for a login from anywhere, for an address. Kept in the database."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from core.db.sessions import TenantSession
from core.identity.models import SignInAttempt

FORGET = timedelta(days=1)
"""Without a failure for so long the count starts anew."""


@dataclass(frozen=True)
class Limit:
    """``free`` failures cost nothing; then the wait doubles from ``first`` up to ``longest``."""

    free: int
    first: timedelta
    longest: timedelta

    def wait(self, failures: int) -> timedelta:
        if failures < self.free:
            return timedelta()
        doublings: int = 2 ** min(failures - self.free, 20)
        return min(self.first * doublings, self.longest)


PER_LOGIN_AND_ADDRESS = Limit(free=5, first=timedelta(seconds=30), longest=timedelta(minutes=15))
PER_LOGIN = Limit(free=30, first=timedelta(seconds=10), longest=timedelta(minutes=1))
"""Guessing spread over many addresses. Short, or anybody could lock anybody out."""
PER_ADDRESS = Limit(free=50, first=timedelta(seconds=30), longest=timedelta(minutes=15))
"""A whole school may share one address."""


def lock_login(session: TenantSession, *, login: str, ip: str) -> None:
    """One attempt at a time for a login from an address: parallel guesses must not slip under the count."""
    number = int.from_bytes(_key(login, ip)[:8], "big", signed=True)
    session.execute(select(func.pg_advisory_xact_lock(number)))


def locked_for(session: TenantSession, *, login: str, ip: str) -> timedelta:
    """How long this login must wait at this address; zero: it may try."""
    until = session.scalar(
        select(func.max(SignInAttempt.locked_until)).where(SignInAttempt.key.in_(_limits(login, ip)))
    )
    return max(until - session.now(), timedelta()) if until else timedelta()


def count_failure(session: TenantSession, *, login: str, ip: str) -> None:
    """Side effects: the three counts go up and may lock. Rows are taken in key order, so that two never wait crosswise."""
    now = session.now()
    for key, limit in sorted(_limits(login, ip).items()):
        failures = session.execute(
            insert(SignInAttempt)
            .values(tenant_id=session.tenant_id, key=key, failed_count=1, last_at=now)
            .on_conflict_do_update(
                index_elements=["tenant_id", "key"], set_={"failed_count": _next(now), "last_at": now}
            )
            .returning(SignInAttempt.failed_count)
        ).scalar_one()
        wait = limit.wait(failures)
        if wait:
            _lock(session, key, now + wait)


def _next(now: datetime):  # type: ignore[no-untyped-def]  # an SQL case expression
    return case((SignInAttempt.last_at < now - FORGET, 1), else_=SignInAttempt.failed_count + 1)


def _lock(session: TenantSession, key: bytes, until: datetime) -> None:
    row = session.get(SignInAttempt, (session.tenant_id, key), populate_existing=True)
    if row is not None:
        row.locked_until = until
        session.flush()


def forgive(session: TenantSession, *, login: str, ip: str) -> None:
    """After the right password. The address keeps its count: it may be guessing at others."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.key.in_([_key(login, ip), _key(login, "")])))


def unlock(session: TenantSession, *, login: str) -> None:
    """An administrator lets the login try again. Counts of single addresses stay: they are hashed and cannot be listed."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.key == _key(login, "")))


def prune(session: TenantSession) -> int:
    """Deletes what is forgotten; returns how many."""
    gone = session.execute(
        delete(SignInAttempt).where(SignInAttempt.last_at < session.now() - FORGET).returning(SignInAttempt.key)
    )
    return len(gone.all())


def _limits(login: str, ip: str) -> dict[bytes, Limit]:
    return {_key(login, ip): PER_LOGIN_AND_ADDRESS, _key(login, ""): PER_LOGIN, _key("", ip): PER_ADDRESS}


def _key(login: str, ip: str) -> bytes:
    return hashlib.sha256(f"{login}|{ip}".encode()).digest()
