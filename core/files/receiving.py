"""Takes an upload out of a request, for pages and REST alike."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from flask import request

from core.files.queries import FileCard, may_see_subject
from core.files.services import store_file
from core.files.storage import storage_of
from core.http.context import RequestContext
from core.kernel.errors import Invalid, NotFound


def receive(context: RequestContext, fields: dict[str, Any]) -> FileCard:
    """Stores the part ``file`` as ``fields`` (UploadSchema) say. Raises Invalid; NotFound for a subject out of reach."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise Invalid(fields={"file": "请选择一个文件"})
    kind, subject_id = fields["subject_kind"], fields["subject_id"]
    if (kind is None) != (subject_id is None):
        raise Invalid(fields={"subject_id": "subject_kind 与 subject_id 要么都填，要么都不填"})
    runtime = context.runtime
    if kind is not None and not may_see_subject(
        context.session, kind, subject_id, actor=context.actor, subjects=runtime.file_subjects
    ):
        raise NotFound()
    return store_file(
        context.session, actor=context.actor, storage=storage_of(runtime.settings), stream=cast("BinaryIO", upload.stream),
        name=upload.filename, max_bytes=runtime.settings.upload_max_mb * 1024 * 1024, **fields,
    )  # fmt: skip
