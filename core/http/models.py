"""Requests that must not happen twice."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import TenantBase


class IdempotencyKey(TenantBase):
    """One accepted request and the answer it got; kept 48 h. Personal data: whose request it was."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (Index(None, "tenant_id", "created_at"),)

    actor: Mapped[str] = mapped_column(primary_key=True)
    operation: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_hash: Mapped[bytes] = mapped_column(LargeBinary)
    """sha256 of the body: the same key with another body is a fault of the client."""
    status: Mapped[int | None]
    headers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
