"""Creates and changes accounts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from core.access.actor import Actor
from core.audit.services import record
from core.db.sessions import TenantSession
from core.identity import passwords
from core.identity.models import Person
from core.identity.permissions import PersonPermission
from core.identity.services.sessions import end_sessions
from core.identity.services.tokens import revoke_all_tokens
from core.jobs.services import emit
from core.kernel.errors import Conflict, Invalid, NotFound, Refused, Stale
from core.kernel.events import Event
from core.kernel.ids import new_id
from core.kernel.naming import sort_key

LOGIN = re.compile(r"^[a-z0-9][a-z0-9._-]{1,62}[a-z0-9]$")
LOGIN_RULE = "3到64个字符：小写字母、数字、点、横线、下划线，首尾为字母或数字"
CHANGEABLE = ("login", "name", "phone", "email", "locale")


@dataclass(frozen=True, kw_only=True)
class PersonFacts:
    """What is said of a new account."""

    login: str
    name: str
    phone: str | None = None
    email: str | None = None
    locale: str | None = None


def create_person(
    session: TenantSession,
    *,
    actor: Actor,
    facts: PersonFacts,
    password: str | None = None,
    password_hash: str | None = None,
) -> UUID:
    """``password`` is checked and hashed; ``password_hash`` is taken as it is (demo data); with neither nobody can sign in
    until a one-time password is issued. Raises Conflict for a taken login."""
    actor.require(PersonPermission.ACCOUNT_WRITE)
    login = checked_login(facts.login)
    refuse_taken_login(session, login=login)
    if password is not None:
        passwords.check(password, login=login, name=facts.name)
        password_hash = passwords.hashed(password)
    person = Person(
        id=new_id(), login=login, name=facts.name, name_sort=sort_key(facts.name, login), phone=facts.phone or None,
        email=facts.email or None, locale=facts.locale, password_hash=password_hash, created_at=session.now(),
    )  # fmt: skip
    session.add(person)
    session.flush()
    record(
        session, actor=actor, action="person.created", object_kind="person", object_id=person.id, data={"login": login}
    )
    _tell(session, "person.created", person.id)
    return person.id


def update_person(
    session: TenantSession, *, actor: Actor, person_id: UUID, changes: Mapping[str, Any], version: int | None = None
) -> int:
    """Changes some facts; returns the new version. Which fields changed is audited, their contents are not (personal data)."""
    person = locked_person(session, actor=actor, person_id=person_id, version=version)
    unknown = set(changes) - set(CHANGEABLE)
    if unknown:
        raise Invalid(fields=dict.fromkeys(sorted(unknown), "不能修改"))
    wanted: dict[str, Any] = {
        name: value or None if name in ("phone", "email", "locale") else value for name, value in changes.items()
    }
    if "login" in wanted:
        wanted["login"] = checked_login(wanted["login"])
    different = {name: value for name, value in wanted.items() if getattr(person, name) != value}
    if not different:
        return person.version
    if "login" in different:
        refuse_taken_login(session, login=different["login"])
    for name, value in different.items():
        setattr(person, name, value)
    person.name_sort = sort_key(person.name, person.login)
    session.flush()
    record(
        session,
        actor=actor,
        action="person.updated",
        object_kind="person",
        object_id=person.id,
        data={"fields": sorted(different)},
    )
    _tell(session, "person.updated", person.id)
    return person.version


def disable_person(session: TenantSession, *, actor: Actor, person_id: UUID, version: int | None = None) -> None:
    """No sign-in any more; all sessions and tokens end now."""
    person = locked_person(session, actor=actor, person_id=person_id, version=version)
    if person.id == actor.person_id:
        raise Refused("不能停用自己的账号，请由另一位管理员操作")
    person.active = False
    ended = end_sessions(session, person_id=person.id)
    revoked = revoke_all_tokens(session, person_id=person.id)
    session.flush()
    record(
        session,
        actor=actor,
        action="person.disabled",
        object_kind="person",
        object_id=person.id,
        data={"sessions_ended": ended, "tokens_revoked": revoked},
    )
    _tell(session, "person.disabled", person.id)


def enable_person(session: TenantSession, *, actor: Actor, person_id: UUID, version: int | None = None) -> None:
    person = locked_person(session, actor=actor, person_id=person_id, version=version)
    person.active = True
    session.flush()
    record(session, actor=actor, action="person.enabled", object_kind="person", object_id=person.id)
    _tell(session, "person.enabled", person.id)


def set_locale(session: TenantSession, *, person_id: UUID, locale: str) -> None:
    """The language of one's own pages; too small a thing for the audit log."""
    session.execute(
        update(Person).where(Person.id == person_id).values(locale=locale).execution_options(synchronize_session=False)
    )


def checked_login(login: str) -> str:
    """Raises Invalid for what cannot be a login."""
    login = login.strip().lower()
    if not LOGIN.match(login):
        raise Invalid(fields={"login": LOGIN_RULE})
    return login


def refuse_taken_login(session: TenantSession, *, login: str) -> None:
    if session.scalar(select(Person.id).where(Person.login == login)):
        raise Conflict("登录名%(login)s已被使用", login=login, fields={"login": "请换一个登录名"})


def locked_person(session: TenantSession, *, actor: Actor, person_id: UUID, version: int | None) -> Person:
    """The row, locked. Raises NotFound, and Stale for another version."""
    actor.require(PersonPermission.ACCOUNT_WRITE)
    person = session.scalars(
        select(Person).where(Person.id == person_id).with_for_update().execution_options(populate_existing=True)
    ).first()
    if person is None:
        raise NotFound()
    if version is not None and person.version != version:
        raise Stale()
    return person


def _tell(session: TenantSession, topic: str, person_id: UUID) -> None:
    emit(
        session,
        Event(topic=topic, tenant_id=session.tenant_id, at=session.now(), payload={"person_id": str(person_id)}),
    )
