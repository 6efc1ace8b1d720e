"""What waits for a district's decision: a proposed version of its pack, and its first steps."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Identified, TenantBase, Versioned

OPEN, APPLIED, DECLINED, REPLACED = "open", "applied", "declined", "replaced"
STATES = (OPEN, APPLIED, DECLINED, REPLACED)


class PackProposal(TenantBase, Identified, Versioned):
    """A version of the pack that the platform offers; in force only once the district applied it. Personal data: who decided."""

    __tablename__ = "pack_proposals"
    __table_args__ = (
        CheckConstraint("state in ('open', 'applied', 'declined', 'replaced')", name="state"),
        Index("ix_pack_proposals__state", "tenant_id", "state"),
    )

    pack_version: Mapped[str]
    """The pack's own version."""
    digest: Mapped[str]
    """sha256 over the compiled content."""
    content: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(default=OPEN, server_default=OPEN)
    """At most one is open; a newer offer replaces it."""
    proposed_at: Mapped[datetime]
    proposed_by: Mapped[str]
    """The command that offered it."""
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]


class OnboardingStep(TenantBase, Versioned):
    """A first step that somebody of the district looked at and confirmed. Personal data: who did."""

    __tablename__ = "onboarding_steps"

    step: Mapped[str] = mapped_column(primary_key=True)
    """Code of core.onboarding.queries.steps.STEPS."""
    pack_version: Mapped[int] = mapped_column(Integer)
    """Number of the pack version in force then; another one is looked at again."""
    confirmed_at: Mapped[datetime]
    confirmed_by: Mapped[UUID | None]
