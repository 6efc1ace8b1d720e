"""/api/v1/files"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response

from core.files.permissions import FilePermission
from core.files.queries import FileCard, visible_file
from core.files.receiving import receive
from core.files.schemas import FileSchema, UploadSchema
from core.files.sending import send_file, send_thumbnail
from core.files.storage import storage_of
from core.http.blueprints import ApiBlueprint
from core.http.context import current

bp = ApiBlueprint("files", __name__, url_prefix="/api/v1/files", description="Attachments")

UPLOAD: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file", "purpose"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "purpose": {"type": "string"},
                        "occurred_at": {"type": "string", "format": "date-time"},
                    },
                }
            }
        },
    }
}


@bp.post("", permission=FilePermission.WRITE, creates=True)
@bp.doc(**UPLOAD)
@bp.arguments(UploadSchema, location="form")
@bp.response(201, FileSchema)
def upload(args: dict[str, Any]) -> FileCard:
    """One file: jpg, png, webp, pdf, docx, xlsx, mp4, txt or csv. Location is taken out of pictures."""
    return receive(current(), args)


@bp.get("/<uuid:file_id>", permission=FilePermission.READ)
@bp.response(200, FileSchema)
def one(file_id: UUID) -> FileCard:
    """What is known of it."""
    return _visible(file_id)


@bp.get("/<uuid:file_id>/content", permission=FilePermission.READ)
@bp.response(200, content_type="application/octet-stream")
def content(file_id: UUID) -> Response:
    """The bytes."""
    settings = current().runtime.settings
    return send_file(_visible(file_id), storage=storage_of(settings), settings=settings)


@bp.get("/<uuid:file_id>/thumbnail", permission=FilePermission.READ)
@bp.response(200, content_type="image/webp")
def thumbnail(file_id: UUID) -> Response:
    """A small picture (WebP, at most 480 pixels wide and high); 404 for what is no picture."""
    settings = current().runtime.settings
    return send_thumbnail(_visible(file_id), storage=storage_of(settings), settings=settings)


def _visible(file_id: UUID) -> FileCard:
    context = current()
    return visible_file(context.session, file_id, actor=context.actor, subjects=context.runtime.file_subjects)
