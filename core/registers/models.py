"""What every row of a register has, the one table for registers of packs, and what rules and notices remember."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Index, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from core.db.base import Identified, TenantBase, Versioned, tenant_key


class Registered(TenantBase, Identified, Versioned):
    """Base of a row of a register. Its table says ``tenant_key("org_units", "unit_id")`` and what personal data it holds.

    Files hang on it by the kind of its log (``core.registers.queries.history.object_kind``)."""

    __abstract__ = True

    unit_id: Mapped[UUID] = mapped_column(sort_order=-80)
    """Whose entry it is; data scope follows it."""
    extra: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}", sort_order=80)
    """The district's own fields: code → JSON value, dates as ISO text."""
    retired_on: Mapped[date | None] = mapped_column(sort_order=81)
    """Taken out of use on this day; it keeps its records and can be restored."""


class RegisterEntry(Registered):
    """An entry of a register that a pack declares. Personal data: where the pack marks a field so, inside ``extra``, and in the
    files that hang on it (``core.files``), which the pack then marks too."""

    __tablename__ = "register_entries"
    __table_args__ = (
        tenant_key("org_units", "unit_id"),
        Index("ix_register_entries__unit", "tenant_id", "register", "unit_id"),
        Index("ix_register_entries__valid_until", "tenant_id", "register", "valid_until"),
    )

    register: Mapped[str]
    """Code of the register in the pack."""
    extra: Mapped[dict[str, Any]] = mapped_column("attrs", JSONB, default=dict, server_default="{}", sort_order=80)
    """All its fields but the two dates: code → JSON value."""
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    """Last valid day; None: without end, or nobody knows."""


class RegisterBreach(TenantBase, Identified):
    """A rule that a unit does not keep, from the day it was noticed to the day it was kept again. Personal data: none;
    entries are named as in the register, personal fields left out."""

    __tablename__ = "register_breaches"
    __table_args__ = (
        tenant_key("org_units", "unit_id"),
        # Whoever evaluates at the same time as somebody else cannot open it twice.
        Index(
            "uq_register_breaches__open", "tenant_id", "register", "rule", "unit_id",
            unique=True, postgresql_where=text("cleared_at is null"),
        ),
        Index("ix_register_breaches__unit", "tenant_id", "unit_id", "opened_at"),
    )  # fmt: skip

    register: Mapped[str]
    rule: Mapped[str]
    """Code of the rule inside the register."""
    unit_id: Mapped[UUID]
    title: Mapped[str]
    """The rule's words."""
    detail: Mapped[str]
    """What is the case, in words: how many are there of how many, which entries."""
    facts: Mapped[dict[str, Any]]
    """{"have", "need", "count", "entries": [{"id", "title"}], "domain", "category", "clauses", "register_title"}."""
    assumed: Mapped[bool] = mapped_column(Boolean)
    """The rule waits for the district's word (待确认): shown, but no breach that anybody must answer for."""
    opened_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    """When ``detail`` was last found to be another."""
    cleared_at: Mapped[datetime | None]


class RegisterNotice(TenantBase):
    """That it was told that entries come to their end, so that it is told once. Personal data: none."""

    __tablename__ = "register_notices"

    register: Mapped[str] = mapped_column(Text, primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(Uuid(as_uuid=True), primary_key=True)
    field: Mapped[str] = mapped_column(Text, primary_key=True)
    expires_on: Mapped[date] = mapped_column(primary_key=True)
    """Of that day: an entry that is renewed is told of anew."""
    days: Mapped[int] = mapped_column(primary_key=True)
    """90, 60, 30, 7 before; -1: it is over."""
    told_on: Mapped[date]
