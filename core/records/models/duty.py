"""值班: who is on duty when, and the handover."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Identified, TenantBase, Versioned, tenant_key


class DutyShift(TenantBase, Identified, Versioned):
    """One shift of one unit. Personal data: the staff on duty (no pupils), who handed over and who took over."""

    __tablename__ = "duty_shifts"
    __table_args__ = (
        tenant_key("org_units", "unit_id"),
        tenant_key("people", "leader_id"),
        tenant_key("people", "person_id"),
        CheckConstraint("ends_at > starts_at", name="times"),
        CheckConstraint("(handed_over_at is null) = (handover_note is null)", name="handover"),
        CheckConstraint("state in ('planned', 'cancelled')", name="state"),
        Index("uq_duty_shifts__planned", "tenant_id", "unit_id", "starts_at", "person_id", unique=True, postgresql_where=text("state = 'planned'")),
        Index("ix_duty_shifts__unit", "tenant_id", "unit_id", "on_date"),
    )  # fmt: skip

    unit_id: Mapped[UUID]
    on_date: Mapped[date]
    """Local day on which it begins."""
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    leader_id: Mapped[UUID | None]
    """带班领导."""
    leader_name: Mapped[str] = mapped_column(default="", server_default="")
    person_id: Mapped[UUID | None]
    """值班人员."""
    person_name: Mapped[str]
    state: Mapped[str] = mapped_column(default="planned", server_default="planned")
    handover_note: Mapped[str | None]
    """What the next one must know; 「无」 is said, not left out."""
    handed_over_at: Mapped[datetime | None]
    handed_over_by: Mapped[UUID | None]
    handed_over_name: Mapped[str] = mapped_column(default="", server_default="")
    taken_over_at: Mapped[datetime | None]
    taken_over_by: Mapped[UUID | None]
    taken_over_name: Mapped[str] = mapped_column(default="", server_default="")
