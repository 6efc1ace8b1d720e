"""The one door: who gets in, what a request may carry, and what is left behind when it ends."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select
from sqlalchemy.exc import InvalidRequestError

from core.audit.models import AuditEntry
from core.http.guard import Guard
from tests.core.http.conftest import Site
from tests.factories.world import World

URL = "/api/v1/notes"
KEY = {"Idempotency-Key": "k"}


def test_guard_when_a_route_says_nothing_or_two_things_then_refused() -> None:
    for said in ({}, {"permission": "a:b:c", "public": "x"}, {"public": "x", "signed_in": True}):
        with pytest.raises(ValueError, match="exactly one"):
            Guard(**said)  # type: ignore[arg-type]


def test_nobody_wrong_role_and_right_role(site: Site) -> None:
    client = site.client()
    assert client.get(f"{URL}/x").status_code == 401
    refused = client.post(f"{URL}/administered", json={"text": "一"}, headers=site.headers("staff_a", **KEY))
    assert refused.status_code == 403 and list(refused.get_json()["fields"]) == ["permission"]
    assert (
        client.post(f"{URL}/administered", json={"text": "一"}, headers=site.headers("head", **KEY)).status_code == 201
    )


def test_neighbours_object_looks_like_none(site: Site, neighbour: World) -> None:
    theirs = (
        Site(site.app, neighbour)
        .client()
        .post(URL, json={"text": "他"}, headers={**neighbour.headers("head"), **KEY})
        .get_json()
    )
    answers = [
        site.client().open(f"{URL}/{path}", method=method, json={"text": "我"} if method == "PUT" else None, headers=site.headers("head", **{"If-Match": '"1"'}))
        for method in ("GET", "PUT") for path in (theirs["path"], "00000000-0000-7000-8000-000000000000")
    ]  # fmt: skip
    assert {answer.status_code for answer in answers} == {404}
    assert len({json.dumps({**answer.get_json(), "request_id": ""}) for answer in answers}) == 1
    assert Site(site.app, neighbour).notes() == ["他"]


@pytest.mark.parametrize(
    "name",
    ["X-Tenant-Id", "X-User-Id", "X-Forwarded-For", "X-Forwarded-Host", "X-HTTP-Method-Override", "X-Original-URL"],
)
def test_headers_that_claim_something_are_ignored(site: Site, neighbour: World, name: str) -> None:
    headers = site.headers("head", **{name: str(neighbour.tenant.id) if "Id" in name else "DELETE"})
    made = site.client().post(
        f"{URL}?_method=DELETE&tenant_id={neighbour.tenant.id}", json={"text": "一"}, headers={**headers, **KEY}
    )
    assert made.status_code == 201
    assert site.notes() == ["一"] and Site(site.app, neighbour).notes() == []


def test_secret_of_one_tenant_under_the_number_of_another_opens_nothing(site: Site, neighbour: World) -> None:
    token = site.world.tokens["head"].replace(f"xa_{site.world.tenant.id}_", f"xa_{neighbour.tenant.id}_")
    assert site.client().get(f"{URL}/x", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_broken_token_beside_a_good_cookie_is_nobody(site: Site) -> None:
    browser, _ = site.browser("head")
    assert browser.get("/pages").status_code == 200
    assert browser.get("/pages", headers={"Authorization": "Bearer x", "Accept": "application/json"}).status_code == 401


def test_get_that_writes_is_stopped_by_the_database(site: Site) -> None:
    assert site.client().get(f"{URL}/writing", headers=site.headers("head")).status_code == 500
    assert site.notes() == []


def test_token_on_the_form_of_a_page_is_refused(site: Site) -> None:
    """Pages ask neither for If-Match nor for Idempotency-Key as REST does: programs use REST."""
    answer = site.client().post("/pages", data={"text": "一"}, headers=site.headers("head", Accept="application/json"))
    assert answer.status_code == 401
    assert site.notes() == []


def test_answer_that_refuses_commits_nothing(site: Site) -> None:
    browser, token = site.browser("head")
    assert browser.post("/pages", data={"csrf_token": token, "text": "一", "how": "forgotten"}).status_code == 422
    assert site.notes() == []


def test_audit_names_the_request_and_so_does_the_answer(site: Site) -> None:
    answer = site.client().post(URL, json={"text": "一"}, headers=site.headers("head", **KEY))
    with site.world.session(read_only=True) as session:
        found = session.scalars(select(AuditEntry.request_id).where(AuditEntry.action == "note.kept")).all()
    assert found == [answer.headers["X-Request-Id"]] and found[0]
    other = site.client().post(f"/pages/elsewhere/{site.world.tenant.id}")
    assert other.get_data(as_text=True).split()[2] == other.headers["X-Request-Id"]
    lost = site.client().get("/nowhere", headers={"Accept": "application/json"})
    assert lost.get_json()["request_id"] == lost.headers["X-Request-Id"] != ""


def test_scope_that_ended_cannot_be_used_again(site: Site) -> None:
    """A generator that outlives its request would hold a connection that nobody gives back."""
    site.client().post(URL, json={"text": "一"}, headers=site.headers("head", **KEY))
    browser, _ = site.browser("head")
    with pytest.raises(InvalidRequestError, match="closed"):
        browser.get("/pages/stream")
    with site.world.session() as session:
        pass
    with pytest.raises(InvalidRequestError, match="closed"):
        session.scalars(select(AuditEntry)).all()


BAD = ["a\0b", "\ud800", "\udfff x", "甲\ud83d"]


@pytest.mark.parametrize("text", BAD)
def test_characters_that_no_text_can_hold_are_refused_wherever_they_stand(site: Site, text: str) -> None:
    for body in ({"text": text}, {"text": "一", "extra": {"deep": [{"er": text}]}}, {"text": "一", "extra": {text: 1}}):
        answer = site.client().post(
            URL, data=json.dumps(body), content_type="application/json", headers=site.headers("head", **KEY)
        )
        assert (answer.status_code, answer.mimetype) == (422, "application/problem+json"), body
    browser, token = site.browser("head")
    assert browser.post("/pages", data={"csrf_token": token, "text": "a\0b"}).status_code == 422
    assert browser.post("/pages", data={"csrf_token": token, "text": "一", "idempotency_key": "\0"}).status_code == 422
    assert site.client().get(f"{URL}/a%00b", headers=site.headers("head")).status_code == 404
    assert site.client().get(f"{URL}/x?q=a%00b", headers=site.headers("head")).status_code == 422
    assert site.notes() == []


def test_letters_outside_the_first_plane_are_letters(site: Site) -> None:
    """Sent as a pair of escapes by most programs."""
    assert site.client().post(URL, json={"text": "𠮷🙂"}, headers=site.headers("head", **KEY)).status_code == 201
    assert site.notes() == ["𠮷🙂"]


@pytest.mark.parametrize(
    "body",
    [b"[" * 100_000, b'{"text":' * 50_000, b'{"text": "x", "number": ' + b"9" * 5000 + b"}", b"{", b"\xff\xfe", b"null", b'"x"', b"[]",
     b'{"text": "x", "number": 1e999}', b'{"text": "x", "number": NaN}', b'{"text": "\xed\xa0\x80"}', b'{"text": ["x"]}'],
)  # fmt: skip
def test_bodies_that_are_no_object_are_refused(site: Site, body: bytes) -> None:
    answer = site.client().post(URL, data=body, content_type="application/json", headers=site.headers("head", **KEY))
    assert answer.status_code in (400, 413, 422), (body[:30], answer.get_data(as_text=True))
    assert answer.mimetype == "application/problem+json"
    assert site.notes() == []


def test_body_that_is_not_json_is_no_empty_object(site: Site) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/xml"):
        answer = site.client().post(URL, data='{"text": "一"}', content_type=kind, headers=site.headers("head", **KEY))
        assert answer.status_code in (415, 422)
    assert site.notes() == []


def test_large_body_is_taken_as_an_upload_only(site: Site) -> None:
    large = {"text": "一", "extra": {"x": "y" * 2_100_000}}
    assert site.client().post(URL, json=large, headers=site.headers("head", **KEY)).status_code == 413
    browser, token = site.browser("head")
    parts = [f'form-data; name="{name}"\r\n\r\n{value}' for name, value in (("csrf_token", token), ("text", "一"))]
    parts.append('form-data; name="file"; filename="a.bin"\r\n\r\n' + "x" * 2_100_000)
    body = "".join(f"--cut\r\nContent-Disposition: {part}\r\n" for part in parts) + "--cut--\r\n"
    answer = browser.post("/pages", data=body.encode(), content_type="multipart/form-data; boundary=cut")
    assert answer.status_code == 201


def test_large_upload_from_nobody_is_not_taken(site: Site) -> None:
    part = (
        b'--cut\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        + b"x" * 2_100_000
        + b"\r\n--cut--\r\n"
    )
    answer = site.client().post("/pages/open", data=part, content_type="multipart/form-data; boundary=cut")
    assert answer.status_code == 413


def test_page_address_with_names_of_ours_in_its_query_is_harmless(site: Site) -> None:
    browser, _ = site.browser("head")
    for query in ("endpoint=x", "self=1", "_external=1&_scheme=javascript", "_anchor=x&_method=POST", "values=1"):
        answer = browser.get(f"/pages?{query}&q=a")
        assert answer.status_code == 200, query
        links = answer.get_data(as_text=True)
        assert 'href="/pages?' in links and "javascript:" not in links and 'href="http' not in links


def test_head_and_options_and_wrong_method(site: Site) -> None:
    client, headers = site.client(), site.headers("head")
    path = client.post(URL, json={"text": "一"}, headers={**headers, **KEY}).get_json()["path"]
    head = client.head(f"{URL}/{path}", headers=headers)
    assert (head.status_code, head.data) == (200, b"") and head.headers["ETag"] == '"1"'
    assert client.head(f"{URL}/{path}").status_code == 401
    assert {"GET", "HEAD", "OPTIONS", "PUT"} == set(client.options(f"{URL}/{path}").headers["Allow"].split(", "))
    for method in ("DELETE", "TRACE", "PATCH"):
        wrong = client.open(f"{URL}/{path}", method=method, headers=headers)
        assert wrong.status_code == 405 and set(wrong.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "PUT"}
        assert wrong.mimetype == "application/problem+json"


@pytest.mark.parametrize(
    ("tag", "code"),
    [("", 428), ("*", 428), ('"2"', 412), ("²", 412), ("١", 412), ('"1", "2"', 412), ('"x"', 412), ('"' + "9" * 40 + '"', 412), ('"1"', 200), ('W/"1"', 200)],
)  # fmt: skip
def test_if_match(site: Site, tag: str, code: int) -> None:
    path = site.client().post(URL, json={"text": "一"}, headers=site.headers("head", **KEY)).get_json()["path"]
    sent = {"If-Match": tag} if tag and tag.isascii() else {}
    environ = {"HTTP_IF_MATCH": tag} if tag and not tag.isascii() else {}
    answer = site.client().put(
        f"{URL}/{path}", json={"text": "二"}, headers=site.headers("head", **sent), environ_overrides=environ
    )
    assert answer.status_code == code


def test_language_cookie_is_one_of_ours_or_nothing(site: Site) -> None:
    client = site.client()
    client.set_cookie("lang", "../../etc")
    assert client.get(f"{URL}/x", headers=site.headers("head")).status_code == 404
