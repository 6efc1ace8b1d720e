"""Each school's own scheme (实施方案), collected and checked."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Identified, TenantBase, Versioned, tenant_key


class Scheme(TenantBase, Identified, Versioned):
    """The scheme of one unit for one campaign; its files hang on it. Without a row: missing.

    Personal data: who submitted and who checked.
    """

    __tablename__ = "campaign_schemes"
    __table_args__ = (
        tenant_key("org_units", "unit_id"),
        UniqueConstraint("tenant_id", "campaign", "unit_id", name="uq_campaign_schemes__tenant_id_campaign_unit_id"),
        CheckConstraint("state in ('submitted', 'returned', 'accepted')", name="state"),
        Index("ix_campaign_schemes__unit", "tenant_id", "unit_id"),
    )

    campaign: Mapped[str]
    unit_id: Mapped[UUID]
    state: Mapped[str]
    """submitted | returned (with a reason) | accepted."""
    title: Mapped[str]
    times: Mapped[int] = mapped_column(default=1, server_default="1")
    """How often it was submitted."""
    submitted_at: Mapped[datetime]
    """Last time, aware."""
    submitted_by: Mapped[UUID | None]
    submitted_by_name: Mapped[str]
    checked_at: Mapped[datetime | None]
    checked_by: Mapped[UUID | None]
    checked_by_name: Mapped[str] = mapped_column(default="", server_default="")
    reason: Mapped[str] = mapped_column(default="", server_default="")
    """What is to be put right; of the last return."""
