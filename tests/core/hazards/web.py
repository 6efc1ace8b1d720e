"""Requests as people of a district make them: REST with their token, pages with their session."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from core.identity.services.sessions import open_session
from tests.factories.world import World


@dataclass
class Api:
    """REST as one person."""

    client: FlaskClient
    world: World
    name: str

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1{path}", query_string=query, headers=self.world.headers(self.name))

    def post(self, path: str, body: dict[str, Any], *, version: int | None = None, key: str | None = None) -> Any:
        headers = {**self.world.headers(self.name), "Idempotency-Key": key or str(uuid4())}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        return self.client.post(f"/api/v1{path}", json=body, headers=headers)

    def patch(self, path: str, body: dict[str, Any], *, version: int | None = None) -> Any:
        headers = self.world.headers(self.name) | ({"If-Match": f'"{version}"'} if version is not None else {})
        return self.client.patch(f"/api/v1{path}", json=body, headers=headers)


@dataclass
class Browser:
    """Pages as one person; forms carry the CSRF token of the page they stand on."""

    client: FlaskClient
    token: str = ""

    @classmethod
    def of(cls, app: Flask, world: World, name: str) -> Browser:
        with world.session() as session:
            secret = open_session(session, person_id=world.people[name], ip="127.0.0.1", user_agent="test")
        client = app.test_client()
        client.set_cookie("xiaoan", f"{world.tenant.id}.{secret}")
        return cls(client)

    def get(self, path: str, **headers: str) -> Any:
        answer = self.client.get(path, headers=headers)
        found = re.search(r'name="csrf[-_]token" (?:content|value)="([0-9a-f]+)"', answer.get_data(as_text=True))
        if found:
            self.token = found[1]
        return answer

    def post(self, path: str, form: dict[str, Any]) -> Any:
        return self.client.post(path, data={"csrf_token": self.token, **form}, content_type="multipart/form-data")


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """What reaches the database inside the block."""
    sent: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        # which tenants there are is asked once a second, whoever asks
        if not statement.startswith("SET LOCAL") and "FROM tenants" not in statement:
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
