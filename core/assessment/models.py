"""Tables of the assessment: figures typed, rounds, sheets of units with their versions, appeals."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Identified, TenantBase, Versioned, tenant_key


class IndicatorEntry(TenantBase, Identified):
    """A figure that somebody typed for a unit (for the bureau: the district), with what it rests on. Append-only: the latest of the
    latest day counts. Personal data: who typed it."""

    __tablename__ = "indicator_entries"
    __table_args__ = (
        tenant_key("org_units", "unit_id"),
        CheckConstraint("part >= 0 and (whole is null or (whole > 0 and part <= whole))", name="figure"),
        CheckConstraint("basis <> ''", name="basis"),
        Index("ix_indicator_entries__latest", "tenant_id", "indicator", "unit_id", "as_of", "id"),
    )

    indicator: Mapped[str]
    """Code in the pack."""
    unit_id: Mapped[UUID]
    as_of: Mapped[date]
    """Local day up to which it is true; it counts for a span in which this day lies."""
    part: Mapped[int]
    whole: Mapped[int | None]
    """None: a count."""
    basis: Mapped[str]
    """What it rests on: a document, a visit, a list. No names of persons."""
    made_at: Mapped[datetime]
    made_by: Mapped[UUID | None]
    made_by_name: Mapped[str]


class AssessmentRound(TenantBase, Identified, Versioned):
    """One assessment (一次考核) of all units over one span. Personal data: who opened and announced it."""

    __tablename__ = "assessment_rounds"
    __table_args__ = (
        CheckConstraint("ends >= starts", name="span"),
        CheckConstraint("state in ('draft', 'announced', 'published', 'cancelled')", name="state"),
        CheckConstraint("state not in ('announced', 'published') or appeal_until is not null", name="announced"),
        Index("ix_assessment_rounds__ends", "tenant_id", "ends", "id"),
    )

    code: Mapped[str]
    """Of the pack's scheme."""
    title: Mapped[str]
    starts: Mapped[date]
    ends: Mapped[date]
    """Local days, both included."""
    scheme: Mapped[dict[str, Any]]
    """The scheme with the points that the district decided, and its indicators, as they were that day."""
    state: Mapped[str]
    computed_at: Mapped[datetime | None]
    """None also where something makes it necessary to compute again."""
    job_id: Mapped[UUID | None]
    """The computation ordered last; jobs are tidied away, so it may be gone."""
    announced_at: Mapped[datetime | None]
    announced_by: Mapped[UUID | None]
    appeal_until: Mapped[date | None]
    """Last local day of the appeal window."""
    published_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(default="", server_default="")
    opened_at: Mapped[datetime]
    opened_by: Mapped[UUID | None]
    opened_by_name: Mapped[str]


class AssessmentSheet(TenantBase, Identified, Versioned):
    """One unit in one round; what was computed stands in the versions. Personal data: none. Sensitive: what it says of a unit."""

    __tablename__ = "assessment_sheets"
    __table_args__ = (
        tenant_key("assessment_rounds", "round_id"),
        tenant_key("org_units", "unit_id"),
        UniqueConstraint("tenant_id", "round_id", "unit_id", name="uq_assessment_sheets__tenant_id_round_id_unit_id"),
        CheckConstraint("latest_no > 0", name="latest_no"),
        CheckConstraint("left_why in ('', 'closed', 'scope', 'exempted')", name="left_why"),
        CheckConstraint("(left_on is null) = (left_why = '')", name="left_on"),
        CheckConstraint("(left_why = 'exempted') = (left_reason <> '')", name="left_reason"),
        Index("ix_assessment_sheets__unit", "tenant_id", "unit_id", "round_id"),
    )

    round_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    latest_no: Mapped[int]
    """Number of the version in force; these four are its words, for lists."""
    points: Mapped[int]
    """In hundredths of a point."""
    grade: Mapped[str] = mapped_column(default="", server_default="")
    """Code of the scheme's grade."""
    vetoed: Mapped[bool] = mapped_column(default=False, server_default="false")
    unknown: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many items nobody has typed a figure for: nothing was taken for them."""
    left_on: Mapped[date | None]
    """不再参评: the unit's last day where it closed, else the day on which it was found or decided. The sheet stays as it was and
    counts nowhere."""
    left_why: Mapped[str] = mapped_column(default="", server_default="")
    """closed (停办) | scope (no longer of a type that the scheme assesses) | exempted (by the district, with the reason)."""
    left_reason: Mapped[str] = mapped_column(default="", server_default="")
    """Why it was exempted."""


class SheetVersion(TenantBase, Identified):
    """What a unit's sheet said: figures, points, the facts behind them. Append-only. Personal data: who made it."""

    __tablename__ = "assessment_versions"
    __table_args__ = (
        tenant_key("assessment_sheets", "sheet_id"),
        UniqueConstraint("tenant_id", "sheet_id", "no", name="uq_assessment_versions__tenant_id_sheet_id_no"),
        CheckConstraint("kind in ('computed', 'corrected')", name="kind"),
        CheckConstraint("kind <> 'corrected' or reason <> ''", name="reason"),
    )

    sheet_id: Mapped[UUID]
    no: Mapped[int]
    """1, 2 …"""
    kind: Mapped[str]
    points: Mapped[int]
    content: Mapped[dict[str, Any]]
    """core.assessment.sheet.Content: a line for each item with figure, points and facts, and the vetoes."""
    reason: Mapped[str] = mapped_column(default="", server_default="")
    """Why it was corrected."""
    made_at: Mapped[datetime]
    made_by: Mapped[UUID | None]
    made_by_name: Mapped[str]


class Appeal(TenantBase, Identified, Versioned):
    """申诉 of a unit against an item or a veto of its sheet. Personal data: who appealed and who decided."""

    __tablename__ = "assessment_appeals"
    __table_args__ = (
        tenant_key("assessment_sheets", "sheet_id"),
        CheckConstraint("state in ('open', 'upheld', 'rejected')", name="state"),
        CheckConstraint("(state = 'open') = (decided_at is null)", name="decided"),
        CheckConstraint("state = 'open' or decision <> ''", name="decision"),
        Index("ix_assessment_appeals__sheet", "tenant_id", "sheet_id", "made_at"),
        Index("ix_assessment_appeals__state", "tenant_id", "state", "made_at"),
        Index(
            "uq_assessment_appeals__open", "tenant_id", "sheet_id", "item", unique=True, postgresql_where=text("state = 'open'")
        ),
    )  # fmt: skip

    sheet_id: Mapped[UUID]
    version_no: Mapped[int]
    """What it is against."""
    item: Mapped[str]
    """Code of an item or veto of the scheme."""
    text: Mapped[str]
    made_at: Mapped[datetime]
    made_by: Mapped[UUID | None]
    made_by_name: Mapped[str]
    state: Mapped[str]
    taken: Mapped[int | None]
    """Hundredths of a point that the item costs after it was upheld."""
    decision: Mapped[str] = mapped_column(default="", server_default="")
    """The reasons."""
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    decided_by_name: Mapped[str] = mapped_column(default="", server_default="")
