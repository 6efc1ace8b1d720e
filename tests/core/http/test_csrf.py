"""Requests that another site makes a browser send."""

from __future__ import annotations

import pytest

from tests.core.http.conftest import Site

URL = "/api/v1/notes"


@pytest.mark.parametrize("token", [None, "", "x", "0" * 64, "é"])
def test_unsafe_request_with_a_cookie_and_without_its_token_is_refused(site: Site, token: str | None) -> None:
    browser, _ = site.browser("head")
    data = {"text": "一"} if token is None else {"text": "一", "csrf_token": token}
    assert browser.post("/pages", data=data).status_code == 403
    assert browser.post(URL, json={"text": "一"}, headers={"Idempotency-Key": "k"}).status_code == 403
    assert browser.put(f"{URL}/x", json={"text": "一"}, headers={"If-Match": '"1"'}).status_code == 403
    assert site.notes() == []


def test_token_of_another_session_is_refused_and_the_own_one_taken(site: Site) -> None:
    browser, token = site.browser("head")
    _, other = site.browser("head")
    assert browser.post("/pages", data={"text": "一", "csrf_token": other}).status_code == 403
    assert browser.post("/pages", data={"text": "一"}, headers={"X-CSRF-Token": token}).status_code == 201
    assert (
        browser.post(URL, json={"text": "二"}, headers={"X-CSRF-Token": token, "Idempotency-Key": "k"}).status_code
        == 201
    )


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({}, 200), ({"Origin": "http://localhost"}, 200), ({"Sec-Fetch-Site": "same-origin"}, 200), ({"Sec-Fetch-Site": "none"}, 200),
        ({"Origin": "http://evil.example"}, 403), ({"Origin": "null"}, 403), ({"Origin": "http://localhost.evil.example"}, 403),
        ({"Origin": "http://localhost:81"}, 403), ({"Origin": "http://["}, 403), ({"Origin": "localhost"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403), ({"Sec-Fetch-Site": "same-site"}, 403),
    ],
)  # fmt: skip
def test_request_from_elsewhere_is_refused_even_before_anybody_signed_in(
    site: Site, sent: dict[str, str], code: int
) -> None:
    assert site.client().post("/pages/open", headers=sent).status_code == code


def test_foreign_origin_is_refused_with_the_right_token_too(site: Site) -> None:
    browser, token = site.browser("head")
    for sent in ({"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        assert browser.post("/pages", data={"text": "一", "csrf_token": token}, headers=sent).status_code == 403
    assert site.notes() == []
