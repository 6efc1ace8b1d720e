"""What one row of a people roster does: an account if there is none yet, and the post in the unit."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.identity.models import Person
from core.identity.services.people import PersonFacts, create_person
from core.kernel.clock import local_date
from core.kernel.errors import Conflict, Invalid
from core.orgs.models import OrgUnit, Post
from core.orgs.queries.posts import valid_on
from core.orgs.services import staff
from core.orgs.services.posts import appoint

Effects = list[dict[str, Any]]


def commit_person(session: TenantSession, *, actor: Actor, values: dict[str, Any]) -> Effects:
    """Returns what it did, for the undo. Passwords are not part of a roster: one-time passwords are issued afterwards."""
    unit_id = session.scalar(select(OrgUnit.id).where(OrgUnit.code == values["unit"]))
    if unit_id is None:
        raise Invalid(fields={"unit": "没有这个单位，请填已有单位的代码或全称"})
    effects: Effects = []
    person = session.scalars(select(Person).where(Person.login == values["login"])).first()
    if person is None:
        facts = PersonFacts(
            login=values["login"], name=values["name"], phone=values.get("phone"), email=values.get("email")
        )
        person_id = create_person(session, actor=actor, facts=facts)
        effects.append({"do": "create", "kind": "person", "id": str(person_id), "version": 1})
    elif person.name != values["name"]:
        raise Conflict("这个登录名已用于%(name)s", name=person.name, fields={"login": "请换一个登录名或改正姓名"})
    else:
        person_id = person.id
        effects += _update(session, actor, person, values)
    return effects + _appoint(session, actor, person_id, unit_id, values)


def _update(session: TenantSession, actor: Actor, person: Person, values: dict[str, Any]) -> Effects:
    wanted = {
        name: values[name] for name in ("phone", "email") if values.get(name) and values[name] != getattr(person, name)
    }
    if not wanted:
        return []
    before = {name: getattr(person, name) for name in wanted}
    version = staff.change(session, actor=actor, person_id=person.id, changes=wanted)
    return [{"do": "update", "kind": "person", "id": str(person.id), "version": version, "before": before}]


def _appoint(session: TenantSession, actor: Actor, person_id: UUID, unit_id: UUID, values: dict[str, Any]) -> Effects:
    start: date | None = values.get("valid_from")
    end: date | None = values.get("valid_to")
    day = start or local_date(session.now())
    held = select(Post.id).where(
        Post.person_id == person_id, Post.unit_id == unit_id, Post.post_code == values["post_code"], valid_on(day)
    )
    if session.scalar(held.limit(1)) is not None:
        return []
    post_id = appoint(
        session, actor=actor, person_id=person_id, unit_id=unit_id, post_code=values["post_code"], title=values.get("title") or None,
        valid_from=day, valid_to=end,
    )  # fmt: skip
    return [{"do": "appoint", "kind": "post", "id": str(post_id), "version": 1}]
