"""What pages and REST of a plugin rest on: guarded blueprints, the request, ETag, paging, the shared overview of a domain."""

from __future__ import annotations

from collections.abc import Sequence

from core.http.blueprints import ApiBlueprint, PageBlueprint
from core.http.context import RequestContext, current
from core.http.etag import etag, expected_version, with_etag
from core.http.given import form, query
from core.http.paging import Page, PageArgs, Paging, page_schema
from core.sdk.overview.pages import domain_blueprints, domain_view

Blueprints = Sequence[PageBlueprint | ApiBlueprint]

__all__ = [
    "ApiBlueprint", "Blueprints", "Page", "PageArgs", "PageBlueprint", "Paging", "RequestContext", "current",
    "domain_blueprints", "domain_view", "etag", "expected_version", "form", "page_schema", "query", "with_etag",
]  # fmt: skip
