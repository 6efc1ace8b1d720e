"""What a unit asked for."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Identified, TenantBase, tenant_key

ASKED, GRANTED, REFUSED, WITHDRAWN, VOID = "asked", "granted", "refused", "withdrawn", "void"
STATES = (ASKED, GRANTED, REFUSED, WITHDRAWN, VOID)


class ExtensionRequest(TenantBase, Identified):
    """One request for a later limit; at most one of a hazard waits. Personal data: who asked and who decided."""

    __tablename__ = "hazard_extension_requests"
    __table_args__ = (
        tenant_key("hazards", "hazard_id"),
        UniqueConstraint("tenant_id", "hazard_id", "no", name="uq_hazard_extension_requests__tenant_id_hazard_id_no"),
        CheckConstraint("state in ('asked', 'granted', 'refused', 'withdrawn', 'void')", name="state"),
        CheckConstraint("(state = 'asked') = (decided_at is null)", name="decided"),
        Index(
            "uq_hazard_extension_requests__waiting", "tenant_id", "hazard_id", unique=True, postgresql_where=text("state = 'asked'")
        ),
    )  # fmt: skip

    hazard_id: Mapped[UUID]
    no: Mapped[int]
    """1, 2 … of the hazard."""
    due_on: Mapped[date]
    """The limit when it was asked."""
    until: Mapped[date]
    """The day that was asked for."""
    reason: Mapped[str]
    state: Mapped[str]
    """withdrawn: by the unit; void: the hazard was closed or cancelled while it waited."""
    asked_at: Mapped[datetime]
    asked_by: Mapped[UUID | None]
    asked_by_name: Mapped[str]
    asked_post: Mapped[str] = mapped_column(default="", server_default="")
    """Title of the post in which it was asked."""
    decided_at: Mapped[datetime | None]
    """When it was granted or refused, withdrawn, or became void."""
    decided_by: Mapped[UUID | None]
    decided_by_name: Mapped[str] = mapped_column(default="", server_default="")
    granted_until: Mapped[date | None]
    """May be another day than was asked for."""
    note: Mapped[str] = mapped_column(default="", server_default="")
    """What the decider said."""
