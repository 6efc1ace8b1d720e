"""Incidents and the reports of them: 首报, 续报, 终报."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Identified, TenantBase, Versioned, tenant_key


class Incident(TenantBase, Identified, Versioned):
    """Something that happened and must be told. Never a child's name: numbers only. Personal data: who told it.

    Seen by who holds ``record:incident:read`` for its unit and by nobody else.
    """

    __tablename__ = "incidents"
    __table_args__ = (
        tenant_key("org_units", "unit_id"),
        tenant_key("org_units", "school_id"),
        CheckConstraint("state in ('open', 'closed')", name="state"),
        CheckConstraint("grade in ('general', 'larger', 'major', 'extreme')", name="grade"),
        CheckConstraint("known_at >= occurred_at", name="known_at"),
        UniqueConstraint("tenant_id", "no", name="uq_incidents__tenant_id_no"),
        Index("ix_incidents__occurred_at", "tenant_id", "occurred_at", "id"),
        Index("ix_incidents__unit", "tenant_id", "unit_id", "occurred_at"),
        Index("ix_incidents__next_due_at", "tenant_id", "next_due_at"),
    )

    no: Mapped[int]
    """Counts up without gaps, so that one that is not shown to somebody is still missed."""
    unit_id: Mapped[UUID]
    school_id: Mapped[UUID | None]
    category: Mapped[str]
    """One of core.records.incidents.CATEGORIES."""
    grade: Mapped[str]
    """事件等级, as the teller judges it now; each report may change it."""
    title: Mapped[str]
    occurred_at: Mapped[datetime]
    known_at: Mapped[datetime]
    """When the unit came to know of it; the clock of the first report runs from here."""
    place: Mapped[str] = mapped_column(default="", server_default="")
    state: Mapped[str]
    next_kind: Mapped[str] = mapped_column(default="", server_default="")
    """Which report is owed next: further | final; empty when closed."""
    next_due_at: Mapped[datetime | None]
    """Until when; over and not told = 超时."""
    opened_at: Mapped[datetime]
    opened_by: Mapped[UUID | None]
    opened_by_name: Mapped[str]


class IncidentReport(TenantBase, Identified):
    """One report as it was sent. Append-only: a later one corrects an earlier. Personal data: who sent it."""

    __tablename__ = "incident_reports"
    __table_args__ = (
        tenant_key("incidents", "incident_id"),
        UniqueConstraint("tenant_id", "incident_id", "no", name="uq_incident_reports__tenant_id_incident_id_no"),
        CheckConstraint("kind in ('first', 'further', 'final')", name="kind"),
        CheckConstraint("dead >= 0 and injured >= 0 and missing >= 0", name="numbers"),
    )

    incident_id: Mapped[UUID]
    no: Mapped[int]
    kind: Mapped[str]
    grade: Mapped[str]
    facts: Mapped[str]
    """What happened and how it stands, as told."""
    measures: Mapped[str] = mapped_column(default="", server_default="")
    cause: Mapped[str] = mapped_column(default="", server_default="")
    dead: Mapped[int] = mapped_column(default=0, server_default="0")
    injured: Mapped[int] = mapped_column(default=0, server_default="0")
    missing: Mapped[int] = mapped_column(default=0, server_default="0")
    loss_fen: Mapped[int | None]
    """Direct loss in fen, where known."""
    told_to: Mapped[list[Any]]
    """Offices that were told, in words."""
    due_at: Mapped[datetime | None]
    """The limit it had."""
    sent_at: Mapped[datetime]
    sent_by: Mapped[UUID | None]
    sent_by_name: Mapped[str]
