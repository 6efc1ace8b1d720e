"""Attachments as pages link to them: /files/<id> and /files/<id>/thumbnail."""

from __future__ import annotations

from uuid import UUID

from flask import Response, jsonify, request

from core.files.permissions import FilePermission
from core.files.queries import visible_file
from core.files.receiving import receive
from core.files.schemas import FileSchema, UploadSchema
from core.files.sending import send_file, send_thumbnail
from core.files.storage import storage_of
from core.http.blueprints import PageBlueprint
from core.http.context import current

bp = PageBlueprint("files", __name__)


@bp.post("/files", permission=FilePermission.WRITE, creates=True)
def upload() -> tuple[Response, int]:
    """For scripts of pages that upload while the form is still being filled in; answers as REST does."""
    fields = {name: value for name, value in request.form.items() if name in UploadSchema().fields and value}
    card = receive(current(), UploadSchema().load(fields))
    return jsonify(FileSchema().dump(card)), 201


@bp.get("/files/<uuid:file_id>", permission=FilePermission.READ)
def content(file_id: UUID) -> Response:
    context = current()
    card = visible_file(context.session, file_id, actor=context.actor, subjects=context.runtime.file_subjects)
    settings = context.runtime.settings
    return send_file(card, storage=storage_of(settings), settings=settings)


@bp.get("/files/<uuid:file_id>/thumbnail", permission=FilePermission.READ)
def thumbnail(file_id: UUID) -> Response:
    context = current()
    card = visible_file(context.session, file_id, actor=context.actor, subjects=context.runtime.file_subjects)
    settings = context.runtime.settings
    return send_thumbnail(card, storage=storage_of(settings), settings=settings)
