"""What one unit files in one round: the filing, its versions, what was said of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Identified, TenantBase, Versioned, tenant_key


class Filing(TenantBase, Identified, Versioned):
    """One unit's filing of one round: where it stands, and the draft. What was submitted stands in the versions.

    Personal data: who wrote the draft.
    """

    __tablename__ = "report_filings"
    __table_args__ = (
        tenant_key("report_expected", "round_id", "unit_id", to=("round_id", "unit_id")),
        UniqueConstraint("tenant_id", "round_id", "unit_id", name="uq_report_filings__tenant_id_round_id_unit_id"),
        CheckConstraint(
            "state in ('draft', 'submitted', 'passed', 'returned', 'accepted', 'correcting')", name="state"
        ),
        CheckConstraint("reopened in ('', 'correction', 'supplement')", name="reopened"),
        CheckConstraint("latest_no >= 0 and accepted_no <= latest_no", name="versions"),
        CheckConstraint("(latest_no = 0) = (first_submitted_at is null)", name="submitted"),
        Index("ix_report_filings__unit", "tenant_id", "unit_id", "round_id"),
        Index("ix_report_filings__state", "tenant_id", "state", "submitted_at"),
        Index("ix_report_filings__submitted_on", "tenant_id", "submitted_on"),
    )

    round_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    state: Mapped[str]
    """core.reports.life.State."""
    ready: Mapped[bool] = mapped_column(default=False, server_default="false")
    """The draft waits for a signature."""
    draft: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """core.reports.content.Content as it is being written; None while nothing is."""
    zero: Mapped[bool] = mapped_column(default=False, server_default="false")
    """The latest version is a 零报告."""
    late: Mapped[bool] = mapped_column(default=False, server_default="false")
    """The first submission came after the due time; what is sent back and filed again keeps its first day."""
    latest_no: Mapped[int] = mapped_column(default=0, server_default="0")
    accepted_no: Mapped[int | None]
    """The version that the district accepted last."""
    first_submitted_at: Mapped[datetime | None]
    submitted_on: Mapped[date | None]
    """Local day of the first submission: what counts as evidence."""
    submitted_at: Mapped[datetime | None]
    """Of the latest version."""
    reopened: Mapped[str] = mapped_column(default="", server_default="")
    """correction | supplement while a new version is written after submission."""
    reopen_reason: Mapped[str] = mapped_column(default="", server_default="")
    written_by: Mapped[UUID | None]
    written_by_name: Mapped[str] = mapped_column(default="", server_default="")
    updated_at: Mapped[datetime]


class FilingVersion(TenantBase, Identified):
    """What was signed and submitted, as it was. Append-only. Personal data: who signed."""

    __tablename__ = "report_versions"
    __table_args__ = (
        tenant_key("report_filings", "filing_id"),
        UniqueConstraint("tenant_id", "filing_id", "no", name="uq_report_versions__tenant_id_filing_id_no"),
        CheckConstraint("kind in ('report', 'zero', 'correction', 'supplement')", name="kind"),
        CheckConstraint("(kind = 'zero') = (sentence <> '')", name="sentence"),
    )

    filing_id: Mapped[UUID]
    no: Mapped[int]
    """1, 2 …"""
    kind: Mapped[str]
    content: Mapped[dict[str, Any]]
    digest: Mapped[str]
    """sha256 of content and sentence, hex: what was signed."""
    sentence: Mapped[str] = mapped_column(default="", server_default="")
    """零报告: the sentence that was signed, word for word."""
    reason: Mapped[str] = mapped_column(default="", server_default="")
    """Of a correction or supplement; of a 零报告 although the ledger knows something."""
    late: Mapped[bool]
    """This version came after the due time."""
    signed_as: Mapped[str]
    """The name as the signer wrote it."""
    submitted_at: Mapped[datetime]
    by_id: Mapped[UUID | None]
    by_name: Mapped[str]
    by_post: Mapped[str] = mapped_column(default="", server_default="")


class FilingReview(TenantBase, Identified):
    """What cluster or district said of one version. Append-only. Personal data: who reviewed."""

    __tablename__ = "report_reviews"
    __table_args__ = (
        tenant_key("report_filings", "filing_id"),
        CheckConstraint("step in ('cluster', 'district')", name="step"),
        CheckConstraint("verdict in ('passed', 'accepted', 'returned')", name="verdict"),
        CheckConstraint("verdict <> 'returned' or words <> ''", name="reason"),
        Index("ix_report_reviews__filing", "tenant_id", "filing_id", "at"),
    )

    filing_id: Mapped[UUID]
    version_no: Mapped[int]
    step: Mapped[str]
    verdict: Mapped[str]
    words: Mapped[str] = mapped_column(default="", server_default="")
    at: Mapped[datetime]
    by_id: Mapped[UUID | None]
    by_name: Mapped[str]
    by_post: Mapped[str] = mapped_column(default="", server_default="")
