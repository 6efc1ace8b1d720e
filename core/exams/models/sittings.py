"""Sittings: one person, one try, the questions as they were drawn."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, Index, Text, UniqueConstraint, or_, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Identified, TenantBase, Versioned, tenant_key


class Sitting(TenantBase, Identified, Versioned):
    """One try of one person. Personal data: a person's result. Answers and marks are the person's alone; that somebody has passed
    or not is also for the leader of the unit and for those at the bureau who may see results there. Never ranked."""

    __tablename__ = "exam_sittings"
    __table_args__ = (
        tenant_key("exams", "exam_id"),
        tenant_key("people", "person_id"),
        tenant_key("org_units", "unit_id"),
        UniqueConstraint(
            "tenant_id", "exam_id", "person_id", "no", name="uq_exam_sittings__tenant_id_exam_id_person_id_no"
        ),
        CheckConstraint("state in ('running', 'submitted', 'timed_out')", name="state"),
        CheckConstraint("(state = 'running') = (submitted_at is null)", name="submitted"),
        CheckConstraint("percent between 0 and 100", name="percent"),
        Index(
            "uq_exam_sittings__running", "tenant_id", "exam_id", "person_id",
            unique=True, postgresql_where=text("state = 'running'"),
        ),
        Index("ix_exam_sittings__person", "tenant_id", "person_id", "exam_id"),
        Index("ix_exam_sittings__ends_at", "tenant_id", "state", "ends_at"),
    )  # fmt: skip

    exam_id: Mapped[UUID]
    person_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    """Of the post for which the person was asked."""
    no: Mapped[int]
    """Which try: 1, 2 …"""
    started_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    """By the server's clock; what is answered later is not kept."""
    submitted_at: Mapped[datetime | None]
    """When it was handed in, or ``ends_at`` where time ran out."""
    state: Mapped[str]
    """running | submitted | timed_out."""
    questions: Mapped[int]
    right: Mapped[int | None]
    """How many were right; None while it runs."""
    percent: Mapped[int | None]
    """Share of right answers, rounded down."""
    passed: Mapped[bool | None]
    valid_until: Mapped[date | None]
    """Last day on which the pass holds; None: for good, or not passed."""

    def holds_on(self, day: date) -> bool:
        """A pass, and still good on this local day."""
        return bool(self.passed) and (self.valid_until is None or self.valid_until >= day)


def holding(day: date) -> ColumnElement[bool]:
    """:meth:`Sitting.holds_on`, for queries."""
    return Sitting.passed.is_(True) & or_(Sitting.valid_until.is_(None), Sitting.valid_until >= day)


class ExamAnswer(TenantBase, Identified):
    """A question of a sitting, copied when it was drawn, and what was answered. Personal data: the person's answer, theirs alone."""

    __tablename__ = "exam_answers"
    __table_args__ = (
        tenant_key("exam_sittings", "sitting_id"),
        UniqueConstraint("tenant_id", "sitting_id", "no", name="uq_exam_answers__tenant_id_sitting_id_no"),
        CheckConstraint("kind in ('single', 'multiple', 'true_false')", name="kind"),
    )

    sitting_id: Mapped[UUID]
    no: Mapped[int]
    question_id: Mapped[UUID]
    """Where it came from; the question there may have changed since."""
    kind: Mapped[str]
    stem: Mapped[str]
    options: Mapped[list[Any]]
    answer: Mapped[list[str]] = mapped_column(ARRAY(Text))
    source: Mapped[str]
    """Clauses and law, in words."""
    explanation: Mapped[str] = mapped_column(default="", server_default="")
    given: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    """Letters chosen, sorted; empty: not answered."""
    given_at: Mapped[datetime | None]
    right: Mapped[bool | None]
    """None until the sitting is marked."""
