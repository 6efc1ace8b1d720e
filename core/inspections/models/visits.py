"""Rounds of inspections and the single visits."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Identified, TenantBase, Versioned, tenant_key


class Round(TenantBase, Identified, Versioned):
    """Several visits that belong together (一轮检查), or a sealed draw of them. Personal data: who made it, who may be drawn."""

    __tablename__ = "inspection_rounds"
    __table_args__ = (
        tenant_key("inspection_checklist_versions", "checklist_version_id"),
        tenant_key("org_units", "cluster_id"),
        UniqueConstraint("tenant_id", "no", name="uq_inspection_rounds__tenant_id_no"),
        CheckConstraint("kind in ('special', 'joint', 'peer', 'revisit', 'blind')", name="kind"),
        CheckConstraint("state in ('open', 'sealed', 'drawn', 'revealed', 'cancelled')", name="state"),
        CheckConstraint("ends >= starts", name="dates"),
        Index("ix_inspection_rounds__starts", "tenant_id", "starts", "id"),
    )

    no: Mapped[int]
    """Counts up without gaps: a sealing that was thrown away shows."""
    kind: Mapped[str]
    title: Mapped[str]
    basis: Mapped[str] = mapped_column(default="", server_default="")
    """The document on which it rests, as told."""
    checklist_version_id: Mapped[UUID]
    starts: Mapped[date]
    ends: Mapped[date]
    cluster_id: Mapped[UUID | None]
    """片区互查: the cluster whose schools look at each other."""
    state: Mapped[str]
    """open (named schools) | sealed → drawn → revealed (四不两直) | cancelled."""
    commitment: Mapped[str | None]
    """Published at sealing; see core.inspections.draw."""
    pool: Mapped[dict[str, Any] | None]
    """Schools and inspectors that may be drawn, fixed at sealing."""
    seed: Mapped[str | None]
    """Secret until ``revealed``: no query hands it out before."""
    witness: Mapped[str | None]
    """Words said in front of witnesses when the envelope is opened; part of the key, so that the seed alone decides nothing."""
    drawn: Mapped[dict[str, Any] | None]
    """What came out, as the record publishes it."""
    sealed_at: Mapped[datetime | None]
    drawn_at: Mapped[datetime | None]
    revealed_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(default="", server_default="")
    made_at: Mapped[datetime]
    made_by: Mapped[UUID | None]
    made_by_name: Mapped[str]


class Visit(TenantBase, Identified, Versioned):
    """One inspection of one unit with one version of a checklist. Personal data: who began and finished it."""

    __tablename__ = "inspection_visits"
    __table_args__ = (
        tenant_key("inspection_rounds", "round_id"),
        tenant_key("inspection_checklist_versions", "checklist_version_id"),
        tenant_key("org_units", "unit_id"),
        tenant_key("org_units", "school_id"),
        tenant_key("org_units", "inspecting_unit_id"),
        tenant_key("inspection_visits", "follows_id"),
        CheckConstraint("kind in ('self_check', 'daily', 'special', 'joint', 'peer', 'revisit', 'blind')", name="kind"),
        CheckConstraint("state in ('planned', 'under_way', 'finished', 'cancelled')", name="state"),
        CheckConstraint("score between 0 and 10000", name="score"),
        Index("ix_inspection_visits__planned_on", "tenant_id", "planned_on", "id"),
        Index("ix_inspection_visits__unit", "tenant_id", "unit_id", "planned_on"),
        Index("ix_inspection_visits__round", "tenant_id", "round_id"),
        Index("ix_inspection_visits__follows", "tenant_id", "follows_id"),
    )

    round_id: Mapped[UUID | None]
    kind: Mapped[str]
    title: Mapped[str]
    unit_id: Mapped[UUID]
    school_id: Mapped[UUID | None]
    """The school that answers for ``unit_id``."""
    inspecting_unit_id: Mapped[UUID | None]
    """Whose visit it is: a department, a cluster, the other school, the school itself."""
    checklist_version_id: Mapped[UUID]
    only_items: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    """回头看: only what failed before; None: the whole checklist."""
    follows_id: Mapped[UUID | None]
    """回头看: the visit whose findings are looked at again."""
    planned_on: Mapped[date]
    concealed: Mapped[bool] = mapped_column(default=False, server_default="false")
    """四不两直: nobody but the team and who holds the draw knows of it until it has begun."""
    state: Mapped[str]
    started_at: Mapped[datetime | None]
    started_by: Mapped[UUID | None]
    started_by_name: Mapped[str] = mapped_column(default="", server_default="")
    finished_at: Mapped[datetime | None]
    finished_by: Mapped[UUID | None]
    finished_by_name: Mapped[str] = mapped_column(default="", server_default="")
    summary: Mapped[str] = mapped_column(default="", server_default="")
    """What the inspector says of the whole at the end."""
    items: Mapped[int] = mapped_column(default=0, server_default="0")
    passed: Mapped[int] = mapped_column(default=0, server_default="0")
    failed: Mapped[int] = mapped_column(default=0, server_default="0")
    not_applicable: Mapped[int] = mapped_column(default=0, server_default="0")
    score: Mapped[int | None]
    """Of what applies, in hundredths of a per cent; None before the end and where nothing applied."""
    cancel_reason: Mapped[str] = mapped_column(default="", server_default="")
    made_at: Mapped[datetime]
    made_by: Mapped[UUID | None]


class Inspector(TenantBase):
    """Who is on the team of a visit. Personal data: the person."""

    __tablename__ = "inspection_inspectors"
    __table_args__ = (
        tenant_key("inspection_visits", "visit_id", ondelete="CASCADE"),
        tenant_key("people", "person_id"),
        tenant_key("org_units", "unit_id"),
        Index("ix_inspection_inspectors__person", "tenant_id", "person_id", "visit_id"),
    )

    visit_id: Mapped[UUID] = mapped_column(Uuid(as_uuid=True), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(Uuid(as_uuid=True), primary_key=True)
    name: Mapped[str]
    unit_id: Mapped[UUID | None]
    """Where the person works."""
    lead: Mapped[bool] = mapped_column(default=False, server_default="false")
