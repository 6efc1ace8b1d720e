"""Tables of the search: what was indexed, and for each gram where it stands.

Row-level security leaves PostgreSQL no GIN and no LIKE, so this is an inverted index in plain tables: a key of
(tenant, kind, gram, block) and in each row the places of up to 1,024 documents, newest last. A changed thing becomes a new
document; the old number simply leads nowhere until the next rebuilding.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import LargeBinary, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import TenantBase


class SearchHead(TenantBase):
    """The next document number of a kind; its row lock makes writers of one kind take turns. Personal data: none."""

    __tablename__ = "search_heads"

    kind: Mapped[str] = mapped_column(primary_key=True)
    next_no: Mapped[int]
    """From 0; numbers are never given twice but by rebuilding."""


class SearchDocument(TenantBase):
    """One thing as it was indexed. Personal data: whatever people wrote into titles and descriptions."""

    __tablename__ = "search_documents"
    __table_args__ = (
        UniqueConstraint("tenant_id", "kind", "object_id", name="uq_search_documents__tenant_id_kind_object_id"),
    )

    kind: Mapped[str] = mapped_column(primary_key=True)
    no: Mapped[int] = mapped_column(primary_key=True)
    object_id: Mapped[UUID] = mapped_column(Uuid(as_uuid=True))
    text: Mapped[str]
    """Its fields in normal form, one a line."""


class SearchPosting(TenantBase):
    """Where one gram stands in one block of documents. Personal data: as the texts, cut into pieces."""

    __tablename__ = "search_postings"

    kind: Mapped[str] = mapped_column(primary_key=True)
    gram: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)
    block: Mapped[int] = mapped_column(primary_key=True)
    """Document number // BLOCK."""
    places: Mapped[bytes] = mapped_column(LargeBinary)
    """Document number % BLOCK of each, two bytes, big endian."""
