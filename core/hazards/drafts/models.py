"""A hazard that nobody has reported yet."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Identified, TenantBase, Versioned, tenant_key

OPEN, ACCEPTED, DISMISSED, WITHDRAWN = "open", "accepted", "dismissed", "withdrawn"
STATES = (OPEN, ACCEPTED, DISMISSED, WITHDRAWN)


class HazardDraft(TenantBase, Identified, Versioned):
    """What a failing rule of a register proposes, one for each breach. Personal data: who decided."""

    __tablename__ = "hazard_drafts"
    __table_args__ = (
        tenant_key("org_units", "unit_id"),
        tenant_key("register_breaches", "breach_id"),
        tenant_key("hazards", "hazard_id"),
        UniqueConstraint("tenant_id", "breach_id", name="uq_hazard_drafts__tenant_id_breach_id"),
        CheckConstraint("state in ('open', 'accepted', 'dismissed', 'withdrawn')", name="state"),
        Index("ix_hazard_drafts__state", "tenant_id", "state", "opened_at"),
        Index("ix_hazard_drafts__unit", "tenant_id", "unit_id", "state"),
        Index("ix_hazard_drafts__hazard_id", "tenant_id", "hazard_id", postgresql_where=text("hazard_id is not null")),
    )

    unit_id: Mapped[UUID]
    breach_id: Mapped[UUID]
    """The breach it follows: it is withdrawn when that clears."""
    register: Mapped[str]
    rule: Mapped[str]
    title: Mapped[str]
    """The rule's words."""
    detail: Mapped[str]
    """What is the case, in words."""
    domain: Mapped[str] = mapped_column(default="", server_default="")
    category: Mapped[str | None]
    entries: Mapped[list[Any]]
    """The entries at fault: [{"id", "title"}], the first few."""
    clauses: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    state: Mapped[str]
    """open | accepted (it became a hazard) | dismissed (with a reason) | withdrawn (the rule holds again)."""
    opened_at: Mapped[datetime]
    told_at: Mapped[datetime]
    """``changed_at`` of the breach that the words are from."""
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    decided_by_name: Mapped[str] = mapped_column(default="", server_default="")
    reason: Mapped[str] = mapped_column(default="", server_default="")
    """Why it is no hazard."""
    hazard_id: Mapped[UUID | None]
