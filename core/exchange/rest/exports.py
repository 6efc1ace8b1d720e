"""/api/v1/exports"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, jsonify, url_for

from core.exchange.acting import request_work
from core.exchange.queries.exports import ExportCard, export_card, exports_page
from core.exchange.schemas import ExportArgs, ExportSchema, OrderSchema
from core.exchange.services.exporting import file_taken, order_export, take
from core.files.queries import file_card
from core.files.sending import send_file
from core.files.storage import storage_of
from core.hooks.tables import Question
from core.http.blueprints import ApiBlueprint
from core.http.context import current
from core.http.paging import Page, Paging, page_schema

bp = ApiBlueprint("exports", __name__, url_prefix="/api/v1/exports", description="Tables to take away")


@bp.get("", signed_in=True)
@bp.arguments(ExportArgs, location="query")
@bp.response(200, page_schema(ExportSchema))
def index(args: dict[str, Any]) -> Page[ExportCard]:
    """Your exports, the newest first."""
    return exports_page(request_work(current()), paging=Paging.of(args))


@bp.post("", signed_in=True, creates=True, exports=True)
@bp.arguments(OrderSchema)
@bp.response(201, ExportSchema)
def create(values: dict[str, Any]) -> Response:
    """Orders a file; look at it until its ``state`` is ready."""
    work = request_work(current())
    question = Question({name: tuple(found) for name, found in values["filters"].items()})
    export_id = order_export(work, kind=values["kind"], question=question, form=values["format"])
    response = jsonify(ExportSchema().dump(export_card(work, export_id)))
    response.status_code = 201
    response.headers["Location"] = url_for("api_exports.one", export_id=export_id)
    return response


@bp.get("/<uuid:export_id>", signed_in=True)
@bp.response(200, ExportSchema)
def one(export_id: UUID) -> ExportCard:
    return export_card(request_work(current()), export_id)


@bp.post("/<uuid:export_id>/take", signed_in=True, repeatable="each time is written down as one more download")
@bp.response(200, ExportSchema)
def taken(export_id: UUID) -> ExportCard:
    """Says that you take the file; then GET …/file gives it for a day, in as many parts as it takes."""
    work = request_work(current())
    take(work, export_id=export_id)
    return export_card(work, export_id)


@bp.get("/<uuid:export_id>/file", signed_in=True)
@bp.response(200, content_type="application/octet-stream")
def file(export_id: UUID) -> Response:
    """The bytes, whole or in parts (Range, If-Range)."""
    context = current()
    file_id = file_taken(request_work(context), export_id=export_id)
    settings = context.runtime.settings
    return send_file(file_card(context.session, file_id), storage=storage_of(settings), settings=settings)
