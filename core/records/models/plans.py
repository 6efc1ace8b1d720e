"""应急预案: a plan and its wordings, which never change."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Identified, TenantBase, Versioned, tenant_key


class EmergencyPlan(TenantBase, Identified, Versioned):
    """An emergency plan of one unit. No personal data: offices, no names."""

    __tablename__ = "emergency_plans"
    __table_args__ = (
        tenant_key("org_units", "unit_id"),
        CheckConstraint("kind in ('comprehensive', 'special', 'on_site')", name="kind"),
        CheckConstraint("latest_no > 0", name="latest_no"),
        Index("ix_emergency_plans__unit", "tenant_id", "unit_id", "title"),
        Index("ix_emergency_plans__review_on", "tenant_id", "review_on"),
    )

    unit_id: Mapped[UUID]
    kind: Mapped[str]
    """综合预案 | 专项预案 | 现场处置方案, as GB/T 29639-2020 divides them."""
    title: Mapped[str]
    topic: Mapped[str] = mapped_column(default="", server_default="")
    """The sort of event, a topic of records; empty: all."""
    latest_no: Mapped[int] = mapped_column(default=1, server_default="1")
    review_on: Mapped[date]
    """Local day by which it is to be looked at again."""
    retired_on: Mapped[date | None]
    retire_reason: Mapped[str] = mapped_column(default="", server_default="")


class EmergencyPlanVersion(TenantBase, Identified):
    """One wording, in force from its day. Append-only. Personal data: who issued it."""

    __tablename__ = "emergency_plan_versions"
    __table_args__ = (
        tenant_key("emergency_plans", "plan_id"),
        UniqueConstraint("tenant_id", "plan_id", "no", name="uq_emergency_plan_versions__tenant_id_plan_id_no"),
    )

    plan_id: Mapped[UUID]
    no: Mapped[int]
    body: Mapped[str]
    """The text; the signed paper hangs on it as files."""
    reason: Mapped[str] = mapped_column(default="", server_default="")
    """Why it was revised: a drill, a new rule, a yearly review."""
    in_force_on: Mapped[date]
    issued_at: Mapped[datetime]
    issued_by: Mapped[UUID | None]
    issued_by_name: Mapped[str]
