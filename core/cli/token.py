"""`xiaoan token`: keys for programs."""

from __future__ import annotations

from typing import Any

import click

from core.cli import json_option, print_rows
from core.cli.scope import commander, opened
from core.identity.queries import own_tokens, person_by_login
from core.identity.queries.people import PersonCard
from core.identity.services import create_token, revoke_token
from core.kernel.clock import local_date
from core.kernel.errors import Invalid, NotFound
from core.orgs.queries import resolve_grants
from core.tenancy import shelf

_tenant = click.option("--tenant", "slug", required=True, help="Short name of the tenant, e.g. wujin.")
_login = click.option("--login", required=True, help="Whose rights the token borrows.")


@click.group()
def token() -> None:
    """Tokens of the REST interface; never more than their person may do."""


@token.command("create")
@_tenant
@_login
@click.option(
    "--permission",
    "permissions",
    multiple=True,
    required=True,
    help="What it may do, e.g. hazard:case:read. Repeat it.",
)
@click.option("--name", default="command line", show_default=True, help="What it is for.")
@click.option("--days", default=90, show_default=True, type=click.IntRange(1, 366), help="How long it is good for.")
@json_option
def create(slug: str, login: str, permissions: tuple[str, ...], name: str, days: int, as_json: bool) -> None:
    """Create a token and print it, once."""
    with opened(slug) as (tenant, session):
        person = _person(session, login)
        held = {
            code
            for grant in resolve_grants(session, person.id, local_date(session.now()), shelf.current(session))
            for code in grant.permissions
        }
        beyond = sorted(set(permissions) - held)
        if beyond:
            raise Invalid(fields={"permission": f"{login} 没有权限 {', '.join(beyond)}"})
        made = create_token(
            session,
            actor=commander(tenant.id, "token create"),
            person_id=person.id,
            name=name,
            permissions=permissions,
            days=days,
        )
    print_rows([{"tenant": slug, "login": person.login, "id": str(made.id), "token": made.value}], as_json=as_json)


@token.command("list")
@_tenant
@_login
@json_option
def list_tokens(slug: str, login: str, as_json: bool) -> None:
    """List the tokens of a person; their secrets are not kept."""
    with opened(slug, read_only=True) as (_, session):
        tokens = own_tokens(session, _person(session, login).id)
    rows: list[dict[str, Any]] = [
        {
            "id": str(item.id), "name": item.name, "live": item.live, "expires_at": item.expires_at, "last_used_at": item.last_used_at,
            "permissions": ",".join(item.permissions),
        }
        for item in tokens
    ]  # fmt: skip
    print_rows(rows, as_json=as_json)


@token.command("revoke")
@_tenant
@_login
@click.option("--id", "token_id", required=True, type=click.UUID, help="Which one, see `token list`.")
def revoke(slug: str, login: str, token_id: Any) -> None:
    """Make a token void at once."""
    with opened(slug) as (tenant, session):
        person = _person(session, login)
        revoke_token(session, actor=commander(tenant.id, "token revoke"), person_id=person.id, token_id=token_id)


def _person(session: Any, login: str) -> PersonCard:
    person = person_by_login(session, login)
    if person is None:
        raise NotFound("没有登录名为%(login)s的用户", login=login)
    return person
