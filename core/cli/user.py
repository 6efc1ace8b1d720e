"""`xiaoan user`: accounts and their posts, for the first ones and for scripts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

import click
from sqlalchemy import select

from core.cli import json_option, print_rows
from core.cli.scope import card_of, commander, opened
from core.db.sessions import TenantSession
from core.identity.queries import person_by_login
from core.identity.services import agree_link, create_person, disable_person, enable_person, issue_one_time_password
from core.identity.services.people import PersonFacts, checked_login, refuse_taken_login
from core.kernel.clock import local_date
from core.kernel.errors import Invalid, NotFound, XiaoanError
from core.kernel.phrases import Phrase
from core.orgs.models import OrgUnit
from core.orgs.queries.people import PersonFilter, people_page
from core.orgs.services import appoint
from core.orgs.services.posts import check_place, pack_post

LONGEST_NAME = 60
T = TypeVar("T")
_tenant = click.option("--tenant", "slug", required=True, help="Short name of the tenant, e.g. wujin.")
_login = click.option("--login", required=True, help="What the person types to sign in.")


@click.group()
def user() -> None:
    """People, their posts and passwords."""


@user.command("create")
@_tenant
@_login
@click.option("--name", required=True, help="Full name.")
@click.option("--unit", "unit_code", help="Code of the unit in which the post is held.")
@click.option("--post", "post_code", help="Code of the post, as in the pack.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="First day in the post.  [default: today]")
@json_option
def create(
    slug: str, login: str, name: str, unit_code: str | None, post_code: str | None, since: Any, as_json: bool
) -> None:
    """Create an account with a one-time password and, if named, a post."""
    if (unit_code is None) != (post_code is None):
        raise click.UsageError("--unit and --post go together")
    with opened(slug) as (tenant, session):
        actor = commander(tenant.id, "user create")
        first: date = since.date() if since is not None else local_date(session.now())
        unit_id = _checked(session, login, name, unit_code, post_code, first)
        person_id = create_person(session, actor=actor, facts=PersonFacts(login=login, name=name.strip()))
        if unit_id is not None and post_code is not None:
            appoint(session, actor=actor, person_id=person_id, unit_id=unit_id, post_code=post_code, valid_from=first)
        password = issue_one_time_password(session, actor=actor, person_id=person_id)
    print_rows(
        [
            {
                "tenant": slug,
                "id": str(person_id),
                "login": login,
                "unit": unit_code,
                "post": post_code,
                "one_time_password": password,
            }
        ],
        as_json=as_json,
    )


@user.command("list")
@_tenant
@click.option("--text", default="", help="Part of the name, begin of the login or phone.")
@json_option
def list_users(slug: str, text: str, as_json: bool) -> None:
    """List accounts with the posts held today (the first 200)."""
    from core.access.actor import Coverage  # noqa: PLC0415  small commands stay quick to start
    from core.http.paging import Paging  # noqa: PLC0415  small commands stay quick to start

    with opened(slug, read_only=True) as (_, session):
        page = people_page(
            session, Coverage(None), filters=PersonFilter(text=text, state="all"), paging=Paging(page_size=200)
        )
    print_rows(
        [
            {
                "login": line.person.login, "name": line.person.name, "active": line.person.active,
                "posts": "; ".join(f"{post.unit_name} {post.title}" for post in line.posts),
            }
            for line in page.items
        ],
        as_json=as_json,
    )  # fmt: skip


@user.command("reset-password")
@_tenant
@_login
@json_option
def reset_password(slug: str, login: str, as_json: bool) -> None:
    """Issue a one-time password; sessions and tokens of the account end."""
    with opened(slug) as (tenant, session):
        person = person_by_login(session, login)
        if person is None:
            raise NotFound("没有登录名为%(login)s的用户", login=login)
        password = issue_one_time_password(
            session, actor=commander(tenant.id, "user reset-password"), person_id=person.id
        )
    print_rows([{"tenant": slug, "login": person.login, "one_time_password": password}], as_json=as_json)


@user.command("disable")
@_tenant
@_login
def disable(slug: str, login: str) -> None:
    """No sign-in any more; sessions and tokens end at once."""
    with opened(slug) as (tenant, session):
        person = person_by_login(session, login)
        if person is None:
            raise NotFound("没有登录名为%(login)s的用户", login=login)
        disable_person(session, actor=commander(tenant.id, "user disable"), person_id=person.id)


@user.command("enable")
@_tenant
@_login
def enable(slug: str, login: str) -> None:
    """Let the account sign in again."""
    with opened(slug) as (tenant, session):
        person = person_by_login(session, login)
        if person is None:
            raise NotFound("没有登录名为%(login)s的用户", login=login)
        enable_person(session, actor=commander(tenant.id, "user enable"), person_id=person.id)


@user.command("link")
@click.argument("one")
@click.argument("other")
@json_option
def link(one: str, other: str, as_json: bool) -> None:
    """Join two accounts of the same person, each given as TENANT:LOGIN, so that they may switch."""
    (slug, login), (other_slug, other_login) = _account(one), _account(other)
    tenant, other_tenant = card_of(slug), card_of(other_slug)
    if tenant.id == other_tenant.id:
        raise Invalid("两个账号要在不同的单位", fields={"other": "两个账号要在不同的单位"})
    ids = [_person_id(slug, login), _person_id(other_slug, other_login)]
    for (own_slug, own), (there, theirs) in (
        ((slug, tenant), (other_tenant, ids[1])),
        ((other_slug, other_tenant), (tenant, ids[0])),
    ):
        with opened(own_slug) as (_, session):
            mine = ids[0] if own is tenant else ids[1]
            agree_link(
                session,
                actor=commander(own.id, "user link"),
                person_id=mine,
                other_tenant_id=there.id,
                other_person_id=theirs,
            )
    print_rows([{"one": one, "other": other}], as_json=as_json)


def _checked(
    session: TenantSession, login: str, name: str, unit_code: str | None, post_code: str | None, first: date
) -> UUID | None:
    """The unit's id, if one is named. Raises one error that names every fault of the options, not only the first."""
    found: list[XiaoanError] = []

    def sound(check: Callable[[], T]) -> T | None:
        try:
            return check()
        except XiaoanError as fault:
            found.append(fault)
            return None

    if sound(lambda: checked_login(login)):
        sound(lambda: refuse_taken_login(session, login=login.strip().lower()))
    if not 0 < len(name.strip()) <= LONGEST_NAME:
        found.append(Invalid(fields={"name": Phrase("请填1到%(n)s个字", n=LONGEST_NAME)}))
    unit = session.scalars(select(OrgUnit).where(OrgUnit.code == unit_code)).first() if unit_code else None
    if unit_code and unit is None:
        found.append(NotFound("没有代码为%(code)s的单位", code=unit_code, fields={"unit": "请填已有单位的代码"}))
    known = sound(lambda: pack_post(session, post_code)) if post_code else None
    if known is not None and unit is not None:
        sound(lambda: check_place(known, unit, first, None))
    if len(found) == 1:
        raise found[0]
    if found:
        raise Invalid(fields={name: text for fault in found for name, text in fault.fields.items()})
    return unit.id if unit is not None else None


def _account(text: str) -> tuple[str, str]:
    slug, _, login = text.partition(":")
    if not slug or not login:
        raise click.UsageError(f"{text!r} is not TENANT:LOGIN")
    return slug, login


def _person_id(slug: str, login: str) -> Any:
    with opened(slug, read_only=True) as (_, session):
        person = person_by_login(session, login)
    if person is None:
        raise NotFound("%(tenant)s没有登录名为%(login)s的用户", tenant=slug, login=login)
    return person.id
