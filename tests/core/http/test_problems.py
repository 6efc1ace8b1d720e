"""Errors as clients read them: mapped in one place, saying nothing of the inside."""

from __future__ import annotations

import errno
from typing import Any

import pytest
from flask import Flask, request
from psycopg2 import errors as pg
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError

from core.http import headers, problems, templating
from core.kernel import errors

SECRET = "select password_hash from app.people /srv/xiaoan uq_people__login"


def fault(kind: type[DBAPIError], original: BaseException, *, gone: bool = False) -> DBAPIError:
    return kind(SECRET, {}, original, connection_invalidated=gone)


CASES: list[tuple[Exception, int]] = [
    (errors.Invalid(fields={"a": "b"}), 422), (errors.NotFound(), 404), (errors.SignInNeeded(), 401), (errors.Forbidden(), 403),
    (errors.Conflict(), 409), (errors.Refused("不行"), 409), (errors.Stale(), 412), (errors.PreconditionNeeded(), 428),
    (errors.TooMany(retry_after_s=7), 429), (errors.TooLarge(), 413), (errors.Unavailable(), 503),
    (StaleDataError(SECRET), 412), (fault(IntegrityError, pg.UniqueViolation(SECRET)), 409), (fault(DataError, pg.NumericValueOutOfRange(SECRET)), 422),
    (fault(OperationalError, pg.QueryCanceled(SECRET)), 503), (fault(OperationalError, pg.DiskFull(SECRET)), 503), (PoolTimeout(SECRET), 503),
    (OSError(errno.ENOSPC, SECRET), 503), (OSError(errno.EROFS, SECRET), 503), (OSError(errno.EACCES, SECRET), 500),
    (fault(InterfaceError, Exception(SECRET), gone=True), 503), (fault(DBAPIError, Exception(SECRET), gone=True), 503),
    (fault(DBAPIError, Exception(SECRET)), 500), (RuntimeError(SECRET), 500), (KeyError(SECRET), 500), (RecursionError(SECRET), 500),
]  # fmt: skip


@pytest.fixture(scope="module")
def app() -> Flask:
    app = Flask("problems", static_folder=None)
    app.config.update(SECRET_KEY="x", TESTING=True)
    templating.install(app)
    headers.install(app, https=True)
    problems.install(app)

    def read() -> bytes:
        return request.get_data()

    def fail(number: int) -> Any:
        raise CASES[number][0]

    app.add_url_rule("/api/<int:number>", "api", fail)
    app.add_url_rule("/page/<int:number>", "page", fail, methods=["GET", "POST"])
    app.add_url_rule("/large", "large", read, methods=["POST"])
    return app


@pytest.mark.parametrize("number", range(len(CASES)), ids=lambda number: type(CASES[number][0]).__name__ + str(number))
def test_error_when_mapped_then_status_and_nothing_of_the_inside(app: Flask, number: int) -> None:
    code = CASES[number][1]
    client = app.test_client()
    rest = client.get(f"/api/{number}")
    assert (rest.status_code, rest.mimetype) == (code, "application/problem+json")
    assert rest.get_json()["status"] == code and rest.get_json()["request_id"] == rest.headers["X-Request-Id"]
    answers = [rest, client.post(f"/page/{number}"), client.post(f"/page/{number}", headers={"HX-Request": "true"})]
    for answer in answers:
        assert answer.status_code == code
        text = answer.get_data(as_text=True)
        for word in ("password_hash", "/srv", "uq_", "Traceback", "sqlalchemy", "psycopg"):
            assert word not in text
        for name in (
            "Content-Security-Policy",
            "X-Content-Type-Options",
            "X-Frame-Options",
            "Strict-Transport-Security",
        ):
            assert answer.headers[name]
        assert answer.headers["Cache-Control"] == "no-store"
    if code in (429, 503):
        assert all(int(answer.headers["Retry-After"]) > 0 for answer in answers)
    if code == 401:
        assert rest.headers["WWW-Authenticate"] == "Bearer"


def test_not_signed_in_when_a_page_is_asked_for_then_comes_back_to_it_and_nowhere_else(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/page/2?a=1&b=%2F").headers["Location"] == "/sign-in?next=/page/2%3Fa%3D1%26b%3D%252F"
    assert client.get("/page/2", headers={"HX-Request": "true"}).headers["HX-Redirect"] == "/sign-in"


def test_unknown_address_and_wrong_method_and_large_body(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/api/nothing").get_json()["code"] == "not_found"
    wrong = client.post("/api/1")
    assert wrong.status_code == 405 and "GET" in wrong.headers["Allow"] and wrong.get_json()["code"] == "wrong_method"
    app.config["MAX_CONTENT_LENGTH"] = 10
    try:
        assert client.post("/large", data=b"x" * 11).status_code == 413
    finally:
        app.config["MAX_CONTENT_LENGTH"] = None


def test_hostile_address_when_shown_then_escaped(app: Flask) -> None:
    page = app.test_client().get("/<script>alert(1)</script>?x=%0d%0aSet-Cookie:a=b")
    assert page.status_code == 404 and b"<script>alert" not in page.data and "Set-Cookie" not in page.headers
