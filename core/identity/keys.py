"""Secrets of sessions and tokens: 256 bits, of which only the hash is stored. Knows no table."""

from __future__ import annotations

import hashlib
import re
import secrets

_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
_TENANT = re.compile(r"[0-9]{1,9}")


def new_secret() -> str:
    return secrets.token_urlsafe(32)


def digest(secret: str) -> bytes:
    """What is stored. A fast hash will do: there is nothing to guess in 256 random bits."""
    return hashlib.sha256(secret.encode()).digest()


def csrf_key(secret: str) -> str:
    """A further secret of the session, from which page tokens are made; tells nothing about the session's own."""
    return hashlib.sha256(b"csrf:" + secret.encode()).hexdigest()


def pack(tenant_id: int, secret: str, *, mark: str = "") -> str:
    """``<tenant>.<secret>`` for cookies; with a mark ``xa_<tenant>_<secret>`` for API tokens."""
    return f"{mark}_{tenant_id}_{secret}" if mark else f"{tenant_id}.{secret}"


def unpack(value: str, *, mark: str = "") -> tuple[int, str] | None:
    """(tenant, secret), or None for anything that was not made by ``pack``."""
    if mark:
        head, _, rest = value.partition("_")
        tenant, _, secret = rest.partition("_")
    else:
        head = ""
        tenant, _, secret = value.partition(".")
    if head != mark or not _TENANT.fullmatch(tenant) or not _SECRET.fullmatch(secret):
        return None
    return int(tenant), secret
