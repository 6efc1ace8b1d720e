"""Proves a person by password and opens a session. Answers with a result instead of raising: a refusal must be committed,
or the count of wrong passwords would be rolled back with it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, update

from core.access.actor import Actor
from core.audit.services import record
from core.db.sessions import TenantSession
from core.identity import passwords
from core.identity.models import Person
from core.identity.services import lockout
from core.identity.services.sessions import open_session
from core.kernel.errors import Invalid, TooMany, XiaoanError


@dataclass(frozen=True)
class Denied:
    """Wrong login or password (which of them is not said), or too many tries."""

    retry_after_s: int | None = None

    def error(self) -> XiaoanError:
        """To be raised or shown after the commit."""
        if self.retry_after_s is None:
            return Invalid("登录名或密码不对，请核对后重试", fields={"password": "登录名或密码不对"})
        minutes = -(-self.retry_after_s // 60)
        return TooMany("密码错误次数太多，请%(minutes)s分钟后再试", minutes=minutes, retry_after_s=self.retry_after_s)


@dataclass(frozen=True)
class Proven:
    """Who it is."""

    person_id: UUID
    name: str
    must_change: bool


@dataclass(frozen=True)
class SignedIn:
    """``secret`` goes into the cookie."""

    person: Proven
    secret: str


def sign_in(session: TenantSession, *, login: str, password: str, ip: str, user_agent: str) -> SignedIn | Denied:
    """Side effects: a session, or one more failure counted; both audited."""
    proven = prove_password(session, login=login, password=password, ip=ip)
    if isinstance(proven, Denied):
        return proven
    secret = open_session(session, person_id=proven.person_id, ip=ip, user_agent=user_agent)
    session.execute(update(Person).where(Person.id == proven.person_id).values(last_sign_in_at=session.now()))
    record(
        session, actor=Actor(session.tenant_id, proven.person_id, proven.name, "person"), action="auth.signed_in",
        object_kind="person", object_id=proven.person_id, data={"ip": ip},
    )  # fmt: skip
    return SignedIn(proven, secret)


def prove_password(session: TenantSession, *, login: str, password: str, ip: str) -> Proven | Denied:
    """Checks login and password under the lock-out. Takes the same time whether the login exists or not."""
    login = login.strip().lower()
    lockout.lock_login(session, login=login, ip=ip)
    wait = lockout.locked_for(session, login=login, ip=ip)
    if wait:
        return Denied(retry_after_s=int(wait.total_seconds()) + 1)
    person = session.scalars(select(Person).where(Person.login == login)).first()
    usable = person is not None and person.active
    stored = person.password_hash if person is not None and usable else None
    # An endless password would make a hash endless; the rules allow none of that length.
    if not passwords.matches(stored, password[: passwords.LONGEST + 1]) or person is None:
        lockout.count_failure(session, login=login, ip=ip)
        _audit_refusal(session, person, ip)
        wait = lockout.locked_for(session, login=login, ip=ip)
        return Denied(retry_after_s=int(wait.total_seconds()) + 1) if wait else Denied()
    lockout.forgive(session, login=login, ip=ip)
    if passwords.outdated(str(person.password_hash)):
        fresh = passwords.hashed(password)
        session.execute(update(Person).where(Person.id == person.id).values(password_hash=fresh))
    return Proven(person.id, person.name, person.must_change)


def prove_own_password(session: TenantSession, *, person_id: UUID, password: str, ip: str) -> Proven | Denied:
    """Before one's own password is changed: a session that was left open must not serve to guess it."""
    login = session.scalar(select(Person.login).where(Person.id == person_id)) or ""
    return prove_password(session, login=login, password=password, ip=ip)


def _audit_refusal(session: TenantSession, person: Person | None, ip: str) -> None:
    """What was typed as the login is not kept: people type passwords there."""
    record(
        session, actor=Actor(session.tenant_id, None, "登录", "system"), action="auth.refused",
        object_kind="person", object_id=person.id if person else "unknown", data={"ip": ip},
    )  # fmt: skip
