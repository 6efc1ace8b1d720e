"""Which names the web process answers to: others get a plain refusal, and no link is made of what a client says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from core.app import create_app
from core.http.runtime import KEY
from core.settings import Settings


@pytest.fixture(scope="module")
def named(settings: Settings) -> Iterator[FlaskClient]:
    """An application that answers to two names."""
    own = replace(settings, trusted_hosts=("xiaoan.example.cn", "127.0.0.1"), public_url="https://xiaoan.example.cn")
    app = create_app(own)
    yield app.test_client()
    app.extensions[KEY].db.dispose()


def test_host_when_it_is_ours_then_is_served(named: FlaskClient) -> None:
    assert named.get("/sign-in", headers={"Host": "xiaoan.example.cn"}).status_code == 200
    assert named.get("/health/live", headers={"Host": "127.0.0.1:8000"}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example.com", "xiaoan.example.cn.evil.example.com", "xiaoan.example.cn:99999", "a b"]
)
@pytest.mark.parametrize("path", ["/sign-in", "/", "/hazards", "/no-such-page", "/static/css/xiaoan.css"])
def test_host_when_it_is_not_ours_then_is_a_page_of_400(named: FlaskClient, path: str, host: str) -> None:
    answer = named.get(path, headers={"Host": host})
    assert answer.status_code == 400
    assert answer.mimetype == "text/html"
    assert "Traceback" not in answer.text and "evil" not in answer.text
    assert "<h1>" in answer.text


def test_host_when_it_is_not_ours_then_rest_says_so_as_a_problem(named: FlaskClient) -> None:
    answer = named.get("/api/v1/hazards", headers={"Host": "evil.example.com"})
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert answer.get_json()["status"] == 400
