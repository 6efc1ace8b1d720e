"""A record of something done, and what it said before each correction."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Identified, TenantBase, Versioned, tenant_key


class Record(TenantBase, Identified, Versioned):
    """One thing done by one unit: a meeting, a training, a drill. Personal data: who recorded it. Never deleted."""

    __tablename__ = "records"
    __table_args__ = (
        tenant_key("org_units", "unit_id"),
        tenant_key("org_units", "school_id"),
        CheckConstraint("state in ('planned', 'held', 'struck')", name="state"),
        CheckConstraint("people >= 0", name="people"),
        CheckConstraint("minutes >= 0", name="minutes"),
        CheckConstraint("times > 0", name="times"),
        CheckConstraint("(state = 'struck') = (strike_reason <> '')", name="strike_reason"),
        Index("ix_records__held_on", "tenant_id", "held_on", "id"),
        Index("ix_records__unit", "tenant_id", "unit_id", "kind", "held_on"),
        Index("ix_records__kind", "tenant_id", "kind", "held_on"),
        Index("ix_records__batch", "tenant_id", "batch_id"),
    )

    unit_id: Mapped[UUID]
    """Whose doing it is: a school, a department, the bureau."""
    school_id: Mapped[UUID | None]
    """The school that answers for ``unit_id``."""
    kind: Mapped[str]
    """What was done, in the word that obligations count (their ``activity``)."""
    topics: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    """What it was about; one record may serve several obligations. Shown and unnested, never filtered by."""
    title: Mapped[str]
    held_on: Mapped[date]
    """Local day on which it was done; of a planned one the day it is planned for."""
    place: Mapped[str] = mapped_column(default="", server_default="")
    people: Mapped[int | None]
    """How many took part: a number, never a list of names."""
    minutes: Mapped[int | None]
    times: Mapped[int] = mapped_column(default=1, server_default="1")
    """How many it counts for, where one record tells of several alike."""
    summary: Mapped[str] = mapped_column(default="", server_default="")
    details: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """The kind's own few fields, code → value; see core.records.kinds. Shown only, never filtered by."""
    state: Mapped[str]
    """planned (a drill not yet over; does not count) | held (counts) | struck (stays, does not count)."""
    strike_reason: Mapped[str] = mapped_column(default="", server_default="")
    latest_no: Mapped[int] = mapped_column(default=1, server_default="1")
    """Number of its newest wording in record_versions."""
    batch_id: Mapped[UUID | None]
    """The import that brought it."""
    fingerprint: Mapped[str] = mapped_column(default="", server_default="")
    """Of an imported row, so that the same row does not arrive twice."""
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID | None]
    recorded_by_name: Mapped[str]


class RecordVersion(TenantBase, Identified):
    """What a record said from one wording to the next. Append-only. Personal data: who wrote it."""

    __tablename__ = "record_versions"
    __table_args__ = (
        tenant_key("records", "record_id"),
        UniqueConstraint("tenant_id", "record_id", "no", name="uq_record_versions__tenant_id_record_id_no"),
        CheckConstraint("no > 0", name="no"),
    )

    record_id: Mapped[UUID]
    no: Mapped[int]
    content: Mapped[dict[str, Any]]
    """All that the record said, field → value, dates as ISO."""
    reason: Mapped[str] = mapped_column(default="", server_default="")
    """Why it was corrected; empty for the first."""
    at: Mapped[datetime]
    by_id: Mapped[UUID | None]
    by_name: Mapped[str]
