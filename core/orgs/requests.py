"""What pages and REST of the organisation take out of a request."""

from __future__ import annotations

from flask import request

from core.http.context import RequestContext
from core.kernel.errors import Invalid, TooLarge


def uploaded(context: RequestContext) -> tuple[str, bytes]:
    """(name, content) of the part ``file``; no more is read than a roster may have. Raises Invalid and TooLarge."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise Invalid(fields={"file": "请选择一个 xlsx 或 csv 文件"})
    most = context.runtime.settings.roster_max_mb
    content = upload.stream.read(most * 1024 * 1024 + 1)
    if len(content) > most * 1024 * 1024:
        raise TooLarge("名册不能超过%(most)s MB", most=most)
    return upload.filename, content
