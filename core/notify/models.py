"""The inbox of every person."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Identified, TenantBase


class Notice(TenantBase, Identified):
    """One message to one person. Personal data: whom it is for; texts name no children and hold no secrets."""

    __tablename__ = "notices"
    __table_args__ = (
        Index("ix_notices__inbox", "tenant_id", "person_id", "at", "id"),
        Index("ix_notices__unread", "tenant_id", "person_id", postgresql_where=text("read_at is null")),
        Index(
            "ix_notices__to_mail",
            "tenant_id",
            "person_id",
            postgresql_where=text("mailed_at is null and read_at is null"),
        ),
    )

    person_id: Mapped[UUID]
    at: Mapped[datetime]
    """By the tenant's clock."""
    kind: Mapped[str]
    """``<feature>.<what>``, e.g. ``hazard.overdue``; decides the icon, nothing else."""
    title: Mapped[str]
    body: Mapped[str] = mapped_column(default="", server_default="")
    link: Mapped[str]
    """Path inside this installation, e.g. ``/hazards/0198…``."""
    read_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]
    """When a digest took it along; None also for what was read before."""
