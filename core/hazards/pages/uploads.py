"""Photos and papers that come with a form: fields ``evidence.before``, ``evidence.after`` …"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import zip_longest
from types import MappingProxyType
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


def keep_uploads(
    context: RequestContext, *, taken: Mapping[str, Sequence[datetime]] = MappingProxyType({})
) -> list[UUID]:
    """Stores what was sent, each file under the kind of evidence its field names. ``taken``: field → when each file was made,
    where the device says so. Raises Forbidden, Invalid by field."""
    kept: list[UUID] = []
    for kind in EvidenceKind:
        field = f"evidence.{kind}"
        uploads = [upload for upload in request.files.getlist(field) if upload.filename]
        if len(uploads) > MOST:
            raise Invalid(fields={field: "最多9个文件"})
        if uploads and not context.actor.may(FilePermission.WRITE):
            raise Forbidden()
        made = taken.get(field, ())
        kept += [
            _kept(context, field, str(kind), cast("BinaryIO", upload.stream), upload.filename or "", at)
            for upload, at in zip_longest(uploads, made[: len(uploads)])
        ]
    return kept


def _kept(context: RequestContext, field: str, purpose: str, stream: BinaryIO, name: str, at: datetime | None) -> UUID:
    settings = context.runtime.settings
    try:
        return store_file(
            context.session, actor=context.actor, storage=storage_of(settings), stream=stream, name=name, purpose=purpose,
            occurred_at=at, max_bytes=settings.upload_max_mb * 1024 * 1024,
        ).id  # fmt: skip
    except Invalid as fault:
        raise Invalid(fields={field: "；".join(fault.fields.values()) or fault.text()}) from fault
