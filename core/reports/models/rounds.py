"""One period of one report, who owes it, and where it was forwarded."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Identified, TenantBase, Versioned, tenant_key


class ReportRound(TenantBase, Identified, Versioned):
    """One period (一期) of a report. What the pack said that day is kept here. Personal data: who opened one by hand, who cancelled it."""

    __tablename__ = "report_rounds"
    __table_args__ = (
        UniqueConstraint("tenant_id", "key", name="uq_report_rounds__tenant_id_key"),
        CheckConstraint("origin in ('rule', 'hand')", name="origin"),
        CheckConstraint("span_to >= span_from", name="span"),
        CheckConstraint("due_at is null or due_on is not null", name="due"),
        CheckConstraint("(cancelled_at is null) = (cancel_reason = '')", name="cancelled"),
        Index("ix_report_rounds__code", "tenant_id", "code", "opens_on", "id"),
        Index("ix_report_rounds__due_on", "tenant_id", "due_on", "id"),
    )

    code: Mapped[str]
    """Of the pack's report."""
    key: Mapped[str]
    """Key of the occurrence (core.kernel.obligations), e.g. ``ten-day@2018-12-06``: by it evidence finds what it counts for."""
    title: Mapped[str]
    period_title: Mapped[str]
    """The period in words, e.g. 第2期."""
    span_from: Mapped[date]
    span_to: Mapped[date]
    """Days that the report is about, both included."""
    opens_on: Mapped[date]
    """Who owes it is as of this day."""
    due_on: Mapped[date | None]
    due_at: Mapped[datetime | None]
    """From this instant on it is late; None where no day is stated, or only inferred: 待确认 is no breach (packs.md)."""
    zero: Mapped[bool] = mapped_column(default=False, server_default="false")
    """A report of nothing is allowed, as a signed act."""
    confirm: Mapped[bool] = mapped_column(default=False, server_default="false")
    """待确认: inferred, shown as such."""
    recipients: Mapped[list[Any]]
    """[{"label", "outside"}], see core.reports.owed.Recipient."""
    form: Mapped[str] = mapped_column(default="", server_default="")
    """Codes of tables, with blanks between."""
    figures: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    """Codes of core.reports.figures that the form shows."""
    clauses: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    origin: Mapped[str]
    units: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many owe it."""
    opened_at: Mapped[datetime]
    opened_by: Mapped[UUID | None]
    opened_by_name: Mapped[str] = mapped_column(default="", server_default="")
    cancelled_at: Mapped[datetime | None]
    """Since then nobody owes it any more; what was filed stays."""
    cancelled_by: Mapped[UUID | None]
    cancelled_by_name: Mapped[str] = mapped_column(default="", server_default="")
    cancel_reason: Mapped[str] = mapped_column(default="", server_default="")


class Expected(TenantBase):
    """One unit owes one round: written once at the opening, never changed (append-only). Personal data: none."""

    __tablename__ = "report_expected"
    __table_args__ = (
        tenant_key("report_rounds", "round_id"),
        tenant_key("org_units", "unit_id"),
        tenant_key("org_units", "cluster_id"),
        Index("ix_report_expected__unit", "tenant_id", "unit_id", "round_id"),
    )

    round_id: Mapped[UUID] = mapped_column(Uuid(as_uuid=True), primary_key=True)
    unit_id: Mapped[UUID] = mapped_column(Uuid(as_uuid=True), primary_key=True)
    unit_kind: Mapped[str]
    """Of that day; schools file for themselves, only the bureau's own offices are filed for from above."""
    cluster_id: Mapped[UUID | None]
    """The cluster that supervised it that day and looks at it first."""
    on_behalf: Mapped[str] = mapped_column(default="", server_default="")
    """Body or post in whose name it files, as printed; empty: its own."""


class Forwarding(TenantBase, Identified):
    """The district sent a round on to somebody outside. Append-only. Personal data: who did it."""

    __tablename__ = "report_forwardings"
    __table_args__ = (
        tenant_key("report_rounds", "round_id"),
        Index("ix_report_forwardings__round", "tenant_id", "round_id", "at"),
    )

    round_id: Mapped[UUID]
    recipient: Mapped[str]
    sent_on: Mapped[date]
    receipt_no: Mapped[str] = mapped_column(default="", server_default="")
    """回执编号, as the recipient gave it; empty: none yet, a further row brings it."""
    filed: Mapped[int]
    """How many units had filed when it was forwarded."""
    note: Mapped[str] = mapped_column(default="", server_default="")
    at: Mapped[datetime]
    by_id: Mapped[UUID | None]
    by_name: Mapped[str]
