"""催报: which unit was reminded on which day, and by which notices, so that their being read comes back."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Identified, TenantBase, tenant_key


class Reminder(TenantBase, Identified):
    """One reminder to one unit on one day, about everything it owes then. Personal data: who sent it."""

    __tablename__ = "report_reminders"
    __table_args__ = (
        tenant_key("org_units", "unit_id"),
        UniqueConstraint(
            "tenant_id", "unit_id", "on_date", "kind", name="uq_report_reminders__tenant_id_unit_id_on_date_kind"
        ),
        CheckConstraint("kind in ('digest', 'urge')", name="kind"),
        Index("ix_report_reminders__at", "tenant_id", "at", "id"),
    )

    unit_id: Mapped[UUID]
    on_date: Mapped[date]
    """Local day: a second one of the same kind on this day is not sent."""
    kind: Mapped[str]
    """digest (by the clock, before and after the due day) | urge (催报, by somebody)."""
    rounds: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid(as_uuid=True)))
    """What it was about."""
    notices: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid(as_uuid=True)))
    """In the inboxes of those who file; empty: nobody there could be told, which the grid says."""
    at: Mapped[datetime]
    by_id: Mapped[UUID | None]
    by_name: Mapped[str]
