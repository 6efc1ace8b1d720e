"""Files that come with a page of a plugin, and the gallery that shows them again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, BinaryIO, cast
from uuid import UUID

from flask import request, url_for

from core.db.sessions import TenantSession
from core.files.permissions import FilePermission
from core.files.queries import files_on
from core.files.services import store_file
from core.files.storage import storage_of
from core.http.context import RequestContext
from core.kernel.errors import Forbidden, Invalid
from core.kernel.phrases import Phrase

MAX_FILES = 9


def keep_uploads(
    context: RequestContext,
    field: str,
    *,
    purpose: str,
    subject_kind: str | None = None,
    subject_id: UUID | None = None,
    required: bool = False,
) -> tuple[UUID, ...]:
    """Stores what the form sent under ``field``; the caller has checked access to the subject.

    Raises Forbidden without the permission to upload, Invalid for too many, none, or what is no file we take.
    """
    uploads = [upload for upload in request.files.getlist(field) if upload.filename]
    if not uploads:
        if required:
            raise Invalid(fields={field: "请选择文件"})
        return ()
    if not context.actor.may(FilePermission.WRITE):
        raise Forbidden()
    if len(uploads) > MAX_FILES:
        raise Invalid(fields={field: Phrase("最多%(n)s个文件", n=MAX_FILES)})
    settings = context.runtime.settings
    storage = storage_of(settings)
    try:
        return tuple(
            store_file(
                context.session,
                actor=context.actor,
                storage=storage,
                stream=cast("BinaryIO", upload.stream),
                name=upload.filename or "",
                purpose=purpose,
                subject_kind=subject_kind,
                subject_id=subject_id,
                max_bytes=settings.upload_max_mb * 1024 * 1024,
            ).id
            for upload in uploads
        )
    except Invalid as fault:
        raise Invalid(fault.message, fields={field: "；".join(fault.fields.values()) or fault.text()}) from fault


def gallery_of(session: TenantSession, *, subject_kind: str, subject_id: UUID) -> Sequence[dict[str, Any]]:
    """For the gallery macro, oldest first; the caller has checked access to the thing. One query."""
    cards = files_on(session, subject_kind=subject_kind, subject_ids=[subject_id]).get(subject_id, ())
    return [
        {
            "url": url_for("files.content", file_id=card.id),
            "thumb_url": url_for("files.thumbnail", file_id=card.id) if card.thumbnail_key else None,
            "name": card.name,
            "size": card.size,
            "kind": card.kind,
            "occurred_at": card.occurred_at,
            "uploaded_at": card.uploaded_at,
        }
        for card in cards
        if card.kept
    ]
