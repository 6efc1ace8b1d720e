"""Tables of the import and export centre."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Integer, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Identified, TenantBase, Versioned, tenant_key

MAPPING, READING, PREVIEW, COMMITTING, DONE, FAILED, UNDONE = (
    "mapping", "reading", "preview", "committing", "done", "failed", "undone",
)  # fmt: skip
STATES = (MAPPING, READING, PREVIEW, COMMITTING, DONE, FAILED, UNDONE)
QUEUED, READY, EXPIRED = "queued", "ready", "expired"
EXPORT_STATES = (QUEUED, READY, FAILED, EXPIRED)
FORMATS = ("xlsx", "csv", "zip")
"""zip: a folder of files (core.hooks.folders)."""


def _one_of(name: str, values: tuple[str, ...]) -> str:
    return f"{name} in ({', '.join(repr(value) for value in values)})"


class ImportBatch(TenantBase, Identified, Versioned):
    """One uploaded table. Personal data: who sent it; its rows hold whatever the file holds."""

    __tablename__ = "import_batches"
    __table_args__ = (
        tenant_key("files", "file_id"),
        CheckConstraint(_one_of("state", STATES), name="state"),
        Index("ix_import_batches__created_at", "tenant_id", "created_at", "id"),
        Index("ix_import_batches__digest", "tenant_id", "digest"),
        Index("ix_import_batches__file_id", "tenant_id", "file_id"),
    )

    kind: Mapped[str]
    """Slug of the kind of table."""
    kind_title: Mapped[str]
    """As it was called then: a register may be gone later."""
    file_name: Mapped[str]
    file_id: Mapped[UUID | None]
    """The file as it was sent; None once it was forgotten."""
    digest: Mapped[str]
    """sha256 of the file: the same file again leads to the batch that is there."""
    state: Mapped[str] = mapped_column(default=MAPPING, server_default=MAPPING)
    sheet: Mapped[int] = mapped_column(default=0, server_default="0")
    header_row: Mapped[int] = mapped_column(default=0, server_default="0")
    """As a spreadsheet shows it."""
    date1904: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Whether the workbook counts days from 1904."""
    titles: Mapped[list[Any]]
    """The headers as in the file, by place."""
    places: Mapped[dict[str, Any]]
    """Column name → place in the row."""
    head: Mapped[list[Any]]
    """[{"name", "rows": [[number, [texts]]]}] of each sheet, for the page on which columns are matched. Personal data."""
    total: Mapped[int] = mapped_column(default=0, server_default="0")
    faulty: Mapped[int] = mapped_column(default=0, server_default="0")
    """Rows at fault in the preview."""
    created: Mapped[int] = mapped_column(default=0, server_default="0")
    changed: Mapped[int] = mapped_column(default=0, server_default="0")
    same: Mapped[int] = mapped_column(default=0, server_default="0")
    refused: Mapped[int] = mapped_column(default=0, server_default="0")
    """Good in the preview, but the data had changed by the time of the commit."""
    fault: Mapped[str] = mapped_column(default="", server_default="")
    """Why reading failed, in words."""
    job_id: Mapped[UUID | None]
    """Of the reading or commit under way, or of the last one."""
    created_at: Mapped[datetime]
    created_by: Mapped[UUID | None]
    committed_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class ImportChunk(TenantBase):
    """Up to a thousand rows of a batch, as texts. Personal data: whatever the file holds.

    One row for a thousand, not for one: ten thousand rows of a table are written and read again in milliseconds."""

    __tablename__ = "import_chunks"
    __table_args__ = (tenant_key("import_batches", "batch_id", ondelete="CASCADE"),)

    batch_id: Mapped[UUID] = mapped_column(Uuid(as_uuid=True), primary_key=True)
    no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    """From 0."""
    rows: Mapped[list[Any]]
    """[[number, [texts]], …] in the order of the file."""
    outcomes: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """Row number → [what was done, id of the object or null, what undo needs or null], once committed."""
    settled: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Every row that can be committed has an outcome."""


class ImportFault(TenantBase):
    """A row that was not imported, and why. Personal data: the row as the file gave it."""

    __tablename__ = "import_faults"
    __table_args__ = (tenant_key("import_batches", "batch_id", ondelete="CASCADE"),)

    batch_id: Mapped[UUID] = mapped_column(Uuid(as_uuid=True), primary_key=True)
    row_no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    cells: Mapped[list[Any]]
    """Texts by place."""
    faults: Mapped[dict[str, Any]]
    """Column name ("" for the whole row) → what would be right."""
    late: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Found at the commit, not in the preview."""


class ImportHeader(TenantBase):
    """What a header meant the last time somebody said so. Personal data: none."""

    __tablename__ = "import_headers"

    kind: Mapped[str] = mapped_column(primary_key=True)
    header: Mapped[str] = mapped_column(primary_key=True)
    """Without remarks, spaces, width: core.tables.headers.plain."""
    name: Mapped[str]
    """Of the column; empty: not imported."""
    used_at: Mapped[datetime]


class Export(TenantBase, Identified):
    """One file that somebody ordered. Personal data: who, and whatever the file holds until it expires."""

    __tablename__ = "exports"
    __table_args__ = (
        tenant_key("files", "file_id"),
        CheckConstraint(_one_of("state", EXPORT_STATES), name="state"),
        CheckConstraint(_one_of("format", FORMATS), name="format"),
        Index("ix_exports__created_by", "tenant_id", "created_by", "created_at", "id"),
        Index("ix_exports__file_id", "tenant_id", "file_id"),
        Index("ix_exports__expires_at", "tenant_id", "expires_at"),
    )

    kind: Mapped[str]
    kind_title: Mapped[str]
    format: Mapped[str]
    question: Mapped[dict[str, Any]]
    """Filter → values."""
    said: Mapped[str] = mapped_column(default="", server_default="")
    """The filters in words."""
    state: Mapped[str] = mapped_column(default=QUEUED, server_default=QUEUED)
    rights: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """What its maker might do where when it was made: permission → ids of units, None: the whole tenant. Whoever lost any of
    it since does not get the file: it may hold what they see no more."""
    progress_done: Mapped[int] = mapped_column(default=0, server_default="0")
    progress_total: Mapped[int] = mapped_column(default=0, server_default="0")
    rows: Mapped[int | None]
    photos: Mapped[int | None]
    """None where the kind has no photos."""
    size: Mapped[int | None]
    """Bytes."""
    fault: Mapped[str] = mapped_column(default="", server_default="")
    file_id: Mapped[UUID | None]
    job_id: Mapped[UUID | None]
    taken_at: Mapped[datetime | None]
    """When somebody last asked for the bytes; for a day they may be fetched, in as many parts as it takes."""
    downloads: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime]
    created_by: Mapped[UUID | None]
    expires_at: Mapped[datetime]
