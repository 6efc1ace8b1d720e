"""Photos and papers that come with a form: fields ``evidence.before``, ``evidence.after`` …"""

from __future__ import annotations

from typing import BinaryIO, cast
from uuid import UUID

from flask import request

from core.files.permissions import FilePermission
from core.files.services import store_file
from core.files.storage import storage_of
from core.http.context import RequestContext
from core.kernel.errors import Forbidden, Invalid
from core.tenancy.packs.model.lifecycle import EvidenceKind

MOST = 9


def keep_uploads(context: RequestContext) -> list[UUID]:
    """Stores what was sent, each file under the kind of evidence its field names. Raises Forbidden, Invalid by field."""
    kept: list[UUID] = []
    for kind in EvidenceKind:
        field = f"evidence.{kind}"
        uploads = [upload for upload in request.files.getlist(field) if upload.filename]
        if len(uploads) > MOST:
            raise Invalid(fields={field: "最多9个文件"})
        if uploads and not context.actor.may(FilePermission.WRITE):
            raise Forbidden()
        kept += [
            _kept(context, field, str(kind), cast("BinaryIO", upload.stream), upload.filename or "")
            for upload in uploads
        ]
    return kept


def _kept(context: RequestContext, field: str, purpose: str, stream: BinaryIO, name: str) -> UUID:
    settings = context.runtime.settings
    try:
        return store_file(
            context.session, actor=context.actor, storage=storage_of(settings), stream=stream, name=name, purpose=purpose,
            max_bytes=settings.upload_max_mb * 1024 * 1024,
        ).id  # fmt: skip
    except Invalid as fault:
        raise Invalid(fields={field: "；".join(fault.fields.values()) or fault.text()}) from fault
