"""/api/v1/roster-imports"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, jsonify, url_for
from flask_smorest.fields import Upload
from marshmallow import Schema

from core.http.blueprints import ApiBlueprint
from core.http.context import current
from core.http.etag import expected_version, with_etag
from core.http.paging import Page, Paging, page_schema
from core.kernel.errors import Stale
from core.orgs.permissions import OrgPermission
from core.orgs.queries.rosters import BatchCard, RowLine, batch_card, batches_page, rows_page
from core.orgs.requests import uploaded
from core.orgs.schemas import RosterArgs, RosterInSchema, RosterRowArgs, RosterRowSchema, RosterSchema
from core.orgs.services.roster import order_commit, receive_roster, undo_batch

IMPORT = OrgPermission.ROSTER_IMPORT
bp = ApiBlueprint(
    "roster_imports", __name__, url_prefix="/api/v1/roster-imports", description="Units and people from xlsx or csv"
)


class FileSchema(Schema):
    """The upload's part."""

    file = Upload(required=True)


@bp.get("", permission=IMPORT)
@bp.arguments(RosterArgs, location="query")
@bp.response(200, page_schema(RosterSchema))
def index(args: dict[str, Any]) -> Page[BatchCard]:
    """Your imports; all of the tenant's where you import for the whole district."""
    context = current()
    return batches_page(context.session, context.actor, paging=Paging.of(args))


@bp.post("", permission=IMPORT, creates=True)
@bp.arguments(RosterInSchema, location="form")
@bp.arguments(FileSchema, location="files")
@bp.response(201, RosterSchema)
def create(values: dict[str, Any], files: dict[str, Any]) -> Response:
    """A preview; nothing changes before the commit. The same file again answers with the batch that is there."""
    context = current()
    name, content = uploaded(context)
    received = receive_roster(context.session, actor=context.actor, kind=values["kind"], name=name, content=content)
    response = _answer(received.batch_id, status=201)
    response.headers["Location"] = url_for("api_roster_imports.one", batch_id=received.batch_id)
    return response


@bp.get("/<uuid:batch_id>", permission=IMPORT)
@bp.response(200, RosterSchema)
def one(batch_id: UUID) -> Response:
    return _answer(batch_id)


@bp.get("/<uuid:batch_id>/rows", permission=IMPORT)
@bp.arguments(RosterRowArgs, location="query")
@bp.response(200, page_schema(RosterRowSchema))
def rows(args: dict[str, Any], batch_id: UUID) -> Page[RowLine]:
    context = current()
    batch_card(context.session, context.actor, batch_id)
    paging = Paging.of(args)
    return rows_page(context.session, batch_id, state=args["state"], paging=paging)


@bp.post("/<uuid:batch_id>/commit", permission=IMPORT)
@bp.doc(**{"x-if-match": True})
@bp.response(200, RosterSchema)
def commit(batch_id: UUID) -> Response:
    """Orders the job that commits the good rows; see ``job_id`` under /api/v1/jobs."""
    _same_version(batch_id)
    context = current()
    order_commit(context.session, actor=context.actor, batch_id=batch_id)
    return _answer(batch_id)


@bp.post("/<uuid:batch_id>/undo", permission=IMPORT)
@bp.doc(**{"x-if-match": True})
@bp.response(200, RosterSchema)
def undo(batch_id: UUID) -> Response:
    """Takes the whole batch back, if nothing since rests on it."""
    _same_version(batch_id)
    context = current()
    undo_batch(context.session, actor=context.actor, batch_id=batch_id)
    return _answer(batch_id)


def _same_version(batch_id: UUID) -> None:
    context = current()
    version = expected_version()
    if batch_card(context.session, context.actor, batch_id).version != version:
        raise Stale()


def _answer(batch_id: UUID, *, status: int = 200) -> Response:
    context = current()
    batch = batch_card(context.session, context.actor, batch_id)
    response = jsonify(RosterSchema().dump(batch))
    response.status_code = status
    return with_etag(response, batch.version)
