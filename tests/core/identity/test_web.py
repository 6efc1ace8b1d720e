from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from core.identity.models import ApiToken, UserSession
from core.identity.pages.sign_in import local_path
from core.identity.services import issue_one_time_password
from core.kernel.clock import FixedClock
from core.tenancy.models import PluginSwitch
from tests.conftest import APP_CLOCK
from tests.factories.world import PASSWORD, World


@pytest.fixture(autouse=True)
def together(clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Test and application share one clock, and the application sees a district as soon as it is there."""
    APP_CLOCK.at = clock.at
    monkeypatch.setattr("core.tenancy.directory.KEEP_S", 0.0)


def later(clock: FixedClock, step: timedelta) -> None:
    clock.advance(step)
    APP_CLOCK.at = clock.at


def enter(client: FlaskClient, world: World, name: str = "head", password: str = PASSWORD, **more: str):  # type: ignore[no-untyped-def]
    form = {"tenant": world.tenant.slug, "login": name.replace("_", "."), "password": password, **more}
    return client.post("/sign-in", data=form)


def csrf(client: FlaskClient, path: str = "/account") -> str:
    page = client.get(path).get_data(as_text=True)
    found = re.search(r'name="csrf_token" value="([0-9a-f]+)"', page)
    assert found, page[:500]
    return found[1]


def test_sign_in_page_lists_districts_and_remembers(client: FlaskClient, world: World) -> None:
    assert world.tenant.slug.encode() in client.get("/sign-in").data or b"datalist" in client.get("/sign-in").data
    answer = enter(client, world)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    cookie = next(value for value in answer.headers.getlist("Set-Cookie") if value.startswith("xiaoan="))
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
    assert cookie.startswith(f"xiaoan={world.tenant.id}.")
    assert "某某区教育局" in client.get("/sign-in").get_data(as_text=True)


def test_wrong_password_shows_the_form_again_and_too_many_say_when(client: FlaskClient, world: World) -> None:
    answer = enter(client, world, password="wrong wrong wrong")
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "登录名或密码不对" in page and "wrong wrong" not in page
    for _ in range(4):
        answer = enter(client, world, password="wrong wrong wrong")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "31")
    assert "1分钟后再试" in answer.get_data(as_text=True)


def test_next_stays_here(client: FlaskClient, world: World) -> None:
    assert enter(client, world, next="/account").headers["Location"] == "/account"
    assert enter(client, world, next="//evil.example/x").headers["Location"] == "/"
    for bad in ("https://evil", "//evil", "/\\evil", "evil", "/a\nb", "/\t/evil", ""):
        assert local_path(bad) is None
    assert local_path("/units?page=2") == "/units?page=2"


def test_foreign_origin_is_refused(client: FlaskClient, world: World) -> None:
    form = {"tenant": world.tenant.slug, "login": "head", "password": PASSWORD}
    assert client.post("/sign-in", data=form, headers={"Origin": "https://evil.example"}).status_code == 403


def test_session_id_changes_at_sign_in_and_the_old_one_is_dead(client: FlaskClient, world: World) -> None:
    enter(client, world)
    old = client.get_cookie("xiaoan")
    assert old is not None
    enter(client, world)
    client.set_cookie("xiaoan", old.value)
    assert client.get("/account").status_code == 302


def test_sign_out_ends_the_session(client: FlaskClient, world: World) -> None:
    enter(client, world)
    value = client.get_cookie("xiaoan").value  # type: ignore[union-attr]
    assert client.post("/sign-out").status_code == 403, "not without the token of the page"
    assert client.post("/sign-out", data={"csrf_token": csrf(client)}).status_code == 302
    client.set_cookie("xiaoan", value)
    assert client.get("/account").headers["Location"].startswith("/sign-in")


def test_idle_and_absolute_time_outs(client: FlaskClient, world: World, clock: FixedClock) -> None:
    enter(client, world)
    for _ in range(7):
        later(clock, timedelta(minutes=100))
        assert client.get("/account").status_code == 200
    later(clock, timedelta(minutes=30))
    assert client.get("/account").status_code == 302, "12 hours are over, however busy"
    enter(client, world)
    later(clock, timedelta(hours=2, seconds=1))
    assert client.get("/account").status_code == 302


def test_last_use_is_noted_once_a_minute(client: FlaskClient, world: World, clock: FixedClock) -> None:
    enter(client, world)
    later(clock, timedelta(seconds=30))
    client.get("/account")

    def seen() -> object:
        with world.session() as session:
            return session.scalars(select(UserSession.last_seen_at)).one()

    first = seen()
    later(clock, timedelta(seconds=31))
    client.get("/account")
    assert seen() > first  # type: ignore[operator]


def test_neighbours_tenant_in_the_cookie_opens_nothing(client: FlaskClient, world: World, neighbour: World) -> None:
    enter(client, world)
    value = client.get_cookie("xiaoan").value  # type: ignore[union-attr]
    client.set_cookie("xiaoan", value.replace(f"{world.tenant.id}.", f"{neighbour.tenant.id}."))
    assert client.get("/account").status_code == 302


def test_one_time_password_leads_to_its_change_and_nowhere_else(client: FlaskClient, world: World) -> None:
    with world.session() as session:
        given = issue_one_time_password(session, actor=world.actor("head", session), person_id=world.people["safety_a"])
    assert enter(client, world, "safety_a", given).headers["Location"] == "/account/password"
    assert client.get("/api/v1/me").status_code == 409
    new = {"current": given, "new": "winter sun over the lake", "again": "winter sun over the lake"}
    slip = client.post("/account/password", data={**new, "again": "x", "csrf_token": csrf(client, "/account/password")})
    assert slip.status_code == 422 and "不一样" in slip.get_data(as_text=True)
    answer = client.post("/account/password", data={**new, "csrf_token": csrf(client, "/account/password")})
    assert answer.headers["Location"] == "/account"
    assert client.get("/api/v1/me").status_code == 200


def test_account_page_shows_posts_and_revokes_other_devices(client: FlaskClient, world: World, app) -> None:  # type: ignore[no-untyped-def]
    enter(client, world, "safety_a")
    other = app.test_client()
    enter(other, world, "safety_a")
    page = client.get("/account").get_data(as_text=True)
    assert "安全副校长" in page and "第一小学" in page
    (action,) = set(re.findall(r'action="(/account/sessions/[0-9a-f]{64}/end)"', page))
    assert client.post(action, data={"csrf_token": csrf(client)}).status_code == 302
    assert other.get("/account").status_code == 302
    assert client.get("/account").status_code == 200


def test_token_page_shows_the_secret_once(client: FlaskClient, world: World) -> None:
    enter(client, world, "safety_a")
    form = {"name": "对接", "permissions": "org:unit:read", "days": "30", "csrf_token": csrf(client)}
    page = client.post("/account/tokens", data=form).get_data(as_text=True)
    (value,) = re.findall(r"xa_\d+_[\w-]{43}", page)
    assert value not in client.get("/account").get_data(as_text=True)
    me = client.get("/api/v1/me", headers={"Authorization": f"Bearer {value}"}).get_json()
    assert me["kind"] == "token"
    assert {code for grant in me["grants"] for code in grant["permissions"]} == {"org:unit:read"}
    form |= {"permissions": "plugin:switch:write", "csrf_token": csrf(client)}
    assert client.post("/account/tokens", data=form).status_code == 422


def test_token_over_rest_is_made_once_and_its_secret_not_kept(client: FlaskClient, world: World) -> None:
    enter(client, world, "safety_a")
    headers = {"X-CSRF-Token": csrf(client), "Idempotency-Key": "k1"}
    body = {"name": "x", "permissions": ["org:unit:read"]}
    first = client.post("/api/v1/tokens", json=body, headers=headers)
    assert first.status_code == 201, first.get_data(as_text=True)
    assert first.get_json()["value"].startswith("xa_")
    again = client.post("/api/v1/tokens", json=body, headers=headers)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.get_json() == {"id": first.get_json()["id"], "value": ""}
    path = first.headers["Location"]
    assert client.delete(path, headers=headers).status_code == 428
    assert client.delete(path, headers={**headers, "If-Match": '"1"'}).status_code == 204
    bearer = {"Authorization": f"Bearer {first.get_json()['value']}"}
    assert client.get("/api/v1/me", headers=bearer).status_code == 401
    with world.session() as session:
        assert session.scalars(select(ApiToken).where(ApiToken.revoked_at.is_not(None))).one()


def test_token_dies_with_its_person(client: FlaskClient, world: World) -> None:
    from core.identity.services import disable_person

    assert client.get("/api/v1/me", headers=world.headers("keeper_a")).status_code == 200
    with world.session() as session:
        disable_person(session, actor=world.system, person_id=world.people["keeper_a"])
    assert client.get("/api/v1/me", headers=world.headers("keeper_a")).status_code == 401


@pytest.mark.parametrize(
    "header", ["Bearer x", "Bearer xa_1_short", "Basic eHg6eA==", "Bearer xa_99999999_" + "A" * 43]
)
def test_strange_authorization_is_nobody(client: FlaskClient, world: World, header: str) -> None:
    enter(client, world)
    assert client.get("/api/v1/me", headers={"Authorization": header}).status_code == 401


def test_sessions_over_rest(client: FlaskClient, world: World, app) -> None:  # type: ignore[no-untyped-def]
    enter(client, world)
    other = app.test_client()
    enter(other, world)
    listed = client.get("/api/v1/sessions").get_json()
    assert listed["total"] == 2
    foreign = next(item for item in listed["items"] if not item["current"])
    headers = {"X-CSRF-Token": csrf(client), "If-Match": '"1"'}
    assert client.delete(f"/api/v1/sessions/{foreign['id']}", headers=headers).status_code == 204
    assert client.delete(f"/api/v1/sessions/{foreign['id']}", headers=headers).status_code == 404
    assert other.get("/api/v1/me").status_code == 401


def test_link_and_switch_need_both_sides(client: FlaskClient, world: World, neighbour: World) -> None:
    enter(client, world)
    form = {"tenant": neighbour.tenant.slug, "login": "officer", "csrf_token": csrf(client)}
    assert client.post("/switch/link", data={**form, "password": "wrong wrong wrong"}).status_code == 422
    assert (
        client.post("/switch", data={"tenant": neighbour.tenant.id, "csrf_token": form["csrf_token"]}).status_code
        == 404
    )
    assert client.post("/switch/link", data={**form, "password": PASSWORD}).status_code == 302
    before = client.get_cookie("xiaoan").value  # type: ignore[union-attr]
    answer = client.post("/switch", data={"tenant": neighbour.tenant.id, "csrf_token": form["csrf_token"]})
    assert answer.status_code == 302
    me = client.get("/api/v1/me").get_json()
    assert (me["tenant_id"], me["person_id"]) == (neighbour.tenant.id, str(neighbour.people["officer"]))
    # back again, then the other side takes its half away
    client.post("/switch", data={"tenant": world.tenant.id, "csrf_token": csrf(client)})
    assert client.get("/api/v1/me").get_json()["tenant_id"] == world.tenant.id
    from core.identity.services import break_link

    with neighbour.session() as session:
        break_link(
            session, actor=neighbour.system, person_id=neighbour.people["officer"], other_tenant_id=world.tenant.id
        )
    assert client.post("/switch", data={"tenant": neighbour.tenant.id, "csrf_token": csrf(client)}).status_code == 409
    client.set_cookie("xiaoan", before)
    assert client.get("/account").status_code == 302, "the session before the switch is over"


def test_language_is_kept_in_cookie_and_account(client: FlaskClient, world: World, app) -> None:  # type: ignore[no-untyped-def]
    assert client.post("/language", data={"locale": "fr"}).status_code == 422
    client.post("/language", data={"locale": "en"})
    assert 'lang="en"' in client.get("/sign-in").get_data(as_text=True)
    enter(client, world)
    client.post("/language", data={"locale": "en"})
    fresh = app.test_client()
    enter(fresh, world)
    assert fresh.get("/api/v1/me").get_json()["locale"] == "en"


def test_request_costs_few_queries(client: FlaskClient, world: World) -> None:
    from tests.core.orgs.ground import counted

    headers = world.headers("principal_a")
    client.get("/api/v1/me", headers=headers)
    with world.session() as session:
        session.connection()
        runtime = client.application.extensions["xiaoan"]
        with runtime.db.tenant(world.tenant.id) as inner, counted(inner) as sent:
            client.get("/api/v1/me", headers=headers)
    asked = [statement for statement in sent if "app.tenants" not in statement and "FROM tenants" not in statement]
    assert len(asked) == 3, asked


def test_one_address_is_limited_before_any_account_is_looked_at(
    client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.identity.pages.sign_in.SIGN_IN", "2/minute")
    address = {"REMOTE_ADDR": "10.9.8.7"}
    form = {"tenant": world.tenant.slug, "login": "head", "password": PASSWORD}
    assert [client.post("/sign-in", data=form, environ_base=address).status_code for _ in range(2)] == [302, 302]
    over = client.post("/sign-in", data=form, environ_base=address)
    assert over.status_code == 429
    assert 1 <= int(over.headers["Retry-After"]) <= 61
    assert "操作太频繁" in over.get_data(as_text=True)
    assert client.post("/sign-in", data=form, environ_base={"REMOTE_ADDR": "10.9.8.8"}).status_code == 302


def test_limits_hold_while_redis_is_away(
    world: World, settings, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:  # type: ignore[no-untyped-def]
    from dataclasses import replace

    from core.app import create_app

    monkeypatch.setattr("core.identity.pages.sign_in.SIGN_IN", "2/minute")
    lonely = create_app(replace(settings, redis_url="redis://127.0.0.1:1/0"), clock=clock).test_client()
    form = {"tenant": world.tenant.slug, "login": "head", "password": PASSWORD}
    assert [lonely.post("/sign-in", data=form).status_code for _ in range(3)] == [302, 302, 429]


def test_password_change_when_the_old_one_is_guessed_then_locked_like_the_sign_in(
    client: FlaskClient, world: World
) -> None:
    enter(client, world, "safety_a")
    form = {"new": "another long password", "again": "another long password", "csrf_token": csrf(client)}
    answers = [client.post("/account/password", data={**form, "current": f"wrong guess {n} here"}) for n in range(5)]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 422, 429]
    assert client.post("/account/password", data={**form, "current": PASSWORD}).status_code == 429


def test_sessions_and_tokens_when_a_token_would_end_them_then_refused(client: FlaskClient, world: World) -> None:
    headers = {**world.headers("head"), "If-Match": '"1"'}
    token = client.get("/api/v1/tokens", headers=headers).get_json()["items"][0]["id"]
    assert client.delete(f"/api/v1/tokens/{token}", headers=headers).status_code == 409
    assert client.delete(f"/api/v1/sessions/{'0' * 64}", headers=headers).status_code == 409


def test_plugin_when_meant_for_other_stages_then_not_there_for_a_school_without_them(
    client: FlaskClient, world: World
) -> None:
    with world.session() as session:
        session.query(PluginSwitch).filter(PluginSwitch.plugin == "labchem").one().stages = ["junior", "senior"]
    assert client.get("/api/v1/labchem/overview", headers=world.headers("safety_a")).status_code == 404
    assert client.get("/api/v1/labchem/overview", headers=world.headers("safety_b")).status_code == 200
    assert client.get("/api/v1/labchem/overview", headers=world.headers("head")).status_code == 200


def change(client: FlaskClient, world: World, name: str, **more: str) -> None:
    enter(client, world, name)
    form = {"current": PASSWORD, "new": "winter sun over the lake", "again": "winter sun over the lake"}
    answer = client.post("/account/password", data={**form, "csrf_token": csrf(client), **more})
    assert answer.status_code == 302


def test_password_when_changed_then_tokens_end_too(client: FlaskClient, world: World) -> None:
    headers = world.headers("head")
    assert client.get("/api/v1/me", headers=headers).status_code == 200
    change(client, world, "head")
    assert client.get("/api/v1/me", headers=headers).status_code == 401
    assert "1个接口令牌已收回" in client.get("/account").get_data(as_text=True)
    assert client.get("/api/v1/me", headers=world.headers("safety_a")).status_code == 200


def test_password_when_changed_with_tokens_kept_then_they_go_on(client: FlaskClient, world: World) -> None:
    page_box = 'name="keep_tokens" value="1"'
    enter(client, world, "head")
    assert page_box in client.get("/account/password").get_data(as_text=True)
    change(client, world, "head", keep_tokens="1")
    assert client.get("/api/v1/me", headers=world.headers("head")).status_code == 200
