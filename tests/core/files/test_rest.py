"""Attachments over REST and pages: uploading, and that nobody gets what is not theirs."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.files import sending
from core.files.services import attach
from core.http.runtime import KEY
from core.kernel.ids import new_id
from tests.core.files.conftest import picture
from tests.factories.world import World

THING = "test_thing"


@pytest.fixture(autouse=True)
def things(app: Flask, world: World) -> Any:
    """Things on which files hang; ``visible`` decides who may see them."""
    visible: set[tuple[UUID, UUID | None]] = set()
    app.extensions[KEY].directory.forget()
    subjects = app.extensions[KEY].file_subjects
    subjects[THING] = lambda session, actor, subject_id: (subject_id, actor.person_id) in visible
    yield visible
    del subjects[THING]


def send(client: FlaskClient, world: World, who: str, data: bytes, name: str = "现场.jpg", **fields: Any) -> Any:
    headers = {**world.headers(who), "Idempotency-Key": fields.pop("key", None) or str(new_id())}
    form = {"purpose": "before", **fields, "file": (io.BytesIO(data), name)}
    return client.post("/api/v1/files", data=form, headers=headers, content_type="multipart/form-data")


def test_upload_then_only_the_uploader_sees_it_until_it_is_attached(client: FlaskClient, world: World) -> None:
    answer = send(client, world, "safety_a", picture(taken="2020:11:25 09:00:00"))
    assert answer.status_code == 201, answer.json
    card = answer.json
    assert (card["media_type"], card["purpose"], card["width"], card["subject_kind"]) == (
        "image/jpeg",
        "before",
        640,
        None,
    )
    assert card["occurred_at"].startswith("2020-11-25T01:00:00") and card["uploaded_at"] != card["occurred_at"]
    assert "key" not in card
    for path in ("", "/content", "/thumbnail"):
        url = f"/api/v1/files/{card['id']}{path}"
        assert client.get(url, headers=world.headers("safety_a")).status_code == 200
        assert client.get(url, headers=world.headers("safety_b")).status_code == 404
        assert client.get(url).status_code == 401


def test_content_is_safe_to_open(client: FlaskClient, world: World) -> None:
    shown = send(client, world, "safety_a", picture()).json
    saved = send(client, world, "safety_a", "说明".encode(), name="说明 1.txt", purpose="document").json
    answer = client.get(f"/api/v1/files/{shown['id']}/content", headers=world.headers("safety_a"))
    assert answer.headers["Content-Disposition"].startswith("inline;") and answer.mimetype == "image/jpeg"
    assert len(answer.data) == shown["size"] and b"SECRETCAMERA" not in answer.data
    text = client.get(f"/files/{saved['id']}", headers=world.headers("safety_a"))
    assert text.headers["Content-Disposition"] == "attachment; filename*=UTF-8''%E8%AF%B4%E6%98%8E%201.txt"
    for one in (answer, text):
        assert one.headers["X-Content-Type-Options"] == "nosniff"
        assert one.headers["Content-Security-Policy"] == sending.POLICY
        assert "private" in one.headers["Cache-Control"]
    again = client.get(
        f"/files/{shown['id']}", headers={**world.headers("safety_a"), "If-None-Match": answer.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")
    assert client.get(f"/files/{saved['id']}/thumbnail", headers=world.headers("safety_a")).status_code == 404


def test_upload_that_names_a_thing_is_refused_even_where_the_thing_may_be_seen(
    client: FlaskClient, world: World, things: Any
) -> None:
    """Evidence comes to a thing by the act that needs it: the right to look is no right to add."""
    thing = new_id()
    things.add((thing, world.people["safety_a"]))
    answer = send(client, world, "safety_a", picture(), subject_kind=THING, subject_id=str(thing))
    assert answer.status_code == 422 and set(answer.json["fields"]) == {"subject_kind", "subject_id"}


def test_access_follows_the_thing_at_once(client: FlaskClient, world: World, things: Any) -> None:
    thing = new_id()
    things.add((thing, world.people["safety_a"]))
    card = send(client, world, "safety_a", picture()).json
    with world.session() as session:
        actor = world.actor("safety_a", session)
        attach(session, actor=actor, file_id=UUID(card["id"]), subject_kind=THING, subject_id=thing)
    url = f"/api/v1/files/{card['id']}/content"
    assert client.get(url, headers=world.headers("safety_a")).status_code == 200
    assert client.get(url, headers=world.headers("safety_b")).status_code == 404
    things.clear()
    assert client.get(url, headers=world.headers("safety_a")).status_code == 404


def test_neighbours_file_is_like_none_at_all(client: FlaskClient, world: World, neighbour: World) -> None:
    card = send(client, neighbour, "safety_a", picture()).json
    for path in ("", "/content", "/thumbnail"):
        theirs = client.get(f"/api/v1/files/{card['id']}{path}", headers=world.headers("safety_a"))
        none = client.get(f"/api/v1/files/{new_id()}{path}", headers=world.headers("safety_a"))
        assert (theirs.status_code, theirs.json["title"]) == (none.status_code, none.json["title"])


@pytest.mark.parametrize(
    ("data", "name", "fields", "status", "field"),
    [
        (b"<svg/>", "a.png", {}, 422, "file"),
        (picture("PNG", size=(60, 40)), "a.jpg", {}, 422, "file"),
        (picture()[:500], "a.jpg", {}, 422, "file"),
        (picture(), "a.jpg", {"purpose": "../x"}, 422, "purpose"),
        (picture(), "a.jpg", {"occurred_at": "2030-01-01T00:00:00+08:00"}, 422, "occurred_at"),
        (picture(), "", {}, 422, "file"),
    ],
)
def test_refused_uploads_name_the_field(
    client: FlaskClient, world: World, data: bytes, name: str, fields: dict[str, str], status: int, field: str
) -> None:
    answer = send(client, world, "safety_a", data, name=name, **fields)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert field in answer.json["fields"], answer.json


def test_upload_sent_twice_is_stored_once(client: FlaskClient, world: World) -> None:
    data, key = picture(), str(new_id())
    first, second = (send(client, world, "safety_a", data, key=key) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json["id"] == second.json["id"] and second.headers["Idempotency-Replayed"] == "true"


def test_content_is_handed_to_the_proxy_where_the_settings_say_so(
    app: Flask, client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = send(client, world, "safety_a", picture()).json
    runtime = app.extensions[KEY]
    monkeypatch.setattr(type(runtime.settings), "files_accel", "/_files", raising=False)
    answer = client.get(f"/files/{card['id']}", headers=world.headers("safety_a"))
    assert answer.headers["X-Accel-Redirect"].startswith(f"/_files/t/{world.tenant.id}/") and answer.data == b""
