"""What services and queries of records take out of a request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, BinaryIO, cast
from uuid import UUID

from flask import request

from core.files.permissions import FilePermission
from core.files.services import store_file
from core.files.storage import storage_of
from core.hazards.requests import who_and_what
from core.http.context import RequestContext
from core.http.days import asked_span
from core.kernel.errors import Forbidden, Invalid
from core.kernel.schoolyear import Span, school_year
from core.tenancy.shelf import pack_of

__all__ = ["MOST_FILES", "kept_uploads", "pack_of", "topics_asked", "who_and_what"]
MOST_FILES = 9


def topics_asked(context: RequestContext, args: Mapping[str, Any]) -> tuple[str, Span]:
    """Kind of record and local days, both included; what is left open: safety lessons, the school year of today.
    Raises Invalid for a span that ends before it starts."""
    year = school_year(context.today)
    return args["kind"] or "safety_lesson", asked_span(args["since"] or year.starts, args["until"] or year.ends)


def kept_uploads(context: RequestContext) -> list[UUID]:
    """Stores the files sent as ``photos`` and ``papers``. Raises Forbidden, Invalid by field."""
    kept: list[UUID] = []
    for field in ("photos", "papers"):
        uploads = [upload for upload in request.files.getlist(field) if upload.filename]
        if len(uploads) > MOST_FILES:
            raise Invalid(fields={field: "最多9个文件"})
        if uploads and not context.actor.may(FilePermission.WRITE):
            raise Forbidden()
        kept += [_kept(context, field, cast("BinaryIO", upload.stream), upload.filename or "") for upload in uploads]
    return kept


def _kept(context: RequestContext, field: str, stream: BinaryIO, name: str) -> UUID:
    settings = context.runtime.settings
    try:
        return store_file(
            context.session, actor=context.actor, storage=storage_of(settings), stream=stream, name=name,
            purpose="photo" if field == "photos" else "document", max_bytes=settings.upload_max_mb * 1024 * 1024,
        ).id  # fmt: skip
    except Invalid as fault:
        raise Invalid(fields={field: "；".join(fault.fields.values()) or fault.text()}) from fault
