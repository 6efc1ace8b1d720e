"""What a link of the chain is made of. Pure but for the SQL expression that writes an entry in its canonical form."""

from __future__ import annotations

import hashlib

from sqlalchemy import BigInteger, ColumnElement, Integer, Text, case, cast, extract, func, literal

from core.audit.models import AuditEntry

START = b"\0" * 32
"""Stands before the first link."""

_FIELDS = (
    AuditEntry.id,
    # microseconds since 1970: no session setting can change how they are written
    cast(extract("epoch", AuditEntry.at) * 1_000_000, BigInteger),
    AuditEntry.actor_kind,
    AuditEntry.actor_id,
    AuditEntry.actor_name,
    AuditEntry.action,
    AuditEntry.object_kind,
    AuditEntry.object_id,
    AuditEntry.data,
    AuditEntry.request_id,
)


def _canonical(tenant: ColumnElement[int]) -> ColumnElement[str]:
    return case(
        # entries older than the column were sealed without it, and must read as they did then
        (AuditEntry.origin.is_(None), cast(func.json_build_array(tenant, *_FIELDS), Text)),
        else_=cast(func.json_build_array(tenant, *_FIELDS, AuditEntry.origin), Text),
    )


CANONICAL = _canonical(AuditEntry.tenant_id.expression)
"""The entry as one JSON array. jsonb has one spelling for equal values, so the same entry always reads the same; a line
break never occurs in it."""


def canonical_of(tenant_id: int) -> ColumnElement[str]:
    """As :data:`CANONICAL`, of a tenant that had another number when the entry was sealed (it came from elsewhere)."""
    return _canonical(literal(tenant_id, Integer))


def link(previous: bytes, canonical: bytes) -> bytes:
    return hashlib.sha256(previous + canonical).digest()
