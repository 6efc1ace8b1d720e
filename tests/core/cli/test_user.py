from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner, Result

from core.cli.token import token
from core.cli.user import user
from core.identity.services import SignedIn, sign_in
from core.kernel.errors import Conflict, Invalid, NotFound
from tests.factories.world import World


@pytest.fixture
def run(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    for name, value in environ.items():
        monkeypatch.setenv(name, value)

    def call(group, *words: str) -> Result:  # type: ignore[no-untyped-def]
        return CliRunner().invoke(group, words, catch_exceptions=True)

    return call


def test_user_create_prints_a_password_that_works(run, world: World) -> None:  # type: ignore[no-untyped-def]
    answer = run(
        user, "create", "--tenant", world.tenant.slug, "--login", "new.head", "--name", "新科长", "--unit", "D1", "--post", "safety_officer", "--json"
    )  # fmt: skip
    assert answer.exit_code == 0, answer.output
    (row,) = json.loads(answer.output)
    with world.session() as session:
        signed = sign_in(session, login="new.head", password=row["one_time_password"], ip="10.0.0.1", user_agent="")
    assert isinstance(signed, SignedIn)
    again = run(user, "create", "--tenant", world.tenant.slug, "--login", "new.head", "--name", "x")
    assert isinstance(again.exception, Conflict)
    assert "new.head" in run(user, "list", "--tenant", world.tenant.slug, "--text", "new.").output


def test_user_create_leaves_nothing_behind_when_the_post_is_wrong(run, world: World) -> None:  # type: ignore[no-untyped-def]
    words = (
        "create",
        "--tenant",
        world.tenant.slug,
        "--login",
        "half",
        "--name",
        "x",
        "--unit",
        "D1",
        "--post",
        "nonsense",
    )
    assert isinstance(run(user, *words).exception, Invalid)
    assert "half" not in run(user, "list", "--tenant", world.tenant.slug).output
    assert run(user, *words[:-2]).exit_code == 2
    assert isinstance(run(user, "list", "--tenant", "nowhere").exception, NotFound)


def test_user_create_names_every_fault_at_once(run, world: World) -> None:  # type: ignore[no-untyped-def]
    words = (
        "create",
        "--tenant",
        world.tenant.slug,
        "--login",
        "Nobody At All",
        "--name",
        " ",
        "--unit",
        "none",
        "--post",
        "king",
    )
    fault = run(user, *words).exception
    assert isinstance(fault, Invalid)
    assert set(fault.fields) == {"login", "name", "unit", "post_code"}
    taken = (
        "create",
        "--tenant",
        world.tenant.slug,
        "--login",
        "head",
        "--name",
        "x",
        "--unit",
        "D1",
        "--post",
        "principal",
    )
    fault = run(user, *taken).exception
    assert isinstance(fault, Invalid)
    assert set(fault.fields) == {"login", "post_code"}, (
        "a post that such a unit does not have is named beside the taken login"
    )


def test_user_link_writes_both_halves(run, world: World, neighbour: World) -> None:  # type: ignore[no-untyped-def]
    from core.identity.queries import linked_tenants

    assert run(user, "link", f"{world.tenant.slug}:head", f"{neighbour.tenant.slug}:officer").exit_code == 0
    with world.session() as session:
        (link,) = linked_tenants(session, world.people["head"])
        assert (link.tenant_id, link.person_id) == (neighbour.tenant.id, neighbour.people["officer"])
    with neighbour.session() as session:
        (link,) = linked_tenants(session, neighbour.people["officer"])
        assert (link.tenant_id, link.person_id) == (world.tenant.id, world.people["head"])


def test_token_create_gives_no_more_than_its_person_has(run, world: World) -> None:  # type: ignore[no-untyped-def]
    base = ("create", "--tenant", world.tenant.slug, "--login", "keeper.a")
    answer = run(token, *base, "--permission", "org:unit:read", "--json")
    assert re.fullmatch(r"xa_\d+_[\w-]{43}", json.loads(answer.output)[0]["token"])
    assert isinstance(run(token, *base, "--permission", "plugin:switch:write").exception, Invalid)
    assert "org:unit:read" in run(token, "list", "--tenant", world.tenant.slug, "--login", "keeper.a").output
