"""ETag from a row's version: whoever writes says which version they saw (428 without, 412 if it is another)."""

from __future__ import annotations

import re

from flask import Response, request

from core.kernel.errors import PreconditionNeeded, Stale

VERSION = re.compile(r'(?:W/)?"?([0-9]{1,18})"?')
"""What ``etag`` makes, as forms send it and as proxies weaken it."""


def etag(version: int) -> str:
    return f'"{version}"'


def expected_version() -> int:
    """The version in If-Match (REST) or in the form's ``version`` field (pages).

    Raises PreconditionNeeded where nothing certain is said, Stale for what is no version of ours.
    """
    sent = request.headers.get("If-Match", "").strip() or request.form.get("version", "").strip()
    if sent in ("", "*"):
        raise PreconditionNeeded()
    found = VERSION.fullmatch(sent)
    if found is None:
        raise Stale()
    return int(found[1])


def with_etag(response: Response, version: int) -> Response:
    response.headers["ETag"] = etag(version)
    return response
