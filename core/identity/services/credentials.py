"""Changes passwords: one's own by knowing it, another's by a one-time password."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from core.access.actor import Actor
from core.audit.services import record
from core.db.sessions import TenantSession
from core.identity import passwords
from core.identity.models import Person
from core.identity.services import lockout
from core.identity.services.people import locked_person
from core.identity.services.sessions import end_sessions
from core.identity.services.tokens import revoke_all_tokens
from core.kernel.errors import Invalid, NotFound, Refused


def issue_one_time_password(
    session: TenantSession, *, actor: Actor, person_id: UUID, version: int | None = None
) -> str:
    """Returns the password, which is shown once and must be changed at the first sign-in. All sessions and tokens end."""
    person = locked_person(session, actor=actor, person_id=person_id, version=version)
    if person.id == actor.person_id:
        raise Refused("自己的密码请在「我的账号」里修改")
    password = passwords.one_time()
    person.password_hash, person.must_change = passwords.hashed(password), True
    ended = end_sessions(session, person_id=person.id)
    revoked = revoke_all_tokens(session, person_id=person.id)
    lockout.unlock(session, login=person.login)
    session.flush()
    record(
        session,
        actor=actor,
        action="person.password_reset",
        object_kind="person",
        object_id=person.id,
        data={"sessions_ended": ended, "tokens_revoked": revoked},
    )
    return password


def change_password(
    session: TenantSession,
    *,
    actor: Actor,
    current: str,
    new: str,
    ip: str,
    keep: bytes | None = None,
    keep_tokens: bool = False,
) -> int:
    """One's own password; every other session ends, and every token unless ``keep_tokens``. ``keep``: the session in which
    it is done. Returns how many tokens were revoked. Raises Invalid.

    The current password is asked for, because a session may have been left open.
    """
    person = session.scalars(
        select(Person).where(Person.id == actor.person_id).with_for_update().execution_options(populate_existing=True)
    ).first()
    if person is None:
        raise NotFound()
    if not passwords.matches(person.password_hash, current[: passwords.LONGEST + 1]):
        raise Invalid("当前密码不对", fields={"current": "请输入现在使用的密码"})
    passwords.check(new, login=person.login, name=person.name, field="new")
    if new == current:
        raise Invalid("新密码不能与当前密码相同", fields={"new": "请换一个新密码"})
    person.password_hash, person.must_change = passwords.hashed(new), False
    ended = end_sessions(session, person_id=person.id, keep=keep)
    revoked = 0 if keep_tokens else revoke_all_tokens(session, person_id=person.id)
    session.flush()
    record(
        session, actor=actor, action="person.password_changed", object_kind="person", object_id=person.id,
        data={"sessions_ended": ended, "tokens_revoked": revoked, "ip": ip},
    )  # fmt: skip
    return revoked
