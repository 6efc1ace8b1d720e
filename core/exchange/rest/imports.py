"""/api/v1/imports"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, jsonify, url_for
from flask_smorest.fields import Upload
from marshmallow import Schema

from core.exchange.acting import request_work
from core.exchange.kinds import export_kinds, import_kinds
from core.exchange.queries.imports import BatchCard, RowLine, batch_card, batches_page, rows_page
from core.exchange.requests import uploaded
from core.exchange.schemas import BatchArgs, BatchSchema, KindsSchema, MappingSchema, ReceiveSchema, RowArgs, RowSchema
from core.exchange.services.committing import order_commit
from core.exchange.services.reading import begin_reading
from core.exchange.services.receiving import map_as_found, map_columns, receive
from core.exchange.services.undoing import undo_batch
from core.files.storage import storage_of
from core.hooks.tables import ImportKind, TableWork
from core.http.blueprints import ApiBlueprint
from core.http.context import current
from core.http.etag import expected_version, with_etag
from core.http.paging import Page, Paging, page_schema
from core.http.words import said
from core.kernel.errors import Stale, XiaoanError

bp = ApiBlueprint("imports", __name__, url_prefix="/api/v1/imports", description="Tables from xlsx or csv")


class FileSchema(Schema):
    """The upload's part."""

    file = Upload(required=True)


@bp.get("/kinds", signed_in=True)
@bp.response(200, KindsSchema)
def kinds() -> dict[str, Any]:
    """Kinds of tables that you may import or export."""
    work = request_work(current())
    return {
        "imports": [_kind(work, kind) for kind in import_kinds(work).values()],
        "exports": [
            {"slug": kind.slug, "title": said(kind.title), "summary": said(kind.summary), "filters": kind.filters, "formats": kind.forms}
            for kind in export_kinds(work).values()
        ],
    }  # fmt: skip


@bp.get("", signed_in=True)
@bp.arguments(BatchArgs, location="query")
@bp.response(200, page_schema(BatchSchema))
def index(args: dict[str, Any]) -> Page[BatchCard]:
    """Your imports; all of the tenant's of kinds that you import for the whole district."""
    return batches_page(request_work(current()), kind=args.pop("kind"), paging=Paging.of(args))


@bp.post("", signed_in=True, creates=True)
@bp.arguments(ReceiveSchema, location="form")
@bp.arguments(FileSchema, location="files")
@bp.response(201, BatchSchema)
def create(values: dict[str, Any], files: dict[str, Any]) -> Response:
    """A batch. ``mapping``: say which column is what with PUT …/mapping; ``preview`` or ``reading``: every header was known.
    Nothing changes before the commit. The same file again answers with the batch that is there."""
    context = current()
    work = request_work(context)
    storage = storage_of(context.runtime.settings)
    with uploaded(context) as (name, file):
        received = receive(work, kind=values["kind"], name=name, file=file, storage=storage, said=said)
    if received.certain:
        map_as_found(work, batch_id=received.batch_id)
        begin_reading(work, batch_id=received.batch_id, storage=storage)
    response = _answer(received.batch_id, status=201)
    response.headers["Location"] = url_for("api_imports.one", batch_id=received.batch_id)
    return response


@bp.get("/<uuid:batch_id>", signed_in=True)
@bp.response(200, BatchSchema)
def one(batch_id: UUID) -> Response:
    return _answer(batch_id)


@bp.put("/<uuid:batch_id>/mapping", signed_in=True)
@bp.arguments(MappingSchema)
@bp.response(200, BatchSchema)
def match(values: dict[str, Any], batch_id: UUID) -> Response:
    """Which place is which column; remembered for the next file with these headers. Then the file is read."""
    _same_version(batch_id)
    context = current()
    work = request_work(context)
    names = dict(enumerate(values["columns"]))
    map_columns(work, batch_id=batch_id, sheet=values["sheet"], header_row=values["header_row"], names=names)
    begin_reading(work, batch_id=batch_id, storage=storage_of(context.runtime.settings))
    return _answer(batch_id)


@bp.get("/<uuid:batch_id>/rows", signed_in=True)
@bp.arguments(RowArgs, location="query")
@bp.response(200, page_schema(RowSchema))
def rows(args: dict[str, Any], batch_id: UUID) -> Page[RowLine]:
    work = request_work(current())
    batch = batch_card(work, batch_id)
    paging = Paging.of(args)
    return rows_page(work, batch, at_fault=args["state"] == "at_fault", paging=paging)


@bp.post("/<uuid:batch_id>/commit", signed_in=True, changes=True)
@bp.response(200, BatchSchema)
def commit(batch_id: UUID) -> Response:
    """Orders the job that commits the good rows; see ``job_id`` under /api/v1/jobs."""
    _same_version(batch_id)
    order_commit(request_work(current()), batch_id=batch_id)
    return _answer(batch_id)


@bp.post("/<uuid:batch_id>/undo", signed_in=True, changes=True)
@bp.response(200, BatchSchema)
def undo(batch_id: UUID) -> Response:
    """Takes the whole batch back, if nothing since rests on it."""
    _same_version(batch_id)
    undo_batch(request_work(current()), batch_id=batch_id)
    return _answer(batch_id)


def _kind(work: TableWork, kind: ImportKind) -> dict[str, Any]:
    try:
        columns = kind.columns(work)
    except XiaoanError:  # this actor lacks something else that the kind asks for
        columns = ()
    return {
        "slug": kind.slug, "title": said(kind.title), "summary": said(kind.summary),
        "columns": [
            {"name": column.name, "title": said(column.title), "type": str(column.type), "required": column.required, "aliases": column.aliases}
            for column in columns
        ],
    }  # fmt: skip


def _same_version(batch_id: UUID) -> None:
    version = expected_version()
    if batch_card(request_work(current()), batch_id).version != version:
        raise Stale()


def _answer(batch_id: UUID, *, status: int = 200) -> Response:
    batch = batch_card(request_work(current()), batch_id)
    response = jsonify(BatchSchema().dump(batch))
    response.status_code = status
    return with_etag(response, batch.version)
