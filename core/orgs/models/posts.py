"""Who holds which post where, from when to when."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped

from core.db.base import Identified, TenantBase, Versioned, tenant_key


class Post(TenantBase, Identified, Versioned):
    """One person in one post of one unit. What it permits stands in the pack. Personal data: who holds it."""

    __tablename__ = "posts"
    __table_args__ = (
        tenant_key("people", "person_id"),
        tenant_key("org_units", "unit_id"),
        CheckConstraint("valid_to is null or valid_to >= valid_from - 1", name="dates"),
        Index("ix_posts__person", "tenant_id", "person_id", "valid_from"),
        Index("ix_posts__unit", "tenant_id", "unit_id", "post_code"),
    )

    person_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    post_code: Mapped[str]
    """Code of a post of the pack, e.g. ``principal``."""
    title: Mapped[str]
    """As the person is addressed; the pack's label unless the unit says otherwise (副校长兼安全主任)."""
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    """Last day; the day before ``valid_from`` for an appointment taken back before it began."""
