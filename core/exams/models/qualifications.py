"""What the district itself asks of those who hold a post, beside what the notice asks."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Identified, TenantBase, Versioned


class PostQualification(TenantBase, Identified, Versioned):
    """Holding this post asks for a passed exam or a valid certificate. Personal data: who said so."""

    __tablename__ = "post_qualifications"
    __table_args__ = (
        CheckConstraint("(series <> '') <> (certificate <> '')", name="one"),
        Index(
            "uq_post_qualifications__in_force", "tenant_id", "post_code", "series", "certificate",
            unique=True, postgresql_where=text("ended_on is null"),
        ),
    )  # fmt: skip

    post_code: Mapped[str]
    series: Mapped[str] = mapped_column(default="", server_default="")
    """Series of an exam; empty: asks for a certificate."""
    certificate: Mapped[str] = mapped_column(default="", server_default="")
    """Code of core.tenancy.packs.model.CertificateKind; empty: asks for an exam."""
    reason: Mapped[str]
    """Why, or where it is written."""
    ended_on: Mapped[date | None]
    """Not asked any more from this day."""
    made_at: Mapped[datetime]
    made_by_name: Mapped[str]
