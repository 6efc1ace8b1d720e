"""消防验收/备案 of buildings: the state, the way to it, and every step taken."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.sdk.domain import Identified, TenantBase, Versioned, tenant_key


class Acceptance(TenantBase, Identified, Versioned):
    """One building or place and its fire acceptance. Personal data: none."""

    __tablename__ = "fire_acceptances"
    __table_args__ = (
        tenant_key("org_units", "unit_id"),
        tenant_key("hazards", "hazard_id"),
        UniqueConstraint("tenant_id", "unit_id", "building", name="uq_fire_acceptances__tenant_id_unit_id_building"),
        CheckConstraint("state in ('accepted', 'filed', 'not_accepted')", name="state"),
        CheckConstraint(
            "stage in ('reason', 'path', 'make_up', 'assessment', 'plan', 'rectification', 'reassessment', 'done')",
            name="stage",
        ),
        CheckConstraint("path in ('A', 'B')", name="path"),
        Index("ix_fire_acceptances__stage", "tenant_id", "stage", "unit_id"),
        Index("ix_fire_acceptances__hazard_id", "tenant_id", "hazard_id"),
    )

    unit_id: Mapped[UUID]
    building: Mapped[str]
    building_id: Mapped[UUID | None]
    """Of the building directory, where a plugin offers one."""
    state: Mapped[str]
    """accepted 验收合格 | filed 已备案 | not_accepted 未通过."""
    stage: Mapped[str]
    """What has to be done next; see plugins.fire.acceptance."""
    path: Mapped[str | None]
    """A 补办手续 | B 第三方评估."""
    reason: Mapped[str] = mapped_column(default="", server_default="")
    """Why it was not passed (全面摸清原因)."""
    agency: Mapped[str] = mapped_column(default="", server_default="")
    """The third party that assesses (path B); a firm, no person."""
    assessed_on: Mapped[date | None]
    plan: Mapped[str] = mapped_column(default="", server_default="")
    planned_on: Mapped[date | None]
    plan_due_on: Mapped[date | None]
    """Until when the plan is to be carried out; the unit's own date."""
    rectified_on: Mapped[date | None]
    reassessed_on: Mapped[date | None]
    document_no: Mapped[str] = mapped_column(default="", server_default="")
    """Of the acceptance or filing document (A), of the third party's pass report (B)."""
    document_on: Mapped[date | None]
    hazard_id: Mapped[UUID | None]
    """The hazard it was registered as; that hazard stays open as long as this does, where the district says so."""


class AcceptanceStep(TenantBase, Identified):
    """A step that was taken. Append-only in practice. Personal data: who took it."""

    __tablename__ = "fire_acceptance_steps"
    __table_args__ = (
        tenant_key("fire_acceptances", "acceptance_id", ondelete="CASCADE"),
        Index("ix_fire_acceptance_steps__acceptance", "tenant_id", "acceptance_id", "at"),
    )

    acceptance_id: Mapped[UUID]
    at: Mapped[datetime]
    step: Mapped[str]
    """Code of plugins.fire.acceptance.Step."""
    on: Mapped[date]
    """The day it happened, which may be before it was written down."""
    note: Mapped[str]
    by_id: Mapped[UUID | None]
    by_name: Mapped[str]
