"""Tables of what came from old ledgers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Computed, Index, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Identified, TenantBase, tenant_key


class HistoricalHazard(TenantBase, Identified):
    """A hazard that an old ledger says is closed. Not a case: this district's rules never saw its evidence, so it counts
    in no rate and no dashboard. Personal data: who found, rectified and closed it, by name."""

    __tablename__ = "historical_hazards"
    __table_args__ = (
        tenant_key("org_units", "unit_id"),
        UniqueConstraint("tenant_id", "fingerprint", name="uq_historical_hazards__tenant_id_fingerprint"),
        Index("ix_historical_hazards__found_on", "tenant_id", "found_on", "id"),
        Index("ix_historical_hazards__unit", "tenant_id", "unit_id", "found_on"),
        Index("ix_historical_hazards__batch", "tenant_id", "batch_id"),
    )

    batch_id: Mapped[UUID]
    """The import that it came with; without a foreign key, imports are another feature's."""
    row_no: Mapped[int]
    """Row of the file, as a spreadsheet shows it."""
    fingerprint: Mapped[str]
    """Of unit, old number and words: the same entry again is the same entry."""
    unit_id: Mapped[UUID]
    old_no: Mapped[str]
    """Number in the old ledger."""
    place: Mapped[str]
    description: Mapped[str]
    text_lc: Mapped[str] = mapped_column(Text, Computed("lower(description || ' ' || place)", persisted=True))
    domain: Mapped[str]
    category: Mapped[str]
    """As the old ledger calls it."""
    grade: Mapped[str]
    """general | major | empty: not said."""
    found_on: Mapped[date]
    found_by_name: Mapped[str]
    responsible_name: Mapped[str]
    measure_done: Mapped[str]
    due_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    closed_by_name: Mapped[str]
    note: Mapped[str]
    imported_at: Mapped[datetime]
    imported_by: Mapped[UUID | None]


class HazardImport(TenantBase):
    """An open hazard that came from an old ledger, and what the ledger said beside what a case holds. Personal data: names."""

    __tablename__ = "hazard_imports"
    __table_args__ = (
        tenant_key("hazards", "hazard_id"),
        UniqueConstraint("tenant_id", "fingerprint", name="uq_hazard_imports__tenant_id_fingerprint"),
        Index("ix_hazard_imports__batch", "tenant_id", "batch_id"),
    )

    hazard_id: Mapped[UUID] = mapped_column(Uuid(as_uuid=True), primary_key=True)
    batch_id: Mapped[UUID]
    row_no: Mapped[int]
    fingerprint: Mapped[str]
    old_no: Mapped[str]
    told: Mapped[dict[str, Any]]
    """Title of the column → text as in the old ledger."""
    hazard_version: Mapped[int] = mapped_column(BigInteger)
    """The version that the import left behind: an undo refuses what moved on."""
