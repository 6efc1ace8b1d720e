"""/api/v1/pack"""

from __future__ import annotations

from typing import Any

from flask import Response, make_response

from core.http.blueprints import ApiBlueprint
from core.http.context import current
from core.http.etag import etag, expected_version
from core.http.paging import Page, PageArgs, Paging, page_schema
from core.switchboard.queries.pack import (
    PackCard,
    ReadingLine,
    ValueLine,
    clauses_page,
    document_of,
    pack_card,
    paragraphs,
    reading_lines,
    value_line,
    value_lines,
)
from core.switchboard.schemas import (
    ClauseArgs,
    ClauseSchema,
    DocumentSchema,
    FullDocumentSchema,
    PackSchema,
    ReadingIn,
    ReadingSchema,
    ValueIn,
    ValueSchema,
)
from core.switchboard.services import choose_reading, clear_value, set_value
from core.tenancy.packs.model import Clause, Document
from core.tenancy.permissions import TenancyPermission
from core.tenancy.shelf import pack_of

READ, WRITE = TenancyPermission.SETTING_READ, TenancyPermission.SETTING_WRITE
bp = ApiBlueprint(
    "pack", __name__, url_prefix="/api/v1/pack", description="The district's pack: values, readings, notice"
)


@bp.get("", permission=READ)
@bp.response(200, PackSchema)
def index() -> PackCard:
    """The pack in force."""
    return pack_card(current().session)


@bp.get("/settings", permission=READ)
@bp.arguments(PageArgs, location="query")
@bp.response(200, page_schema(ValueSchema))
def settings(args: dict[str, Any]) -> Page[ValueLine]:
    """Every value in force, who set it, on what ground, and what the other levels say."""
    return _page(value_lines(current().session), args)


@bp.get("/settings/<key>", permission=READ)
@bp.response(200, ValueSchema)
def setting(key: str) -> tuple[ValueLine, int, dict[str, str]]:
    """One value."""
    return _value(key)


@bp.put("/settings/<key>", permission=WRITE)
@bp.arguments(ValueIn)
@bp.response(200, ValueSchema)
def put_setting(given: dict[str, Any], key: str) -> tuple[ValueLine, int, dict[str, str]]:
    """The district's own value; If-Match "0" where it had none."""
    context = current()
    set_value(context.session, actor=context.actor, key=key, version=expected_version(), **given)
    return _value(key)


@bp.delete("/settings/<key>", permission=WRITE)
@bp.response(204)
def delete_setting(key: str) -> Response:
    """Back to what the levels and the pack say."""
    context = current()
    clear_value(context.session, actor=context.actor, key=key, version=expected_version())
    return make_response("", 204)


@bp.get("/readings", permission=READ)
@bp.arguments(PageArgs, location="query")
@bp.response(200, page_schema(ReadingSchema))
def readings(args: dict[str, Any]) -> Page[ReadingLine]:
    """Gaps and contradictions of the notice and how they are read; those with a choice first."""
    return _page(reading_lines(current().session), args)


@bp.put("/readings/<reading_id>", permission=WRITE)
@bp.arguments(ReadingIn)
@bp.response(200, ReadingSchema)
def put_reading(given: dict[str, Any], reading_id: str) -> tuple[ReadingLine, int, dict[str, str]]:
    """Chooses how a passage is read; If-Match "0" for the first choice."""
    context = current()
    choose_reading(context.session, actor=context.actor, reading_id=reading_id, version=expected_version(), **given)
    line = next(line for line in reading_lines(context.session) if line.reading.id == reading_id)
    return line, 200, {"ETag": etag(line.version)}


@bp.get("/documents", permission=READ)
@bp.arguments(PageArgs, location="query")
@bp.response(200, page_schema(DocumentSchema))
def documents(args: dict[str, Any]) -> Page[Document]:
    """The notices."""
    return _page(pack_of(current().session).documents, args)


@bp.get("/documents/<code>", permission=READ)
@bp.response(200, FullDocumentSchema)
def document(code: str) -> dict[str, Any]:
    """A notice in numbered paragraphs."""
    pack = pack_of(current().session)
    found = document_of(pack, code)
    facts = {name: getattr(found, name) for name in DocumentSchema().fields}
    return {**facts, "paragraphs": paragraphs(pack, found)}


@bp.get("/clauses", permission=READ)
@bp.arguments(ClauseArgs, location="query")
@bp.response(200, page_schema(ClauseSchema))
def clauses(args: dict[str, Any]) -> Page[Clause]:
    """The clauses of the notices, in their order."""
    paging = Paging.of(args)
    return clauses_page(pack_of(current().session), paging=paging, **args)


def _value(key: str) -> tuple[ValueLine, int, dict[str, str]]:
    line = value_line(current().session, key)
    return line, 200, {"ETag": etag(line.version)}


def _page(items: tuple[Any, ...], args: dict[str, Any]) -> Page[Any]:
    return Paging.of(args).cut(items)
