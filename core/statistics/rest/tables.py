"""/api/v1/statistics/tables"""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from core.http.context import current
from core.http.etag import expected_version, with_etag
from core.http.paging import Page, PageArgs, Paging, page_schema
from core.statistics.permissions import StatisticsPermission
from core.statistics.queries import table, tables
from core.statistics.queries.declared import arranged
from core.statistics.requests import answer, arranged_of, question
from core.statistics.rest.blueprint import bp
from core.statistics.schemas import ColumnsSchema, SheetArgs, SheetSchema, TableSchema
from core.statistics.services import arrange_columns

READ = StatisticsPermission.READ


@bp.get("/tables", permission=READ)
@bp.arguments(PageArgs, location="query")
@bp.response(200, page_schema(TableSchema))
def list_tables(args: dict[str, Any]) -> Page[dict[str, Any]]:
    """The district's statistical tables, in the order of its pack."""
    found = [
        {
            "code": one.code, "title": one.label, "confirm": one.confirm, "note": one.note, "by": str(one.by),
            "clauses": list(one.clauses),
        }
        for one in tables(current().session)
    ]  # fmt: skip
    return Paging.of(args).cut(found)


@bp.get("/tables/<table_code>", permission=READ)
@bp.arguments(SheetArgs, location="query")
@bp.response(200, SheetSchema)
def get_table(args: dict[str, Any], table_code: str) -> dict[str, Any]:
    """One table, filled for a period, as far as the caller reaches."""
    context = current()
    sheet = answer(context, question(context, table(context.session, table_code), **args))
    return sheet.to_json() | {"differences": sheet.differences()}


@bp.get("/tables/<table_code>/columns", permission=READ)
@bp.response(200, ColumnsSchema)
def get_columns(table_code: str) -> Response:
    """What the district changed about the columns; version 0 = nothing."""
    _, own, version = arranged(current().session, table_code)
    return with_etag(jsonify(ColumnsSchema().dump(own.stored())), version)


@bp.put("/tables/<table_code>/columns", permission=StatisticsPermission.ARRANGE)
@bp.arguments(ColumnsSchema)
@bp.response(200, ColumnsSchema)
def put_columns(data: dict[str, Any], table_code: str) -> Response:
    """Renames, hides and adds columns; what is not named is as the pack has it."""
    context = current()
    version = arrange_columns(
        context.session, actor=context.actor, code=table_code, asked=arranged_of(data), version=expected_version()
    )
    _, own, _ = arranged(context.session, table_code)
    return with_etag(jsonify(ColumnsSchema().dump(own.stored())), version)
