"""REST under /api/v1: one OpenAPI document, documentation pages from local files, no route without a guard."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable
from typing import Any

from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.common import resolve_schema_cls
from flask import Blueprint, Flask, Response, jsonify, render_template
from flask_smorest import Api

from core.http.blueprints import ApiBlueprint
from core.http.runtime import of as runtime_of

OPEN = {"static": "styles, scripts and pictures of the product itself"}
"""Endpoints outside the guard, each with its reason."""
ERRORS = {
    401: "not signed in", 403: "without the permission", 404: "not there, or out of your reach", 409: "a rule or existing data says no",
    412: "changed by somebody else", 413: "too large", 415: "neither JSON nor a form", 422: "refused input, with fields", 428: "If-Match is missing",
    429: "too many requests", 503: "try again later",
}  # fmt: skip


class Rest(Api):
    """flask-smorest's Api, with errors mapped by core.http.problems and a document that states every answer."""

    ERROR_SCHEMA = None

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.undescribed: list[Callable[[], None]] = []
        self._described: dict[str, Any] | None = None
        self._describing = threading.Lock()
        super().__init__(*arguments, **options)

    def described(self) -> dict[str, Any]:
        """The OpenAPI document, made when it is first asked for."""
        with self._describing:
            if self._described is None:
                for describe in self.undescribed:
                    describe()
                # a copy: completing changes what flask-smorest keeps
                self._described = complete(copy.deepcopy(self.spec.to_dict()))
            return self._described

    def _register_error_handlers(self) -> None:
        """core.http.problems is the one place that maps errors."""

    def _register_responses(self) -> None:
        """Answers are added to the finished document in ``_complete``."""


def install(app: Flask) -> Rest:
    app.config.update(
        API_TITLE="校安 Xiaoan", API_VERSION="v1", OPENAPI_VERSION="3.1.0",
        API_SPEC_OPTIONS={
            "components": {
                "securitySchemes": {
                    "token": {"type": "http", "scheme": "bearer"},
                    "session": {"type": "apiKey", "in": "cookie", "name": runtime_of(app).identify.session_cookie},
                }
            }
        },
    )  # fmt: skip
    rest = Rest(app, spec_kwargs={"marshmallow_plugin": MarshmallowPlugin(schema_name_resolver=schema_name)})
    documents = Blueprint("openapi", __name__)

    @documents.get("/api/openapi.json")
    def openapi() -> Response:
        """The OpenAPI document; describes, discloses no data."""
        return jsonify(rest.described())

    @documents.get("/api/docs")
    def docs() -> str:
        """A page to read it, from local files."""
        return render_template("api/docs.html")

    app.register_blueprint(documents)
    OPEN["openapi.openapi"] = "the API's description holds no data"
    OPEN["openapi.docs"] = "the API's description holds no data"
    return rest


def schema_name(schema: Any) -> str:
    """``<feature>.<Name>``: features need not know each other's schema names; ``.part`` for one with ``only``."""
    found = resolve_schema_cls(schema)
    kind = found[0] if isinstance(found, list) else found
    feature = kind.__module__.split(".")[1]
    part = ".part" if getattr(schema, "only", None) else ""
    return f"{feature}.{kind.__name__.removesuffix('Schema')}{part}"


def register(app: Flask, rest: Rest, blueprint: Any) -> None:
    if isinstance(blueprint, ApiBlueprint):
        rest.register_blueprint(blueprint)
    else:
        app.register_blueprint(blueprint)


def refuse_open_routes(app: Flask) -> None:
    """Raises RuntimeError naming every endpoint without a guard: deny by default starts here."""
    bare = [name for name, view in app.view_functions.items() if not hasattr(view, "__guard__") and name not in OPEN]
    if bare:
        raise RuntimeError(f"routes without a guard: {', '.join(sorted(bare))}")


def complete(document: dict[str, Any]) -> dict[str, Any]:
    """States on every operation the errors it can answer with."""
    document.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    for tag in document.get(
        "tags", []
    ):  # flask-smorest names tags after blueprints; ours carry a prefix beside the pages'
        tag["name"] = tag["name"].removeprefix("api_")
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for operations in document["paths"].values():
        for method, operation in operations.items():
            if method == "parameters":
                continue
            responses = operation.setdefault("responses", {})
            responses.pop("default", None)
            for status in statuses(method, operation):
                responses[str(status)] = {"description": ERRORS[status], "content": content}
    return document


def statuses(method: str, operation: dict[str, Any]) -> list[int]:
    possible = {404, 422, 429, 503}
    if operation.get("security"):
        possible |= {401, 403, 409}  # 409 on reading too: a district without a pack, a one-time password
    if method != "get":
        possible |= {409, 413, 415}
    if operation.get("x-if-match"):
        possible |= {412, 428}
    return sorted(possible)


PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code", "request_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "request_id": {"type": "string"},
        "fields": {"type": "object", "additionalProperties": {"type": "string"}},
        "changes": {"type": "object", "additionalProperties": {"type": "array"}},
    },
}
