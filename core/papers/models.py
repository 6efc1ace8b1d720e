"""Tables of the official papers: the district's templates, its numbers, what was issued and who has received it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Identified, TenantBase, Versioned, tenant_key


class PaperTemplate(TenantBase, Identified):
    """A template that a district put in the place of the built-in one. Append-only; the last of a kind is in force.

    Personal data: who put it there.
    """

    __tablename__ = "paper_templates"
    __table_args__ = (
        tenant_key("files", "file_id"),
        UniqueConstraint("tenant_id", "kind", "no", name="uq_paper_templates__tenant_id_kind_no"),
    )

    kind: Mapped[str]
    """Code of the kind of paper; see core.hooks.papers."""
    no: Mapped[int]
    """1, 2 … within the kind."""
    file_id: Mapped[UUID | None]
    """The docx; None: back to the built-in one."""
    note: Mapped[str] = mapped_column(default="", server_default="")
    at: Mapped[datetime]
    by_id: Mapped[UUID | None]
    by_name: Mapped[str]


class PaperWord(TenantBase, Versioned):
    """The district's own 机关代字 for a kind of paper. Personal data: none."""

    __tablename__ = "paper_words"

    kind: Mapped[str] = mapped_column(primary_key=True)
    word: Mapped[str]
    """What stands before 〔year〕, e.g. ``武教安通``."""


class PaperCounter(TenantBase):
    """The last number of a 机关代字 in a year. Kinds with the same word share it. Personal data: none."""

    __tablename__ = "paper_counters"

    word: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class Paper(TenantBase, Identified, Versioned):
    """A paper that was issued: its number never comes again, also where it was withdrawn. Personal data: who issued it."""

    __tablename__ = "papers"
    __table_args__ = (
        tenant_key("files", "file_id"),
        tenant_key("paper_templates", "template_id"),
        UniqueConstraint("tenant_id", "word", "year", "seq", name="uq_papers__tenant_id_word_year_seq"),
        CheckConstraint("seq > 0", name="seq"),
        Index("ix_papers__issued_on", "tenant_id", "issued_on", "id"),
    )

    kind: Mapped[str]
    word: Mapped[str]
    year: Mapped[int]
    seq: Mapped[int]
    no: Mapped[str]
    """As printed, e.g. ``武进教安通〔2020〕3号``."""
    title: Mapped[str]
    values: Mapped[dict[str, Any]]
    """What was typed, by name."""
    issued_on: Mapped[date]
    template_id: Mapped[UUID | None]
    """The district's template it was printed with; None: the built-in one."""
    file_id: Mapped[UUID]
    """The docx as it was issued."""
    issued_at: Mapped[datetime]
    issued_by: Mapped[UUID | None]
    issued_by_name: Mapped[str]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_name: Mapped[str] = mapped_column(default="", server_default="")
    withdraw_reason: Mapped[str] = mapped_column(default="", server_default="")


class PaperRecipient(TenantBase):
    """A unit that a paper was sent to, and its receipt (签收). Personal data: who received it."""

    __tablename__ = "paper_recipients"
    __table_args__ = (
        tenant_key("papers", "paper_id"),
        tenant_key("org_units", "unit_id"),
        Index("ix_paper_recipients__unit", "tenant_id", "unit_id", "received_at"),
    )

    paper_id: Mapped[UUID] = mapped_column(Uuid(as_uuid=True), primary_key=True)
    unit_id: Mapped[UUID] = mapped_column(Uuid(as_uuid=True), primary_key=True)
    received_at: Mapped[datetime | None]
    received_by: Mapped[UUID | None]
    received_by_name: Mapped[str] = mapped_column(default="", server_default="")
