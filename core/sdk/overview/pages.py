"""Builds the pages and REST of a domain's overview for one plugin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import render_template, url_for
from marshmallow import Schema, fields

from core.hooks.meta import PluginMeta
from core.http.blueprints import ApiBlueprint, PageBlueprint
from core.http.context import RequestContext, current
from core.sdk.overview.numbers import DomainNumbers, domain_numbers
from core.sdk.overview.words import DomainWords, domain_words


class CategoryCountSchema(Schema):
    """Hazards of one category."""

    code = fields.String()
    title = fields.String()
    total = fields.Integer()
    open = fields.Integer()
    overdue = fields.Integer()
    major = fields.Integer()
    closed = fields.Integer()


class MonthCountSchema(Schema):
    """Hazards found and closed in a month."""

    month = fields.Date()
    found = fields.Integer()
    closed = fields.Integer()


class FocusCountSchema(Schema):
    """Hazards under a focus problem of the notice."""

    code = fields.String(attribute="problem.code")
    no = fields.Integer(attribute="problem.no")
    title = fields.String(attribute="problem.title")
    clauses = fields.List(fields.String(), attribute="problem.clauses")
    total = fields.Integer()
    open = fields.Integer()
    overdue = fields.Integer()


class DomainOverviewSchema(Schema):
    """The numbers of a domain within what the caller covers."""

    domain = fields.String()
    title = fields.String()
    total = fields.Integer()
    open = fields.Integer()
    overdue = fields.Integer()
    major = fields.Integer()
    closed = fields.Integer()
    units = fields.Integer()
    categories = fields.List(fields.Nested(CategoryCountSchema))
    months = fields.List(fields.Nested(MonthCountSchema))
    focus = fields.List(fields.Nested(FocusCountSchema))


def domain_view(context: RequestContext, meta: PluginMeta, permission: str, *, sealed: bool = False) -> dict[str, Any]:
    """Template values of the partial ``domain/_numbers.html``, for a page that shows more than this."""
    words, numbers = _ask(context, meta, permission)
    reads = not sealed and context.actor.may("hazard:case:read")
    return {"words": words, "numbers": numbers, "ledger": ledger_of(words) if reads else None, "sealed": sealed}


def domain_blueprints(
    meta: PluginMeta, *, permission: str, path: str | None = None, sealed: bool = False
) -> tuple[PageBlueprint, ApiBlueprint]:
    """Page ``/<slug>`` (or ``/<slug>/<path>``) and REST ``/api/v1/<slug>/overview``.

    ``sealed``: numbers only, no way from here to single hazards.
    """
    name = f"{meta.slug}_{path}" if path else meta.slug
    pages = PageBlueprint(name, "core.sdk.overview", plugin=meta.slug, url_prefix=f"/{meta.slug}")
    api = ApiBlueprint(
        name, "core.sdk.overview", plugin=meta.slug, url_prefix=f"/api/v1/{meta.slug}", description=meta.summary
    )

    @pages.get(f"/{path}" if path else "", permission=permission)
    def overview() -> str:
        return render_template("domain/overview.html", **domain_view(current(), meta, permission, sealed=sealed))

    @api.get("/overview", permission=permission)
    @api.response(200, DomainOverviewSchema)
    def read() -> dict[str, Any]:
        """Numbers of the domain: categories, months, focus problems."""
        words, numbers = _ask(current(), meta, permission)
        return {"domain": words.slug, "title": words.title, **vars(numbers)}

    return pages, api


def ledger_of(words: DomainWords) -> Callable[..., str]:
    """The address of the hazard ledger, narrowed to this domain."""

    def address(**filters: Any) -> str:
        return url_for("hazards.ledger", domain=words.codes if len(words.codes) > 1 else words.slug, **filters)

    return address


def words_of(context: RequestContext, meta: PluginMeta) -> DomainWords:
    """The domain as the district of this request cuts it. No query of its own."""
    return domain_words(meta, context.pack, context.switches.get(meta.slug))


def _ask(context: RequestContext, meta: PluginMeta, permission: str) -> tuple[DomainWords, DomainNumbers]:
    words = words_of(context, meta)
    return words, domain_numbers(context.session, coverage=context.actor.coverage(permission), words=words)
