"""Checklists (检查表) and their versions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Identified, TenantBase, Versioned, tenant_key


class Checklist(TenantBase, Identified, Versioned):
    """One checklist through all its versions. What is asked stands in the versions. Personal data: none."""

    __tablename__ = "inspection_checklists"
    __table_args__ = (
        UniqueConstraint("tenant_id", "code", name="uq_inspection_checklists__tenant_id_code"),
        CheckConstraint("origin in ('pack', 'plugin', 'district')", name="origin"),
        CheckConstraint("latest_no >= 0", name="latest_no"),
        Index("ix_inspection_checklists__title", "tenant_id", "title", "id"),
    )

    code: Mapped[str]
    """``pack:<code>``, ``<plugin>:<code>`` or ``own:<n>``: by it an update of the pack finds its checklist again."""
    title: Mapped[str]
    """Of the latest version, else of the draft."""
    domain: Mapped[str] = mapped_column(default="", server_default="")
    kinds: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    """Kinds of inspection it is meant for; empty: all."""
    origin: Mapped[str]
    """pack | plugin | district (made on the page)."""
    draft: Mapped[dict[str, Any] | None]
    """Content that is not published yet; see core.inspections.checklist."""
    latest_no: Mapped[int] = mapped_column(default=0, server_default="0")
    """Number of the version in force; 0 before the first."""
    offered: Mapped[str | None]
    """Digest of what the pack or plugin offered last: the same offer again changes nothing."""
    retired_on: Mapped[date | None]
    updated_at: Mapped[datetime]


class ChecklistVersion(TenantBase, Identified):
    """What was published once: append-only, so that an old visit reads as it was. Personal data: who published it."""

    __tablename__ = "inspection_checklist_versions"
    __table_args__ = (
        tenant_key("inspection_checklists", "checklist_id"),
        UniqueConstraint(
            "tenant_id", "checklist_id", "no", name="uq_inspection_checklist_versions__tenant_id_checklist_id_no"
        ),
    )

    checklist_id: Mapped[UUID]
    no: Mapped[int]
    """1, 2 …"""
    title: Mapped[str]
    content: Mapped[dict[str, Any]]
    digest: Mapped[str]
    """sha256 of the content, hex."""
    published_at: Mapped[datetime]
    published_by: Mapped[UUID | None]
    published_by_name: Mapped[str]
