"""ETag from a row's version: whoever writes says which version they saw (428 without, 412 if it is another)."""

from __future__ import annotations

from flask import Response, request

from core.kernel.errors import PreconditionNeeded


def etag(version: int) -> str:
    return f'"{version}"'


def expected_version() -> int:
    """The version in If-Match (REST) or in the form's ``version`` field (pages). Raises PreconditionNeeded."""
    sent = request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"') or request.form.get("version", "")
    if not sent.isdigit() or len(sent) > 18:
        raise PreconditionNeeded()
    return int(sent)


def with_etag(response: Response, version: int) -> Response:
    response.headers["ETag"] = etag(version)
    return response
