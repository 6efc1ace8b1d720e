"""Who need not file a round after all."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import TenantBase, tenant_key


class Exemption(TenantBase):
    """免报: one unit need not file one round that it owed when it opened. Personal data: who decided it."""

    __tablename__ = "report_exemptions"
    __table_args__ = (
        tenant_key("report_expected", "round_id", "unit_id", to=("round_id", "unit_id")),
        CheckConstraint("cause in ('closed', 'district')", name="cause"),
        CheckConstraint("reason <> ''", name="reason"),
    )

    round_id: Mapped[UUID] = mapped_column(Uuid(as_uuid=True), primary_key=True)
    unit_id: Mapped[UUID] = mapped_column(Uuid(as_uuid=True), primary_key=True)
    cause: Mapped[str]
    """closed: the unit was closed before the round was due; district: somebody decided it."""
    reason: Mapped[str]
    at: Mapped[datetime]
    by_id: Mapped[UUID | None]
    by_name: Mapped[str]
    lifted_at: Mapped[datetime | None]
    """Since then it owes the round again; the audit log has who and why."""
