"""Takes an upload out of a request, for pages and REST alike."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from flask import request

from core.files.queries import FileCard
from core.files.services import store_file
from core.files.storage import storage_of
from core.http.context import RequestContext
from core.kernel.errors import Invalid


def receive(context: RequestContext, fields: dict[str, Any]) -> FileCard:
    """Stores the part ``file`` as ``fields`` (UploadSchema) say. Raises Invalid.

    It hangs on nothing yet: whoever may see a thing may not therefore add evidence to it. The act that needs it attaches it.
    """
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise Invalid(fields={"file": "请选择一个文件"})
    runtime = context.runtime
    return store_file(
        context.session, actor=context.actor, storage=storage_of(runtime.settings), stream=cast("BinaryIO", upload.stream),
        name=upload.filename, max_bytes=runtime.settings.upload_max_mb * 1024 * 1024, **fields,
    )  # fmt: skip
