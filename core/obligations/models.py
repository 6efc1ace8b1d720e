"""Tables of the obligations. What is owed is computed, what was done lies with the features; here is the little that is neither."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Identified, TenantBase, Versioned, tenant_key


class OwnNumber(TenantBase, Versioned):
    """A unit's own number, which comes on top of what a rule asks of all (the n of 8+n). Personal data: who entered it."""

    __tablename__ = "obligation_numbers"
    __table_args__ = (
        tenant_key("org_units", "unit_id"),
        CheckConstraint("number between 0 and 1000", name="number"),
    )

    unit_id: Mapped[UUID] = mapped_column(Uuid(as_uuid=True), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    """As the pack's obligations call it under ``plus``."""
    number: Mapped[int]
    set_at: Mapped[datetime]
    set_by: Mapped[UUID | None]
    set_by_name: Mapped[str]


class Feed(TenantBase, Identified):
    """A calendar feed that one person subscribed to in a calendar program. Personal data: whose it is, when it was last read."""

    __tablename__ = "obligation_feeds"
    __table_args__ = (
        tenant_key("people", "person_id"),
        UniqueConstraint("tenant_id", "secret_hash", name="uq_obligation_feeds__tenant_id_secret_hash"),
        Index("ix_obligation_feeds__person", "tenant_id", "person_id"),
    )

    person_id: Mapped[UUID]
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary)
    """sha256 of the secret in its address; the secret itself is shown once and never stored."""
    made_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
