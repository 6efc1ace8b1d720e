"""A drill: the part of its record that is measured, and what was found on it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Identified, TenantBase, Versioned, tenant_key


class Drill(TenantBase, Versioned):
    """One drill from plan to review; its record says the rest. Personal data: who commanded it by office, who started it."""

    __tablename__ = "record_drills"
    __table_args__ = (
        tenant_key("records", "record_id"),
        tenant_key("emergency_plans", "plan_id"),
        CheckConstraint("stage in ('planned', 'running', 'stopped', 'reviewed')", name="stage"),
        CheckConstraint("target_s > 0", name="target_s"),
        CheckConstraint("expected >= 0 and present >= 0", name="heads"),
        CheckConstraint("plan_revision in ('', 'none', 'needed', 'done')", name="plan_revision"),
        CheckConstraint("stopped_at >= started_at", name="times"),
    )

    record_id: Mapped[UUID] = mapped_column(Uuid(as_uuid=True), primary_key=True)
    stage: Mapped[str]
    """planned → running → stopped → reviewed. Only a reviewed drill makes its record «held»."""
    scenario: Mapped[str]
    """What is assumed to happen, in the words of core.records.kinds.SCENARIOS or the school's own."""
    commander: Mapped[str] = mapped_column(default="", server_default="")
    """The office of who commands it, no name."""
    plan_id: Mapped[UUID | None]
    """The emergency plan that it tries."""
    target_s: Mapped[int]
    """How long it may take, in seconds."""
    started_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    expected: Mapped[int | None]
    """How many should have been there, by the attendance of that day."""
    present: Mapped[int | None]
    """How many were counted at the assembly point. Missing is the difference: a number, no names of pupils."""
    good: Mapped[str] = mapped_column(default="", server_default="")
    problems: Mapped[str] = mapped_column(default="", server_default="")
    plan_revision: Mapped[str] = mapped_column(default="", server_default="")
    """What it means for the plan: none | needed | done; empty until reviewed."""
    revision_note: Mapped[str] = mapped_column(default="", server_default="")
    reviewed_at: Mapped[datetime | None]


class DrillFinding(TenantBase, Identified):
    """Something wrong that the drill showed; becomes a hazard with one tap. No personal data but who noted it."""

    __tablename__ = "record_findings"
    __table_args__ = (
        tenant_key("record_drills", "record_id", to=("record_id",)),
        tenant_key("hazards", "hazard_id"),
        UniqueConstraint("tenant_id", "hazard_id", name="uq_record_findings__tenant_id_hazard_id"),
        Index("ix_record_findings__record", "tenant_id", "record_id", "at"),
    )

    record_id: Mapped[UUID]
    place: Mapped[str]
    text: Mapped[str]
    hazard_id: Mapped[UUID | None]
    at: Mapped[datetime]
    by_id: Mapped[UUID | None]
