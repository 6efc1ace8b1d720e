"""What pages and REST of a plugin rest on: guarded blueprints, the request, ETag, paging, the shared overview of a domain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.hooks.meta import PluginMeta
from core.http.blueprints import ApiBlueprint, PageBlueprint
from core.http.context import RequestContext, current
from core.http.etag import etag, expected_version, with_etag
from core.http.paging import Page, PageArgs, Paging, page_schema

Blueprints = Sequence[PageBlueprint | ApiBlueprint]


def domain_blueprints(meta: PluginMeta, *, permission: str) -> Blueprints:
    return ()


__all__ = [
    "ApiBlueprint", "Blueprints", "Page", "PageArgs", "PageBlueprint", "Paging", "RequestContext", "current",
    "domain_blueprints", "etag", "expected_version", "page_schema", "with_etag",
]  # fmt: skip
