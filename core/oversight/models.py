"""Tables of oversight: the rollup cube that bureaus read, its state, and the districts' consents."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Identified, TenantBase, Versioned


def measure() -> Mapped[int]:
    return mapped_column(BigInteger, default=0, server_default="0")


class HazardRollup(TenantBase):
    """Hazards counted by the month they were found in. Open, overdue and age are as of ``RollupState.as_of``.

    Recounted as a whole, never added to: a number that can only be recounted cannot drift. Personal data: none.
    """

    __tablename__ = "hazard_rollups"

    month: Mapped[date] = mapped_column(Date, primary_key=True)
    """First day of the month (Asia/Shanghai)."""
    domain: Mapped[str] = mapped_column(primary_key=True)
    grade: Mapped[str] = mapped_column(primary_key=True)
    """general | major: the two legal grades."""
    source: Mapped[str] = mapped_column(primary_key=True)
    """Canonical origin, so that districts can be compared."""
    found: Mapped[int] = measure()
    """Found in the month, false alarms left out."""
    open: Mapped[int] = measure()
    overdue: Mapped[int] = measure()
    """Open, and the time limit has passed."""
    controlled: Mapped[int] = measure()
    """Open under 带险管控."""
    escalated: Mapped[int] = measure()
    cancelled: Mapped[int] = measure()
    """误报; not in ``found``."""
    closed: Mapped[int] = measure()
    """Of those found in the month, closed whenever."""
    closed_due: Mapped[int] = measure()
    """Of ``closed``, those that had a time limit: the denominator of ``closed_on_time``."""
    closed_on_time: Mapped[int] = measure()
    on_the_spot: Mapped[int] = measure()
    """立查立改: rectified in the form in which they were reported."""
    age_7: Mapped[int] = measure()
    """Open since 0–7 days; the next are 8–15, 16–30, over 30."""
    age_15: Mapped[int] = measure()
    age_30: Mapped[int] = measure()
    age_more: Mapped[int] = measure()
    days_sum: Mapped[int] = measure()
    """Days from found to closed, summed over ``closed``."""
    days_3: Mapped[int] = measure()
    """Closed within 0–3 days; the next are 4–7, 8–15, 16–30, over 30."""
    days_7: Mapped[int] = measure()
    days_15: Mapped[int] = measure()
    days_30: Mapped[int] = measure()
    days_more: Mapped[int] = measure()
    closed_in: Mapped[int] = measure()
    """Closed in the month, whenever found: for lines over time."""


class ReportingRollup(TenantBase):
    """How many schools wrote anything into the ledger in a month, of how many. Personal data: none."""

    __tablename__ = "reporting_rollups"

    month: Mapped[date] = mapped_column(Date, primary_key=True)
    schools: Mapped[int]
    with_entry: Mapped[int]


class RollupState(TenantBase):
    """When a district was counted and how large it is: the denominators. Personal data: none."""

    __tablename__ = "rollup_states"

    as_of: Mapped[date]
    """The day (by the tenant's clock) to which open, overdue and age refer."""
    counted_at: Mapped[datetime]
    schools: Mapped[int]
    pupils: Mapped[int]
    campaign: Mapped[str] = mapped_column(default="", server_default="")
    starts: Mapped[date | None]
    ends: Mapped[date | None]


class Consent(TenantBase, Identified, Versioned):
    """A district lets a bureau see figures of it, perhaps rows too. Personal data: who granted and who revoked."""

    __tablename__ = "oversight_consents"
    __table_args__ = (
        CheckConstraint("valid_until is null or valid_until >= valid_from", name="dates"),
        Index(
            "uq_oversight_consents__in_force",
            "tenant_id",
            "bureau_id",
            unique=True,
            postgresql_where=text("revoked_at is null"),
        ),
        Index("ix_oversight_consents__bureau_id", "bureau_id"),
    )

    bureau_id: Mapped[int] = mapped_column(ForeignKey("tenants.id"))
    """Tenant id of the bureau; that side reads this row through its own policy."""
    indicators: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Codes of the groups of figures (core.oversight.indicators) that are shown."""
    rows_granted: Mapped[bool]
    """Whether single hazards (without persons) may be read too."""
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    """Last day, or None while open-ended."""
    granted_by: Mapped[UUID | None]
    granted_by_name: Mapped[str]
    granted_at: Mapped[datetime]
    revoked_by: Mapped[UUID | None]
    revoked_by_name: Mapped[str | None]
    revoked_at: Mapped[datetime | None]
