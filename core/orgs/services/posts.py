"""Appoints and dismisses. Nobody gives what they do not hold in that unit."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from core.access.actor import Actor
from core.audit.services import record
from core.db.sessions import TenantSession
from core.identity.models import Person
from core.identity.permissions import PersonPermission
from core.jobs.services import emit
from core.kernel.errors import Conflict, Invalid, NotFound, Refused, Stale
from core.kernel.events import Event
from core.kernel.ids import new_id
from core.orgs.known_posts import known_post
from core.orgs.models import OrgUnit, Post
from core.orgs.queries.grants import covered_units, exceeds
from core.tenancy import shelf
from core.tenancy.packs.model import Post as PackPost


def appoint(
    session: TenantSession, *, actor: Actor, person_id: UUID, unit_id: UUID, post_code: str,
    title: str | None = None, valid_from: date, valid_to: date | None = None,
) -> UUID:  # fmt: skip
    """Gives the person the post in the unit from a day on (to a last day). ``title`` None: the pack's label.

    Raises Invalid for a post that is not held in such units, Conflict where the post is taken, Refused where it would give
    more than the actor holds there.
    """
    actor.require(PersonPermission.ROLE_GRANT, unit_id)
    unit = session.scalars(select(OrgUnit).where(OrgUnit.id == unit_id).with_for_update(key_share=True)).first()
    person = session.get(Person, (session.tenant_id, person_id))
    if unit is None or person is None:
        raise NotFound()
    known = pack_post(session, post_code)
    check_place(known, unit, valid_from, valid_to)
    refuse_more_than_own(session, actor=actor, post_code=post_code, unit_id=unit_id)
    _refuse_taken(session, known, person_id, unit_id, valid_from, valid_to)
    post = Post(
        id=new_id(), person_id=person_id, unit_id=unit_id, post_code=post_code, title=title or known.label,
        valid_from=valid_from, valid_to=valid_to,
    )  # fmt: skip
    session.add(post)
    session.flush()
    record(
        session, actor=actor, action="post.appointed", object_kind="person", object_id=person_id,
        data={
            "post_id": str(post.id), "unit_id": str(unit_id), "unit": unit.name, "post": post_code, "title": post.title,
            "from": valid_from.isoformat(), "to": valid_to.isoformat() if valid_to else None,
        },
    )  # fmt: skip
    _tell(session, "org.post_appointed", post)
    return post.id


def change_post(
    session: TenantSession,
    *,
    actor: Actor,
    post_id: UUID,
    title: str | None = None,
    valid_to: date | None = None,
    version: int | None = None,
) -> int:
    """Another form of address, another last day (also one that reopens nothing: None leaves it). Returns the new version."""
    post = _locked(session, actor, post_id, version)
    changes: dict[str, list[str | None]] = {}
    if title and title != post.title:
        changes["title"], post.title = [post.title, title], title
    if valid_to is not None and valid_to != post.valid_to:
        _check_end(post, valid_to)
        if post.valid_to is not None and valid_to > post.valid_to:
            # a longer term is a grant, not a correction
            refuse_more_than_own(session, actor=actor, post_code=post.post_code, unit_id=post.unit_id)
            _refuse_taken(
                session,
                pack_post(session, post.post_code),
                post.person_id,
                post.unit_id,
                post.valid_to + timedelta(days=1),
                valid_to,
            )
        changes["valid_to"], post.valid_to = (
            [str(post.valid_to) if post.valid_to else None, valid_to.isoformat()],
            valid_to,
        )
    if changes:
        session.flush()
        record(
            session, actor=actor, action="post.changed", object_kind="person", object_id=post.person_id,
            data={"post_id": str(post.id), "changes": changes},
        )  # fmt: skip
        _tell(session, "org.post_changed", post)
    return post.version


def dismiss(session: TenantSession, *, actor: Actor, post_id: UUID, last_day: date, version: int | None = None) -> None:
    """The post ends with ``last_day``; its rights are gone with the first request after that day."""
    post = _locked(session, actor, post_id, version)
    if post.valid_to is not None and post.valid_to <= last_day:
        raise Refused("这个岗位已于%(day)s免去", day=post.valid_to.isoformat())
    # One who was to begin later, or began today, may be taken back: the post then never was in force.
    post.valid_to = max(last_day, post.valid_from - timedelta(days=1))
    session.flush()
    record(
        session, actor=actor, action="post.dismissed", object_kind="person", object_id=post.person_id,
        data={"post_id": str(post.id), "unit_id": str(post.unit_id), "post": post.post_code, "last_day": post.valid_to.isoformat()},
    )  # fmt: skip
    _tell(session, "org.post_dismissed", post)


def pack_post(session: TenantSession, post_code: str) -> PackPost:
    """Raises Invalid for a code that the district's pack does not have."""
    found = known_post(shelf.current(session), post_code)
    if found is None:
        raise Invalid(fields={"post_code": "本区没有这个岗位，请从列表中选择"})
    return found


def refuse_more_than_own(session: TenantSession, *, actor: Actor, post_code: str, unit_id: UUID) -> None:
    """Raises Refused where the post would give a permission, or a reach, that the actor does not have there."""
    given = covered_units(session, pack=shelf.current(session), post_code=post_code, unit_id=unit_id)
    if exceeds(actor.grants, given):
        raise Refused("这个岗位的权限超出您在该单位的权限，请由上级管理员任命")


def check_place(known: PackPost, unit: OrgUnit, valid_from: date, valid_to: date | None) -> None:
    """Raises Invalid where such a unit does not have the post, or not at that time."""
    if known.held_in and unit.org_type is not None and unit.org_type not in known.held_in:
        raise Invalid(fields={"post_code": "这类单位不设这个岗位"})
    if valid_to is not None and valid_to < valid_from:
        raise Invalid(fields={"valid_to": "不能早于任职开始日期"})
    if unit.valid_to is not None and (valid_to is None or valid_to > unit.valid_to):
        raise Invalid(fields={"valid_to": "单位将停用或已停用，任职不能晚于停用日期"})


def _check_end(post: Post, valid_to: date) -> None:
    if valid_to < post.valid_from - timedelta(days=1):
        raise Invalid(fields={"valid_to": "不能早于任职开始日期"})


def _refuse_taken(
    session: TenantSession, known: PackPost, person_id: UUID, unit_id: UUID, start: date, end: date | None
) -> None:
    same: ColumnElement[bool] = (Post.unit_id == unit_id) & (Post.post_code == known.code)
    if not known.single:
        same &= Post.person_id == person_id
    taken = session.scalars(
        select(Post.person_id).where(
            same, or_(Post.valid_to.is_(None), Post.valid_to >= start), Post.valid_from <= (end or date.max)
        )
    ).all()
    if person_id in taken:
        raise Conflict("这段时间内已在该单位担任这个岗位")
    if taken:
        raise Conflict("%(post)s同一时间只能有一人，请先免去现任", post=known.label)


def _locked(session: TenantSession, actor: Actor, post_id: UUID, version: int | None) -> Post:
    post = session.scalars(
        select(Post).where(Post.id == post_id).with_for_update().execution_options(populate_existing=True)
    ).first()
    if post is None:
        raise NotFound()
    actor.require(PersonPermission.ROLE_GRANT, post.unit_id)
    if version is not None and post.version != version:
        raise Stale()
    return post


def _tell(session: TenantSession, topic: str, post: Post) -> None:
    payload = {
        "post_id": str(post.id),
        "person_id": str(post.person_id),
        "unit_id": str(post.unit_id),
        "post": post.post_code,
    }
    emit(session, Event(topic=topic, tenant_id=session.tenant_id, at=session.now(), payload=payload))
