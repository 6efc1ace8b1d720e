"""What was answered on a visit: every version of every answer, the photos, the signatures."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Identified, TenantBase, tenant_key


class AnswerVersion(TenantBase, Identified):
    """One answer as one device gave it; its id was made there. Append-only. Personal data: who answered."""

    __tablename__ = "inspection_answer_versions"
    __table_args__ = (
        tenant_key("inspection_visits", "visit_id"),
        CheckConstraint("verdict in ('pass', 'fail', 'na')", name="verdict"),
        CheckConstraint("points >= 0", name="points"),
        Index("ix_inspection_answer_versions__visit", "tenant_id", "visit_id", "received_at"),
    )

    visit_id: Mapped[UUID]
    item: Mapped[str]
    """Code of the item."""
    bases: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid(as_uuid=True)))
    """The versions that the device showed when this one was given; this one takes their place."""
    verdict: Mapped[str]
    points: Mapped[int | None]
    note: Mapped[str] = mapped_column(default="", server_default="")
    photos: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid(as_uuid=True)))
    """Ids of photos as the device made them; they may arrive later."""
    device: Mapped[str]
    """A random name of the device's own."""
    answered_at: Mapped[datetime]
    """By the device's clock."""
    received_at: Mapped[datetime]
    by_id: Mapped[UUID | None]
    by_name: Mapped[str]


class Answer(TenantBase):
    """Where one item of a visit stands: one head, or several that nobody has chosen between. Personal data: none."""

    __tablename__ = "inspection_answers"
    __table_args__ = (
        tenant_key("inspection_visits", "visit_id"),
        CheckConstraint("verdict in ('pass', 'fail', 'na')", name="verdict"),
    )

    visit_id: Mapped[UUID] = mapped_column(Uuid(as_uuid=True), primary_key=True)
    item: Mapped[str] = mapped_column(primary_key=True)
    heads: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid(as_uuid=True)))
    """Versions that no other takes the place of; more than one is a conflict."""
    verdict: Mapped[str | None]
    """Of the only head; None in a conflict."""
    points: Mapped[int | None]


class VisitPhoto(TenantBase, Identified):
    """A photo of an item; its id was made on the device, so that it arrives once. Personal data: who sent it."""

    __tablename__ = "inspection_photos"
    __table_args__ = (
        tenant_key("inspection_visits", "visit_id"),
        tenant_key("files", "file_id"),
        Index("ix_inspection_photos__visit", "tenant_id", "visit_id", "item"),
    )

    visit_id: Mapped[UUID]
    item: Mapped[str]
    file_id: Mapped[UUID | None]
    received_at: Mapped[datetime]
    by_id: Mapped[UUID | None]


class Signature(TenantBase, Identified):
    """A name drawn on the glass, over exactly these answers. Personal data: whose it is."""

    __tablename__ = "inspection_signatures"
    __table_args__ = (
        tenant_key("inspection_visits", "visit_id"),
        tenant_key("files", "file_id"),
        CheckConstraint("role in ('inspector', 'unit')", name="role"),
        Index("ix_inspection_signatures__visit", "tenant_id", "visit_id", "received_at"),
    )

    visit_id: Mapped[UUID]
    role: Mapped[str]
    """inspector | unit (the school's person)."""
    name: Mapped[str]
    """As written beside it."""
    digest: Mapped[str]
    """sha256 of the heads that were signed; see core.inspections.answers.digest_of."""
    file_id: Mapped[UUID | None]
    signed_at: Mapped[datetime]
    """By the device's clock."""
    received_at: Mapped[datetime]
    by_id: Mapped[UUID | None]
