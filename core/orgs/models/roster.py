"""Roster imports: the file as read, row by row, and what each row brought about."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Integer, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Identified, TenantBase, Versioned, tenant_key

PREVIEW, COMMITTING, DONE, FAILED, UNDONE = "preview", "committing", "done", "failed", "undone"
GOOD, FAULTY, CREATED, UPDATED, UNCHANGED, REFUSED, REVERTED = (
    "good", "faulty", "created", "updated", "unchanged", "refused", "reverted",
)  # fmt: skip


class RosterBatch(TenantBase, Identified, Versioned):
    """One uploaded roster. Personal data: who sent it; its rows hold more."""

    __tablename__ = "roster_batches"
    __table_args__ = (
        CheckConstraint("kind in ('units', 'people')", name="kind"),
        CheckConstraint("state in ('preview', 'committing', 'done', 'failed', 'undone')", name="state"),
        Index("ix_roster_batches__created_at", "tenant_id", "created_at", "id"),
        Index("ix_roster_batches__digest", "tenant_id", "kind", "digest"),
    )

    kind: Mapped[str]
    """units | people (with their posts)."""
    file_name: Mapped[str]
    digest: Mapped[str]
    """sha256 of the file: the same file again leads to the batch that is there."""
    state: Mapped[str] = mapped_column(default=PREVIEW, server_default=PREVIEW)
    columns: Mapped[dict[str, Any]]
    """Field → the header it was found under."""
    ignored: Mapped[list[Any]]
    """Headers that mean nothing here; shown in the preview."""
    total: Mapped[int]
    faulty: Mapped[int]
    created: Mapped[int] = mapped_column(default=0, server_default="0")
    updated: Mapped[int] = mapped_column(default=0, server_default="0")
    unchanged: Mapped[int] = mapped_column(default=0, server_default="0")
    refused: Mapped[int] = mapped_column(default=0, server_default="0")
    """Good in the preview, but the data had changed by the time of the commit."""
    job_id: Mapped[UUID | None]
    created_at: Mapped[datetime]
    created_by: Mapped[UUID | None]
    committed_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class RosterRow(TenantBase):
    """One row of a roster. Personal data: names, phones and addresses as the file gave them."""

    __tablename__ = "roster_rows"
    __table_args__ = (
        tenant_key("roster_batches", "batch_id", ondelete="CASCADE"),
        CheckConstraint(
            "state in ('good', 'faulty', 'created', 'updated', 'unchanged', 'refused', 'reverted')", name="state"
        ),
        Index("ix_roster_rows__state", "tenant_id", "batch_id", "state", "no"),
    )

    batch_id: Mapped[UUID] = mapped_column(Uuid(as_uuid=True), primary_key=True)
    no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    """Row number in the file, as a spreadsheet shows it."""
    identity: Mapped[str]
    """What makes it the same row when sent again: the unit's code; login, unit and post."""
    cells: Mapped[dict[str, Any]]
    """Field → text as in the file; goes back to the person when the row is at fault."""
    values: Mapped[dict[str, Any]]
    """Field → value as understood."""
    faults: Mapped[dict[str, Any]]
    """Field → what would be right."""
    state: Mapped[str]
    effects: Mapped[list[Any]]
    """What the commit did, in order: {"do": "create", "kind": "unit", "id": …, "version": …, "before": {…}}; undo reads it."""
