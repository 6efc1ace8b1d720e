"""Laws of REST, read from the OpenAPI document and the route table: one envelope, one set of answers, budgets for exports."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from core.http.guard import Guard
from core.settings import Settings

ENVELOPE = {"items", "total", "page", "page_size"}
NO_LIST = {
    "/api/v1/me": "one person",
}
"""Collections by their address that are none, each with what it is."""
EXPORT = re.compile(r"export|\.(xlsx|csv|docx|pdf|zip)$")
SMALL_FILES = {
    "/exports": "the list of what one ordered; ordering has its budget",
    "/exports/<uuid:export_id>/progress": "how far it is",
    "/exports/<uuid:export_id>/file": "made before, in a job; a broken download asks for many parts",
    "/api/v1/exports": "the list of what one ordered; ordering has its budget",
    "/api/v1/exports/<uuid:export_id>": "how far it is",
    "/api/v1/exports/<uuid:export_id>/take": "says that it is taken",
    "/api/v1/exports/<uuid:export_id>/file": "made before, in a job; a broken download asks for many parts",
}


@pytest.fixture(scope="module")
def document(app: Flask) -> dict[str, Any]:
    found: dict[str, Any] = app.test_client().get("/api/openapi.json").get_json()
    return found


def resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return schema


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method != "parameters":
                yield path, method, operation


def answers(document: dict[str, Any], operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for status, response in operation["responses"].items():
        for content in response.get("content", {}).values():
            if status.startswith("2"):
                yield resolved(document, content.get("schema", {}))


def loose_lists(document: dict[str, Any]) -> list[str]:
    """Answers that are a bare array, or that page without the envelope."""
    faults = []
    for path, method, operation in operations(document):
        asked = {resolved_parameter(document, one)["name"] for one in operation.get("parameters", [])}
        for schema in answers(document, operation):
            fields = set(schema.get("properties", {}))
            pages = "items" in fields or (method == "get" and "page_size" in asked)
            if schema.get("type") == "array" or (pages and not fields >= ENVELOPE):
                faults.append(f"{method.upper()} {path}: {schema.get('type')} {sorted(fields)[:6]}")
            elif method == "get" and fields >= ENVELOPE and not {"page", "page_size"} <= asked:
                faults.append(f"GET {path}: takes neither page nor page_size")
    return faults


def resolved_parameter(document: dict[str, Any], parameter: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in parameter:
        found: dict[str, Any] = document["components"]["parameters"][parameter["$ref"].rsplit("/", 1)[1]]
        return found
    return parameter


def lists_of_things(document: dict[str, Any]) -> list[str]:
    """GET of a collection, whose address goes on with the id of one of its things, answers with the envelope."""
    faults = []
    for path, method, operation in operations(document):
        has_things = any(re.fullmatch(re.escape(path) + r"/\{\w+\}", other) for other in document["paths"])
        listed = any(set(schema.get("properties", {})) >= ENVELOPE for schema in answers(document, operation))
        if method == "get" and has_things and path not in NO_LIST and not listed:
            faults.append(f"GET {path}")
    return faults


def test_lists_when_described_then_all_have_one_envelope(document: dict[str, Any]) -> None:
    assert loose_lists(document) == []
    assert lists_of_things(document) == []


def test_lists_when_shown_samples_then_tells_good_from_bad() -> None:
    def described(schema: dict[str, Any], *asked: str) -> dict[str, Any]:
        parameters = [{"name": name, "in": "query"} for name in asked]
        get = {"parameters": parameters, "responses": {"200": {"content": {"application/json": {"schema": schema}}}}}
        return {"paths": {"/things": {"get": get}, "/things/{thing_id}": {}}}

    envelope = {"type": "object", "properties": {key: {} for key in ENVELOPE}}
    assert loose_lists(described(envelope, "page", "page_size")) == []
    assert lists_of_things(described(envelope, "page", "page_size")) == []
    assert loose_lists(described(envelope)) != []
    assert loose_lists(described({"type": "array"}, "page", "page_size")) != []
    assert loose_lists(described({"type": "object", "properties": {"items": {}}})) != []
    assert loose_lists(described({"type": "object", "properties": {"events": {}}}, "page_size")) != []
    assert lists_of_things(described({"type": "object", "properties": {"events": {}}})) != []


def unstated(document: dict[str, Any]) -> list[str]:
    """Answers that an operation can give and does not state, and security schemes that do not exist."""
    faults = []
    schemes = document["components"].get("securitySchemes", {})
    for path, method, operation in operations(document):
        wanted = {"422", "429"}
        if operation.get("security"):
            wanted |= {"401", "403", "404", "409"}
        if any(parameter.get("name") == "If-Match" for parameter in operation.get("parameters", [])):
            wanted |= {"412", "428"}
        if method in ("put", "patch", "delete"):
            wanted |= {"412", "428"}
        missing = wanted - set(operation["responses"])
        unknown = {name for entry in operation.get("security", []) for name in entry if name not in schemes}
        if missing or unknown or "security" not in operation:
            faults.append(f"{method.upper()} {path}: {sorted(missing | unknown)}")
    return faults


def test_operations_when_described_then_state_every_answer_and_their_security(document: dict[str, Any]) -> None:
    assert unstated(document) == []
    refused = document["paths"]["/api/v1/me"]["get"]["responses"]["401"]
    assert list(refused["content"]) == ["application/problem+json"]


def test_operations_when_shown_samples_then_tells_good_from_bad() -> None:
    def described(*statuses: str, **more: Any) -> dict[str, Any]:
        operation = {"responses": {key: {} for key in statuses}, "security": [{"token": []}], **more}
        return {"components": {"securitySchemes": {"token": {}}}, "paths": {"/things": {"patch": operation}}}

    every = ("401", "403", "404", "409", "412", "422", "428", "429")
    assert unstated(described(*every)) == []
    for left_out in every:
        assert unstated(described(*(status for status in every if status != left_out))) != [], left_out
    assert unstated(described(*every, security=[{"nothing": []}])) != []


def test_cookie_when_described_then_bears_the_name_of_this_environment(app: Flask, settings: Settings) -> None:
    from core.http.api import complete
    from core.identity.cookies import Names

    schemes = app.test_client().get("/api/openapi.json").get_json()["components"]["securitySchemes"]
    assert schemes["session"] == {"type": "apiKey", "in": "cookie", "name": Names(settings.secure_cookies).session}
    assert schemes["token"] == {"type": "http", "scheme": "bearer"}
    assert complete({"paths": {}})["components"]["schemas"]["Problem"]["required"]


def unbudgeted(routes: list[tuple[str, Guard]]) -> list[str]:
    return [rule for rule, guard in routes if EXPORT.search(rule) and not guard.exports and rule not in SMALL_FILES]


def test_exports_when_listed_then_all_have_their_budget(app: Flask) -> None:
    routes = [
        (rule.rule, view.__guard__)
        for rule in app.url_map.iter_rules()
        if hasattr(view := app.view_functions[rule.endpoint], "__guard__")
    ]
    assert unbudgeted(routes) == []
    assert sum(guard.exports for _, guard in routes) >= 3


def test_exports_when_shown_samples_then_tells_good_from_bad() -> None:
    assert (
        unbudgeted([("/hazards/export", Guard(permission="a:b:c", exports=True)), ("/hazards", Guard(public="x"))])
        == []
    )
    assert unbudgeted([("/hazards/export", Guard(permission="a:b:c")), ("/a/b.xlsx", Guard(permission="a:b:c"))]) != []


def test_versions_when_asked_for_then_the_document_says_so(app: Flask) -> None:
    """Whatever reads If-Match says in the document that it wants it."""
    silent = []
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        guard = getattr(view, "__guard__", None)
        if guard is None or not guard.api or not rule.methods & {"POST", "PUT", "PATCH", "DELETE"}:
            continue
        notes = getattr(view, "_apidoc", {}).get("manual_doc", {})
        names = view.__wrapped__.__code__.co_names if hasattr(view, "__wrapped__") else ()
        if "expected_version" in _called(view, names) and not notes.get("x-if-match"):
            silent.append(rule.rule)
    assert silent == []


def _called(view: Any, names: tuple[str, ...]) -> set[str]:
    """Names that the handler behind all its decorators uses."""
    found, inner = set(names), view
    while hasattr(inner, "__wrapped__"):
        inner = inner.__wrapped__
        found |= set(inner.__code__.co_names)
    return found
