"""Tables of accountability: matters with their steps, and the list of rules and measures (制度措施清单)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Identified, TenantBase, Versioned, tenant_key


class Matter(TenantBase, Identified, Versioned):
    """One measure about one unit: 约谈, 通报, 挂牌督办 … Persons appear as a number only.

    Personal data: who decided it. Sensitive: what it says of a unit.
    """

    __tablename__ = "accountability_matters"
    __table_args__ = (
        tenant_key("org_units", "unit_id"),
        tenant_key("hazards", "hazard_id"),
        tenant_key("papers", "paper_id"),
        UniqueConstraint("tenant_id", "year", "seq", name="uq_accountability_matters__tenant_id_year_seq"),
        CheckConstraint(
            "measure in ('talk', 'circular', 'order', 'listing', 'inspection', 'investigation', 'discipline', 'veto', 'extra_help',"
            " 'enforcement', 'exposure', 'improvement')",
            name="measure",
        ),
        CheckConstraint("state in ('open', 'awaiting', 'closed', 'cancelled')", name="state"),
        CheckConstraint("persons between 0 and 1000", name="persons"),
        Index("ix_accountability_matters__decided_on", "tenant_id", "decided_on", "id"),
        Index("ix_accountability_matters__unit", "tenant_id", "unit_id", "decided_on"),
        Index("ix_accountability_matters__hazard", "tenant_id", "hazard_id"),
    )

    year: Mapped[int]
    seq: Mapped[int]
    """Counts up within the year, without gaps."""
    measure: Mapped[str]
    ground: Mapped[str] = mapped_column(default="", server_default="")
    """Code of the pack's ground; empty where the notice names none."""
    unit_id: Mapped[UUID]
    title: Mapped[str]
    facts: Mapped[str]
    """What happened, about the unit: no names of persons."""
    clauses: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    """Of the notice, on which it rests."""
    persons: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many persons it concerned."""
    decided_on: Mapped[date]
    due_on: Mapped[date | None]
    """By when the unit has to have it done; None where nothing is asked."""
    hazard_id: Mapped[UUID | None]
    """The hazard behind it."""
    paper_id: Mapped[UUID | None]
    """The paper by which it was told."""
    state: Mapped[str]
    closed_on: Mapped[date | None]
    made_at: Mapped[datetime]
    made_by: Mapped[UUID | None]
    made_by_name: Mapped[str]


class MatterStep(TenantBase, Identified):
    """What happened to a matter. Append-only. Personal data: who did it."""

    __tablename__ = "accountability_steps"
    __table_args__ = (
        tenant_key("accountability_matters", "matter_id"),
        CheckConstraint(
            "step in ('progress', 'asked', 'extended', 'accepted', 'refused', 'ended', 'called_off')", name="step"
        ),
        Index("ix_accountability_steps__matter", "tenant_id", "matter_id", "at"),
    )

    matter_id: Mapped[UUID]
    step: Mapped[str]
    text: Mapped[str]
    due_on: Mapped[date | None]
    """The new day, for ``extended``."""
    at: Mapped[datetime]
    by_id: Mapped[UUID | None]
    by_name: Mapped[str]


class SafetyRule(TenantBase, Identified, Versioned):
    """A line of the 制度措施清单: a rule or measure that a unit sets up against a problem. Personal data: who wrote it."""

    __tablename__ = "safety_rules"
    __table_args__ = (
        tenant_key("org_units", "unit_id"),
        tenant_key("hazards", "hazard_id"),
        CheckConstraint("state in ('planned', 'in_force', 'replaced')", name="state"),
        Index("ix_safety_rules__unit", "tenant_id", "unit_id", "state"),
        Index("ix_safety_rules__changed_at", "tenant_id", "changed_at", "id"),
    )

    unit_id: Mapped[UUID]
    title: Mapped[str]
    domain: Mapped[str] = mapped_column(default="", server_default="")
    problem: Mapped[str]
    """What it is against: the link to the other list in words."""
    hazard_id: Mapped[UUID | None]
    """A hazard of the other list, where it came from one."""
    responsible: Mapped[str] = mapped_column(default="", server_default="")
    """The post or department that answers for it, not a person."""
    due_on: Mapped[date | None]
    """By when it is to be in force."""
    in_force_on: Mapped[date | None]
    state: Mapped[str]
    changed_at: Mapped[datetime]
    changed_by: Mapped[UUID | None]
    changed_by_name: Mapped[str]
