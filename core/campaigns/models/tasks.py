"""Tasks: how far they are, who of the bureau answers for them, and those that the district added."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Identified, TenantBase, Versioned, tenant_key


class TaskState(TenantBase, Identified, Versioned):
    """How far one unit is with one task; the bureau's own part stands under the bureau. Without a row: open.

    Personal data: who reported and who signed.
    """

    __tablename__ = "task_states"
    __table_args__ = (
        tenant_key("org_units", "unit_id"),
        UniqueConstraint("tenant_id", "code", "unit_id", name="uq_task_states__tenant_id_code_unit_id"),
        CheckConstraint("state in ('open', 'returned', 'reported', 'done')", name="state"),
        Index("ix_task_states__unit", "tenant_id", "unit_id", "code"),
    )

    code: Mapped[str]
    """Of the task in the expanded plan: a row of the pack, ``<row>.<origin>`` for a copy, ``own-<n>`` for the district's own."""
    unit_id: Mapped[UUID]
    state: Mapped[str]
    """open (again) | returned (by whoever should sign) | reported (waits for a signature) | done."""
    done_on: Mapped[date | None]
    """Local day on which it was done, as reported."""
    note: Mapped[str] = mapped_column(default="", server_default="")
    reported_at: Mapped[datetime | None]
    reported_by: Mapped[UUID | None]
    reported_by_name: Mapped[str] = mapped_column(default="", server_default="")
    signed_at: Mapped[datetime | None]
    signed_by: Mapped[UUID | None]
    """Never the one who reported."""
    signed_by_name: Mapped[str] = mapped_column(default="", server_default="")
    reason: Mapped[str] = mapped_column(default="", server_default="")
    """Why it was returned or opened again."""


class LocalTask(TenantBase, Identified, Versioned):
    """A task that the district added to the plan of its pack. Personal data: none."""

    __tablename__ = "local_tasks"
    __table_args__ = (
        UniqueConstraint("tenant_id", "code", name="uq_local_tasks__tenant_id_code"),
        CheckConstraint("ends is null or starts is null or ends >= starts", name="dates"),
    )

    code: Mapped[str]
    """``own-<n>``."""
    title: Mapped[str]
    campaign: Mapped[str]
    """Code of a campaign of the pack."""
    phase: Mapped[str] = mapped_column(default="", server_default="")
    category: Mapped[str] = mapped_column(default="", server_default="")
    starts: Mapped[date | None]
    ends: Mapped[date | None]
    responsible: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    """Words as the pack's plan writes them: 教育局, 中小学, 幼儿园 …"""
    open_ended: Mapped[bool] = mapped_column(default=False, server_default="false")
    evidence: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Done only with a file."""
    sign_off: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Done only when another person has signed."""
    clauses: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    """Clauses of the notice that it serves."""
    withdrawn_on: Mapped[date | None]
    """Local day from which it is no longer asked; what was reported stays."""


class TaskAssignment(TenantBase, Identified, Versioned):
    """Which departments of the bureau answer for a task, where the notice only says 教育局. Personal data: none."""

    __tablename__ = "task_assignments"
    __table_args__ = (UniqueConstraint("tenant_id", "code", name="uq_task_assignments__tenant_id_code"),)

    code: Mapped[str]
    """Of a task, or ``main:<code>`` of a main task of the pack."""
    responsible: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    """Codes of departments of the pack."""
    participating: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
