"""Exit gates of phases: who confirmed which, when, on what evidence."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Identified, TenantBase, Versioned


class GateConfirmation(TenantBase, Identified, Versioned):
    """One gate of one phase. Keyed by its words: another text is another gate, and open. Personal data: who confirmed."""

    __tablename__ = "gate_confirmations"
    __table_args__ = (
        UniqueConstraint(
            "tenant_id", "campaign", "phase", "gate", name="uq_gate_confirmations__tenant_id_campaign_phase_gate"
        ),
    )

    campaign: Mapped[str]
    phase: Mapped[str]
    gate: Mapped[str]
    """What must be true, as the pack writes it."""
    note: Mapped[str]
    """What it was seen by."""
    confirmed_at: Mapped[datetime | None]
    """None: taken back."""
    confirmed_by: Mapped[UUID | None]
    confirmed_by_name: Mapped[str] = mapped_column(default="", server_default="")
    reason: Mapped[str] = mapped_column(default="", server_default="")
    """Why it was taken back."""
