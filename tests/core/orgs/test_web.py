from __future__ import annotations

import re
from datetime import date

import pytest
from flask.testing import FlaskClient

from core.kernel.clock import FixedClock
from tests.conftest import APP_CLOCK
from tests.factories.world import PASSWORD, World


@pytest.fixture(autouse=True)
def together(clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    APP_CLOCK.at = clock.at
    monkeypatch.setattr("core.tenancy.directory.KEEP_S", 0.0)


def enter(client: FlaskClient, world: World, name: str) -> str:
    """Signs in; returns the token of the session's forms."""
    client.post("/sign-in", data={"tenant": world.tenant.slug, "login": name.replace("_", "."), "password": PASSWORD})
    found = re.search(r'name="csrf-token" content="([0-9a-f]+)"', client.get("/account").get_data(as_text=True))
    assert found
    return found[1]


def test_units_page_and_detail_show_what_is_covered(client: FlaskClient, world: World, neighbour: World) -> None:
    enter(client, world, "safety_a")
    page = client.get("/units").get_data(as_text=True)
    assert "第一小学东校区" in page and "第二初级中学" not in page
    detail = client.get(f"/units/{world.units['school_a']}")
    assert detail.status_code == 200 and "安全副校长" in detail.get_data(as_text=True)
    for hidden in (world.units["school_b"], neighbour.units["school_a"]):
        assert client.get(f"/units/{hidden}").status_code == 404


def test_unit_is_made_changed_moved_and_closed_on_pages(client: FlaskClient, world: World) -> None:
    token = enter(client, world, "head")
    form = {
        "csrf_token": token, "name": "第三小学", "code": "S003", "kind": "school", "org_type": "primary", "stages": ["primary"],
        "parent_id": str(world.units["root"]), "student_count": "900", "ownership": "public", "valid_from": "2020-09-01",
    }  # fmt: skip
    assert client.get("/units/new").status_code == 200
    bad = client.post("/units/new", data={**form, "student_count": "很多", "name": ""})
    assert bad.status_code == 422 and "应为整数" in bad.get_data(as_text=True)
    made = client.post("/units/new", data=form)
    assert made.status_code == 302, made.get_data(as_text=True)
    path = made.headers["Location"]
    assert client.post("/units/new", data=form).status_code == 409
    assert client.get(f"{path}/edit").status_code == 200
    changed = client.post(f"{path}/edit", data={**form, "name": "第三实验小学", "version": 1})
    assert changed.status_code == 302, changed.get_data(as_text=True)
    assert client.post(f"{path}/edit", data={**form, "name": "又一个", "version": 1}).status_code == 412
    moved = client.post(
        f"{path}/move",
        data={"csrf_token": token, "parent_id": world.units["section"], "on": "2020-11-26", "version": 2},
    )
    assert moved.status_code == 302, moved.get_data(as_text=True)
    page = client.get(path).get_data(as_text=True)
    assert "第三实验小学" in page and "更名" in page and "调整隶属" in page
    refused = client.post(f"{path}/close", data={"csrf_token": token, "last_day": "2019-01-01", "version": 3})
    assert refused.status_code == 422
    assert (
        client.post(f"{path}/close", data={"csrf_token": token, "last_day": "2020-11-25", "version": 3}).status_code
        == 302
    )
    assert "第三实验小学" in client.get("/units?state=closed").get_data(as_text=True)


def test_person_is_admitted_appointed_and_dismissed_on_pages(client: FlaskClient, world: World) -> None:
    token = enter(client, world, "safety_a")
    form = {
        "csrf_token": token, "name": "新台账员", "login": "new.keeper", "unit_id": str(world.units["school_a"]), "post_code": "keeper",
        "valid_from": "2020-11-01",
    }  # fmt: skip
    assert client.get("/people/new").status_code == 200
    assert client.post("/people/new", data={**form, "unit_id": ""}).status_code == 422
    made = client.post("/people/new", data=form)
    page = made.get_data(as_text=True)
    assert made.status_code == 200, page
    (password,) = re.findall(r"<code[^>]*>([a-z0-9-]{19})</code>", page)
    (path,) = set(re.findall(r'action="(/people/[0-9a-f-]{36})/posts"', page))
    assert password not in client.get(path).get_data(as_text=True)
    assert "新台账员" in client.get("/people?text=new.k").get_data(as_text=True)
    more = {
        "csrf_token": token,
        "unit_id": str(world.units["school_a"]),
        "post_code": "principal",
        "valid_from": "2020-11-26",
    }
    assert client.post(f"{path}/posts", data=more).status_code == 409, "more than a safety director holds"
    ended = re.search(
        r'action="(/people/[^"]+/dismiss)".*?name="version" value="(\d+)"',
        client.get(path).get_data(as_text=True),
        re.DOTALL,
    )
    assert ended
    gone = client.post(ended[1], data={"csrf_token": token, "version": ended[2], "last_day": "2020-11-25"})
    assert gone.headers["Location"] == "/people", "without a post there the school sees the person no more"


def test_school_cannot_take_over_accounts_above_it(client: FlaskClient, world: World) -> None:
    token = enter(client, world, "safety_a")
    principal = f"/people/{world.people['principal_a']}"
    assert client.get(principal).status_code == 200
    assert client.post(f"{principal}/one-time-password", data={"csrf_token": token, "version": 1}).status_code == 409
    assert client.get(f"/people/{world.people['head']}").status_code == 404
    assert (
        client.post(f"/people/{world.people['head']}/disable", data={"csrf_token": token, "version": 1}).status_code
        == 404
    )


def test_units_over_rest(client: FlaskClient, world: World, neighbour: World) -> None:
    headers = world.headers("head")
    body = {
        "code": "S9",
        "name": "第九小学",
        "kind": "school",
        "org_type": "primary",
        "parent_id": str(world.units["root"]),
    }
    made = client.post("/api/v1/units", json=body, headers={**headers, "Idempotency-Key": "u1"})
    assert made.status_code == 201, made.get_data(as_text=True)
    path = made.headers["Location"]
    assert made.headers["ETag"] == '"1"'
    again = client.post("/api/v1/units", json=body, headers={**headers, "Idempotency-Key": "u1"})
    assert again.get_json()["id"] == made.get_json()["id"]
    patched = client.patch(path, json={"name": "第九实验小学"}, headers={**headers, "If-Match": '"1"'})
    assert (patched.status_code, patched.get_json()["name"], patched.headers["ETag"]) == (200, "第九实验小学", '"2"')
    assert client.patch(path, json={"name": "x"}, headers={**headers, "If-Match": '"1"'}).status_code == 412
    assert client.patch(path, json={"name": "x"}, headers=headers).status_code == 428
    assert client.patch(path, json={"tenant_id": 1}, headers={**headers, "If-Match": '"2"'}).status_code == 422
    moved = client.post(
        f"{path}/move", json={"parent_id": str(world.units["section"])}, headers={**headers, "If-Match": '"2"'}
    )
    assert moved.get_json()["parent_name"] == "安全监管科"
    listed = client.get("/api/v1/units?kind=school&page_size=1&sort=-code", headers=headers).get_json()
    assert (listed["total"], [item["code"] for item in listed["items"]]) == (3, ["S9"])
    assert client.get(f"/api/v1/units/{neighbour.units['root']}", headers=headers).status_code == 404
    assert client.get("/api/v1/units?sort=;drop", headers=headers).status_code == 200
    school = world.headers("safety_a")
    inside = {"code": "S001-9", "name": "第一小学实验楼", "kind": "place", "parent_id": str(world.units["school_a"])}
    assert client.post("/api/v1/units", json=inside, headers={**school, "Idempotency-Key": "u2"}).status_code == 201
    outside = {**inside, "code": "X", "parent_id": str(world.units["school_b"])}
    assert client.post("/api/v1/units", json=outside, headers={**school, "Idempotency-Key": "u3"}).status_code == 404


def test_people_and_posts_over_rest(client: FlaskClient, world: World, neighbour: World) -> None:
    headers = world.headers("safety_a")
    listed = client.get("/api/v1/people", headers=headers).get_json()
    assert {item["login"] for item in listed["items"]} == {"principal.a", "safety.a", "keeper.a", "line.a", "staff.a"}
    body = {"login": "k2", "name": "又一台账员", "unit_id": str(world.units["school_a"]), "post_code": "keeper"}
    assert client.post("/api/v1/people", json=body, headers={**headers, "Idempotency-Key": "p1"}).status_code == 422
    body["login"] = "keeper.two"
    made = client.post("/api/v1/people", json=body, headers={**headers, "Idempotency-Key": "p2"})
    assert made.status_code == 201, made.get_data(as_text=True)
    person, path = made.get_json(), made.headers["Location"]
    assert "password" not in made.get_data(as_text=True).replace("has_password", "")
    once = client.post(f"{path}/one-time-password", headers={**headers, "If-Match": '"1"'})
    assert re.fullmatch(r"[a-z0-9-]{19}", once.get_json()["password"])
    post = person["posts"][0]
    ended = client.post(
        f"/api/v1/posts/{post['id']}/dismiss", json={"last_day": "2020-11-25"}, headers={**headers, "If-Match": '"1"'}
    )
    assert ended.get_json()["valid_to"] == "2020-11-25"
    assert client.get(path, headers=headers).status_code == 404
    posts = client.get(f"/api/v1/posts?unit_id={world.units['school_a']}", headers=headers).get_json()
    assert posts["total"] == 6
    assert client.get(f"/api/v1/posts?unit_id={world.units['school_b']}", headers=headers).get_json()["total"] == 0
    again = {"person_id": person["id"], "unit_id": post["unit_id"], "post_code": "keeper"}
    out_of_the_blue = client.post("/api/v1/posts", json=again, headers={**headers, "Idempotency-Key": "p3"})
    assert out_of_the_blue.status_code == 404
    assert client.get(f"/api/v1/people/{neighbour.people['safety_a']}", headers=headers).status_code == 404
    assert date.fromisoformat(post["valid_from"]) == date(2020, 11, 26)


def test_collections_cost_the_same_however_long(client: FlaskClient, world: World) -> None:
    from tests.core.orgs.ground import counted

    def cost(path: str) -> int:
        runtime = client.application.extensions["xiaoan"]
        with runtime.db.tenant(world.tenant.id) as inner:
            inner.connection()
            with counted(inner) as sent:
                assert client.get(path, headers=world.headers("head")).status_code == 200
        return len(sent)

    for path in ("/api/v1/units", "/api/v1/people", f"/api/v1/posts?unit_id={world.units['school_a']}"):
        mark = "&" if "?" in path else "?"
        cost(path)
        assert cost(f"{path}{mark}page_size=1") == cost(f"{path}{mark}page_size=3")
