"""Limits by address before any account is looked at. Counted in Redis, in memory while Redis is away."""

from __future__ import annotations

import time

from flask import Flask, current_app, request
from flask_limiter import Limiter, RateLimitExceeded

from core.http.runtime import KEY, Runtime
from core.kernel.errors import TooMany

EXTENSION = "xiaoan.limits"
SIGN_IN = "60/minute;600/hour"
"""A school of two hundred signs in from one address in the morning."""
LINK = "10/minute;60/hour"


def install(app: Flask) -> None:
    """Called when the blueprint is registered; the runtime is there by then."""
    runtime: Runtime = app.extensions[KEY]
    app.extensions[EXTENSION] = Limiter(
        _address, app=app, storage_uri=runtime.settings.redis_url, key_prefix=f"{runtime.settings.redis_prefix}:limit",
        storage_options={"socket_connect_timeout": 1, "socket_timeout": 1}, in_memory_fallback_enabled=True,
        strategy="moving-window",
    )  # fmt: skip


def spend(purpose: str, amount: str) -> None:
    """Raises TooMany once this address has used up ``amount`` for ``purpose``."""
    limiter: Limiter = current_app.extensions[EXTENSION]
    try:
        with limiter.limit(amount, scope=purpose):
            pass
    except RateLimitExceeded as over:
        wait = _wait(limiter)
        raise TooMany("操作太频繁，请%(seconds)s秒后再试", seconds=wait, retry_after_s=wait) from over


def _wait(limiter: Limiter) -> int:
    current = limiter.current_limit
    return max(1, int(current.reset_at - time.time()) + 1) if current is not None else 60


def _address() -> str:
    return request.remote_addr or "unknown"
