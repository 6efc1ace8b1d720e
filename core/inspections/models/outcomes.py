"""What comes of a visit: hazards, and the order to put things right."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Identified, TenantBase, tenant_key


class Finding(TenantBase, Identified):
    """A failed item that became a hazard, or that a 回头看 found again in one; the id was made on the device.

    Personal data: who reported it.
    """

    __tablename__ = "inspection_findings"
    __table_args__ = (
        tenant_key("inspection_visits", "visit_id"),
        tenant_key("hazards", "hazard_id"),
        UniqueConstraint("tenant_id", "visit_id", "item", name="uq_inspection_findings__tenant_id_visit_id_item"),
        Index("ix_inspection_findings__hazard", "tenant_id", "hazard_id"),
    )

    visit_id: Mapped[UUID]
    item: Mapped[str]
    hazard_id: Mapped[UUID]
    again: Mapped[bool] = mapped_column(default=False, server_default="false")
    """回头看: the hazard of the earlier visit is still open, no second one was made."""
    at: Mapped[datetime]
    by_id: Mapped[UUID | None]


class RectificationOrder(TenantBase, Identified):
    """整改通知书: what was served on the unit. Personal data: who issued it."""

    __tablename__ = "inspection_orders"
    __table_args__ = (
        tenant_key("inspection_visits", "visit_id"),
        tenant_key("files", "file_id"),
        UniqueConstraint("tenant_id", "visit_id", name="uq_inspection_orders__tenant_id_visit_id"),
        UniqueConstraint("tenant_id", "year", "seq", name="uq_inspection_orders__tenant_id_year_seq"),
    )

    visit_id: Mapped[UUID]
    year: Mapped[int]
    seq: Mapped[int]
    no: Mapped[str]
    """As printed, e.g. ``武进教安改〔2020〕3号``."""
    issued_on: Mapped[date]
    due_on: Mapped[date]
    """When the unit has to answer at the latest."""
    findings: Mapped[int]
    file_id: Mapped[UUID]
    """The docx as it was issued."""
    issued_at: Mapped[datetime]
    issued_by: Mapped[UUID | None]
    issued_by_name: Mapped[str]
