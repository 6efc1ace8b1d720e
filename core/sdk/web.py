"""What pages and REST of a plugin rest on: guarded blueprints, the request, ETag, paging, the shared overview of a domain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TypeVar

from core.http.blueprints import ApiBlueprint, PageBlueprint
from core.http.context import RequestContext, current
from core.http.etag import etag, expected_version, with_etag
from core.http.forms import form, query
from core.http.paging import Page, PageArgs, Paging, page_schema
from core.http.words import said
from core.kernel.errors import Refused, XiaoanError
from core.kernel.ports import Port
from core.sdk.hazards import Report, report_hazard
from core.sdk.overview.hooks import domain_hooks
from core.sdk.overview.pages import domain_blueprints, domain_view, words_of
from core.sdk.uploads import gallery_of, keep_uploads

Offered = TypeVar("Offered")
Blueprints = Sequence[PageBlueprint | ApiBlueprint]


def port(context: RequestContext, wanted: Port[Offered]) -> Offered:
    """What a plugin that is on offers under this port (see core.sdk.domain), for this request; else its Null form."""
    return context.runtime.plugins.port(wanted, context.plugins_on, context.session)


def faults_of(error: XiaoanError, field: str) -> dict[str, str]:
    """What is wrong with a form, in the reader's language; what concerns no single field stands at ``field``."""
    return {name: said(right) for name, right in error.fields.items()} or {field: said(error.phrase)}


def choices_of(words: Mapping[str, str]) -> list[tuple[str, str]]:
    """(code, title) pairs for a select, in the reader's language."""
    return [(str(code), said(title)) for code, title in words.items()]


def reporter(context: RequestContext) -> Report:
    """``report_hazard`` bound to this request. Raises Refused for a tenant without a pack."""
    if context.pack is None:
        raise Refused("本单位还没有区域包，不能登记隐患")
    return partial(
        report_hazard,
        context.session,
        actor=context.actor,
        pack=context.pack,
        plugins=context.runtime.plugins,
        plugins_on=context.switched_on,
    )


__all__ = [
    "ApiBlueprint",
    "Blueprints",
    "Page",
    "PageArgs",
    "PageBlueprint",
    "Paging",
    "RequestContext",
    "choices_of",
    "current",
    "domain_blueprints",
    "domain_hooks",
    "domain_view",
    "etag",
    "expected_version",
    "faults_of",
    "form",
    "gallery_of",
    "keep_uploads",
    "page_schema",
    "port",
    "query",
    "reporter",
    "said",
    "with_etag",
    "words_of",
]  # fmt: skip
