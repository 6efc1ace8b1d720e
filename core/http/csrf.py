"""Cross-site request forgery: a token bound to the session for pages, the Origin for what comes before a session."""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import urlsplit

from flask import request

from core.kernel.errors import Forbidden

MESSAGE = "页面已过期或来自别的网站，请刷新后重试"


def token(csrf_key: str) -> str:
    """The token for forms of a session; ``csrf_key`` is secret to it."""
    return hmac.new(csrf_key.encode(), b"csrf", hashlib.sha256).hexdigest()


def check(csrf_key: str) -> None:
    """Raises Forbidden unless the request carries the token of its session."""
    check_origin()
    sent = request.headers.get("X-CSRF-Token") or request.form.get("csrf_token") or ""
    if not hmac.compare_digest(sent.encode(), token(csrf_key).encode()):
        raise Forbidden(MESSAGE)


def check_origin() -> None:
    """Raises Forbidden where the browser says that another site sent the request."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise Forbidden(MESSAGE)
    origin = request.headers.get("Origin")
    if origin is not None and _host(origin) != request.host:
        raise Forbidden(MESSAGE)


def _host(origin: str) -> str:
    """Empty for ``null``, which sandboxed frames and redirects from elsewhere send, and for nonsense."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""
