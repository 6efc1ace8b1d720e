"""What is typed by hand into statistical tables: counts of matters that no ledger here holds."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Identified, TenantBase, Versioned, tenant_key


class Entry(TenantBase, Identified, Versioned):
    """The hand-typed figures of one school in one table for one period. Counts only, never who. Personal data: who typed it."""

    __tablename__ = "statistics_entries"
    __table_args__ = (
        tenant_key("org_units", "unit_id"),
        UniqueConstraint(
            "tenant_id", "table_code", "unit_id", "starts", "ends", name="uq_statistics_entries__one"
        ),
        CheckConstraint("ends >= starts", name="dates"),
        Index("ix_statistics_entries__table_code", "tenant_id", "table_code", "starts"),
    )  # fmt: skip

    unit_id: Mapped[UUID]
    """The school whose matters these are."""
    table_code: Mapped[str]
    """Code of the table in the pack."""
    starts: Mapped[date]
    ends: Mapped[date]
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """Code of a column → whole number; money in fen. A column left out is not filled; zero is said."""
    words: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """Code of a column → one of its words."""
    reasons: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """Code of a column → why it is not what the ledger says."""
    set_at: Mapped[datetime]
    set_by: Mapped[UUID | None]
    set_by_name: Mapped[str] = mapped_column(default="", server_default="")
