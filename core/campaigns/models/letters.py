"""Responsibility letters (责任书): a text that never changes, and who signed it in which post."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Identified, TenantBase, tenant_key


class Letter(TenantBase, Identified):
    """One text, issued once; what is changed is issued as the next version. Append-only. Personal data: who issued it."""

    __tablename__ = "responsibility_letters"
    __table_args__ = (
        UniqueConstraint("tenant_id", "series", "no", name="uq_responsibility_letters__tenant_id_series_no"),
        CheckConstraint("tier in ('cluster', 'school', 'post')", name="tier"),
        CheckConstraint("no > 0", name="no"),
    )

    series: Mapped[UUID]
    """The id of its first version: what belongs together."""
    no: Mapped[int]
    """1, 2 … within the series; the highest is in force."""
    campaign: Mapped[str]
    tier: Mapped[str]
    """Who signs with whom: cluster (with the bureau), school (with the bureau or its cluster), post (with the school)."""
    title: Mapped[str]
    body: Mapped[str]
    """Plain text, a paragraph a line."""
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Codes of the posts whose holders sign."""
    sign_by: Mapped[date | None]
    digest: Mapped[str]
    """sha256 of title and body, hex; stands in every signature."""
    issued_at: Mapped[datetime]
    issued_by: Mapped[UUID | None]
    issued_by_name: Mapped[str]


class LetterSignature(TenantBase, Identified):
    """One person has signed one text for one unit in one post. Append-only. Personal data: who signed."""

    __tablename__ = "letter_signatures"
    __table_args__ = (
        tenant_key("responsibility_letters", "letter_id"),
        tenant_key("org_units", "unit_id"),
        tenant_key("people", "person_id"),
        UniqueConstraint(
            "tenant_id", "letter_id", "unit_id", "post_code", "person_id",
            name="uq_letter_signatures__once",
        ),
        Index("ix_letter_signatures__unit", "tenant_id", "unit_id"),
    )  # fmt: skip

    letter_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    post_code: Mapped[str]
    person_id: Mapped[UUID]
    person_name: Mapped[str]
    """As it was on the day."""
    post_title: Mapped[str]
    digest: Mapped[str]
    """Of the text that was signed."""
    signed_at: Mapped[datetime]
