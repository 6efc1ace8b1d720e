"""The question bank (题库) and the exams that are drawn from it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Identified, TenantBase, Versioned


class BankQuestion(TenantBase, Identified, Versioned):
    """One question. A sitting keeps its own copy, so that a change here alters no result. Personal data: who changed it."""

    __tablename__ = "exam_questions"
    __table_args__ = (
        UniqueConstraint("tenant_id", "code", name="uq_exam_questions__tenant_id_code"),
        CheckConstraint("kind in ('single', 'multiple', 'true_false')", name="kind"),
        CheckConstraint("origin in ('pack', 'district')", name="origin"),
        Index("ix_exam_questions__changed_at", "tenant_id", "changed_at", "id"),
        Index("ix_exam_questions__batch_id", "tenant_id", "batch_id"),
    )

    code: Mapped[str]
    """``pack:<code>`` or ``own:<hex>``: by it a new version of the pack finds its question again."""
    kind: Mapped[str]
    """single | multiple | true_false."""
    stem: Mapped[str]
    """What is asked."""
    options: Mapped[list[Any]]
    """[[letter, words], …] in the order shown; A 正确, B 错误 for true_false."""
    answer: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Letters of the right options, sorted."""
    domain: Mapped[str] = mapped_column(default="", server_default="")
    audience: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    """Codes of core.tenancy.packs.model.Audience; empty: everybody."""
    clauses: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    """Clauses of the notice it comes from."""
    law: Mapped[str] = mapped_column(default="", server_default="")
    """Instrument and article. A question has clauses or this."""
    explanation: Mapped[str] = mapped_column(default="", server_default="")
    origin: Mapped[str]
    """pack | district."""
    offered: Mapped[str | None]
    """Digest of what the pack offered last: the district's own change stays until the pack offers something else. None: the district's
    own question, or one that the pack offers no more."""
    retired_on: Mapped[date | None]
    """Not drawn any more from this day."""
    batch_id: Mapped[UUID | None]
    """The import that brought it."""
    changed_at: Mapped[datetime]
    changed_by_name: Mapped[str]


class Exam(TenantBase, Identified, Versioned):
    """One exam (卷): what is drawn, who is asked, how it is passed. Personal data: who set it up."""

    __tablename__ = "exams"
    __table_args__ = (
        CheckConstraint("state in ('draft', 'open', 'closed')", name="state"),
        CheckConstraint("pass_percent between 1 and 100", name="pass_percent"),
        CheckConstraint("minutes between 1 and 240", name="minutes"),
        CheckConstraint("tries between 1 and 20", name="tries"),
        CheckConstraint("valid_months between 0 and 120", name="valid_months"),
        CheckConstraint("closes_on is null or opens_on is null or closes_on >= opens_on", name="days"),
        Index("ix_exams__state", "tenant_id", "state", "made_at"),
        Index("ix_exams__series", "tenant_id", "series"),
    )

    title: Mapped[str]
    series: Mapped[str]
    """What it is held for: code of the pack's exam, or ``own-<hex>`` of the first exam of a series of the district's own.
    Qualifications and obligations name it."""
    audience: Mapped[str] = mapped_column(default="", server_default="")
    """Draws only questions for these, and those for everybody; empty: only those for everybody."""
    draws: Mapped[list[Any]]
    """[{"domain": "", "kind": "", "number": 5}, …]; empty words: any."""
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Codes of the posts whose holders are asked."""
    pass_percent: Mapped[int]
    minutes: Mapped[int]
    tries: Mapped[int]
    valid_months: Mapped[int] = mapped_column(default=0, server_default="0")
    """So long a pass holds; 0: for good."""
    opens_on: Mapped[date | None]
    closes_on: Mapped[date | None]
    """Last local day on which a sitting can begin."""
    state: Mapped[str]
    """draft | open | closed."""
    clauses: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    confirm: Mapped[bool] = mapped_column(default=False, server_default="false")
    """待确认: pass mark, time and tries are a shipped default that the notice does not state."""
    made_at: Mapped[datetime]
    made_by_name: Mapped[str]
