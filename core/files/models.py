"""What is known of a stored file; its bytes lie in the storage under ``key``."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Identified, TenantBase

KEPT, MISSING = "kept", "missing"


class File(TenantBase, Identified):
    """One attachment. Personal data: who uploaded it, and what it shows."""

    __tablename__ = "files"
    __table_args__ = (
        CheckConstraint("state in ('kept', 'missing')", name="state"),
        CheckConstraint("(subject_kind is null) = (subject_id is null)", name="subject"),
        Index("ix_files__subject", "tenant_id", "subject_kind", "subject_id"),
        Index("ix_files__sha256", "tenant_id", "sha256"),
        Index("ix_files__uploaded_at", "tenant_id", "uploaded_at"),
    )

    name: Mapped[str]
    """As the uploader called it, made safe for a file system; never used as a path."""
    media_type: Mapped[str]
    """By its content, e.g. ``image/jpeg``."""
    size: Mapped[int] = mapped_column(BigInteger)
    """Bytes as stored."""
    sha256: Mapped[str]
    """Hex, of the bytes as stored."""
    key: Mapped[str]
    """Where in the storage: ``t/<tenant>/<yyyy>/<mm>/<uuid>``."""
    thumbnail_key: Mapped[str | None]
    occurred_at: Mapped[datetime | None]
    """When it shows what it shows: said by the uploader, else by the camera; None when nobody knows."""
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[UUID | None]
    subject_kind: Mapped[str | None]
    """What it is attached to, e.g. ``hazard``; None until then: only the uploader sees it, and the sweep takes it."""
    subject_id: Mapped[UUID | None]
    purpose: Mapped[str]
    """before, after, document … in the words of the subject."""
    width: Mapped[int | None]
    height: Mapped[int | None]
    """Pixels, as seen (orientation applied)."""
    state: Mapped[str] = mapped_column(default=KEPT, server_default=KEPT)
    """missing: the sweep did not find the bytes."""
