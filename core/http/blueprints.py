"""Blueprints that do not take a route without a guard.

``@bp.get("/x", permission=P.read)`` · ``public="reason"`` · ``signed_in=True`` · ``creates=True`` for idempotent creation
· ``exports=True`` for files made of many rows. REST: ``changes=True`` asks for If-Match; ``repeatable="why"``: twice is no harm.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from flask import Blueprint
from flask_smorest import Blueprint as SmorestBlueprint
from marshmallow import RAISE

from core.http.days import with_near_days
from core.http.guard import Guard, guarded

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def _take_guard(options: dict[str, Any], *, plugin: str | None, api: bool) -> Guard:
    return Guard(
        permission=options.pop("permission", None),
        public=options.pop("public", None),
        signed_in=options.pop("signed_in", False),
        creates=options.pop("creates", False),
        exports=options.pop("exports", False),
        plugin=plugin,
        api=api,
    )


class PageBlueprint(Blueprint):
    """Pages of a feature. ``plugin``: its routes answer 404 where that plugin is off.

    With ``static_folder`` a plugin's own scripts, styles and pictures lie at ``/<slug>/static/…``, for whoever is signed in.
    """

    def __init__(self, name: str, import_name: str, *, plugin: str | None = None, **options: Any) -> None:
        options.setdefault("template_folder", "templates")
        super().__init__(name, import_name, **options)
        self.plugin = plugin
        if self.has_static_folder:
            # Flask adds the route by itself when the blueprint is registered; it takes what stands here.
            files = guarded(Guard(signed_in=True, plugin=plugin), self.send_static_file)
            self.send_static_file = files  # type: ignore[method-assign]  # same, with a guard

    def route(self, rule: str, **options: Any) -> Any:
        guard = _take_guard(options, plugin=self.plugin, api=False)

        def register(handler: Callable[..., Any]) -> Callable[..., Any]:
            self.add_url_rule(rule, options.pop("endpoint", handler.__name__), guarded(guard, handler), **options)
            return handler

        return register


class ApiBlueprint(SmorestBlueprint):
    """REST of a feature under ``/api/v1/…``; every operation is documented with its permission and its errors."""

    def __init__(self, name: str, import_name: str, *, plugin: str | None = None, **options: Any) -> None:
        super().__init__(f"api_{name}", import_name, **options)
        self.plugin = plugin

    def route(self, rule: str, *, parameters: Any = None, tags: Any = None, **options: Any) -> Any:
        changes, repeatable = options.pop("changes", False), options.pop("repeatable", None)
        plain = _take_guard(options, plugin=self.plugin, api=True)
        method = options.get("methods", ["GET"])[0]

        def register(handler: Callable[..., Any]) -> Callable[..., Any]:
            endpoint = options.pop("endpoint", handler.__name__)
            notes = getattr(handler, "_apidoc", {})
            guard = replace(plain, versioned=changes or _versioned(rule, method, notes, plain, repeatable))
            wrapped = guarded(guard, handler)
            wrapped._apidoc = document(notes, guard)  # type: ignore[attr-defined]  # flask-smorest keeps its notes there
            self.add_url_rule(
                rule, endpoint, wrapped, parameters=parameters, tags=tags or [self.name.removeprefix("api_")], **options
            )
            return handler

        return register

    def register_views_in_doc(self, api: Any, app: Any, spec: Any, **options: Any) -> None:
        """Put off until somebody reads the document: most processes end without anybody having read it."""
        api.undescribed.append(partial(super().register_views_in_doc, api, app, spec, **options))

    def get(self, rule: str, **options: Any) -> Decorator:
        decorate: Decorator = super().get(rule, **options)
        return decorate

    def post(self, rule: str, **options: Any) -> Decorator:
        decorate: Decorator = super().post(rule, **options)
        return decorate

    def put(self, rule: str, **options: Any) -> Decorator:
        decorate: Decorator = super().put(rule, **options)
        return decorate

    def patch(self, rule: str, **options: Any) -> Decorator:
        decorate: Decorator = super().patch(rule, **options)
        return decorate

    def delete(self, rule: str, **options: Any) -> Decorator:
        decorate: Decorator = super().delete(rule, **options)
        return decorate

    def arguments(self, schema: Any, **options: Any) -> Decorator:
        """As flask-smorest's, with a type."""
        if options.get("location") == "query":
            # A misspelt filter that is ignored gives an unfiltered list, which looks like a right answer.
            options.setdefault("unknown", RAISE)
        own = (
            schema() if isinstance(schema, type) else schema
        )  # a class would be made anew at each request, with all its fields
        decorate: Decorator = super().arguments(own, **options)
        return lambda handler: decorate(with_near_days(handler))

    def response(self, status_code: Any, schema: Any = None, **options: Any) -> Decorator:
        """As flask-smorest's, with a type."""
        decorate: Decorator = super().response(status_code, schema, **options)
        return decorate

    def doc(self, **notes: Any) -> Decorator:
        """As flask-smorest's, with a type."""
        decorate: Decorator = super().doc(**notes)
        return decorate


IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "schema": {"type": "string"},
    "description": "ETag you saw",
}
IDEMPOTENCY = {
    "name": "Idempotency-Key", "in": "header", "required": True,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200}, "description": "one new UUID for each creation",
}  # fmt: skip


def _versioned(rule: str, method: str, notes: dict[str, Any], guard: Guard, repeatable: str | None) -> bool:
    """Whether the operation changes something that has a version. Raises ValueError where that was not thought about:
    an unsafe operation on an object asks for If-Match, creates, or says why twice is no harm (``repeatable="why"``)."""
    if method in ("PUT", "PATCH", "DELETE") or notes.get("manual_doc", {}).get("x-if-match"):
        return True
    if method == "POST" and "<" in rule and guard.public is None and not (guard.creates or repeatable):
        raise ValueError(f'POST {rule} changes an object: say changes=True, creates=True or repeatable="why"')
    return False


def document(notes: dict[str, Any], guard: Guard) -> dict[str, Any]:
    """Adds to an operation's notes what its guard implies: security, headers, the statuses it can answer with."""
    manual = dict(notes.get("manual_doc", {}))
    manual["security"] = [] if guard.public is not None else [{"token": []}, {"session": []}]
    if guard.permission is not None:
        manual["x-permission"] = str(guard.permission)
    if guard.plugin is not None:
        manual["x-plugin"] = guard.plugin
    parameters = list(manual.get("parameters", []))
    if guard.creates:
        parameters.append(IDEMPOTENCY)
        manual["x-creates"] = True
    if guard.versioned:
        parameters.append(IF_MATCH)
        manual["x-if-match"] = True
    if parameters:
        manual["parameters"] = parameters
    return {**notes, "manual_doc": manual}
