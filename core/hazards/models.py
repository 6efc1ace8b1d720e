"""Tables of the hazards: the case, its timeline, the counters of its numbers, people's saved views."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Computed, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Identified, TenantBase, Versioned, tenant_key

CANONICALS = (
    "discovered", "registered", "planned", "rectifying", "reported", "verified", "closed", "risk_controlled", "cancelled",
)  # fmt: skip
ORIGINS = ("self_check", "inspection", "cluster", "agency", "third_party", "superior", "public", "register")
GRADES = ("general", "major")


def _one_of(column: str, words: tuple[str, ...]) -> str:
    return f"{column} in ({', '.join(repr(word) for word in words)})"


class Hazard(TenantBase, Identified, Versioned):
    """One hazard from found to gone. Written by core.hazards.services only, as the machine decided.

    Personal data: who found, rectifies, verified, closed and supervises it (ids and names as they were then).
    """

    __tablename__ = "hazards"
    __table_args__ = (
        tenant_key("org_units", "unit_id"),
        tenant_key("org_units", "school_id"),
        tenant_key("org_units", "finder_unit_id"),
        tenant_key("hazards", "recurrence_of"),
        tenant_key("hazards", "parent_id"),
        UniqueConstraint("tenant_id", "no", name="uq_hazards__tenant_id_no"),
        CheckConstraint(_one_of("grade", GRADES), name="grade"),
        CheckConstraint(_one_of("canonical", CANONICALS), name="canonical"),
        CheckConstraint(_one_of("origin", ORIGINS), name="origin"),
        CheckConstraint("funds_cents >= 0", name="funds_cents"),
        Index("ix_hazards__found_at", "tenant_id", "found_at", "id"),
        Index("ix_hazards__canonical", "tenant_id", "canonical", "clock_on", "grade"),
        Index("ix_hazards__unit", "tenant_id", "unit_id", "found_at"),
        Index("ix_hazards__school", "tenant_id", "school_id", "found_at"),
        Index("ix_hazards__domain", "tenant_id", "domain", "found_at"),
        Index("ix_hazards__finder_unit", "tenant_id", "finder_unit_id", "found_at"),
        Index("ix_hazards__closed_at", "tenant_id", "closed_at"),
        Index("ix_hazards__clock_on", "tenant_id", "clock_on", postgresql_where=text("clock_on is not null")),
        Index("ix_hazards__found_by", "tenant_id", "found_by", postgresql_where=text("found_by is not null")),
        Index(
            "ix_hazards__responsible", "tenant_id", "responsible_person_id", postgresql_where=text("responsible_person_id is not null")
        ),
        Index("ix_hazards__check_due_on", "tenant_id", "check_due_on", postgresql_where=text("check_due_on is not null")),
        Index("ix_hazards__supervisor", "tenant_id", "supervisor_id", postgresql_where=text("supervisor_id is not null")),
        Index("ix_hazards__watcher", "tenant_id", "watcher_id", postgresql_where=text("watcher_id is not null")),
        Index(
            "ix_hazards__responsible_unit", "tenant_id", "responsible_unit_id", postgresql_where=text("responsible_unit_id is not null")
        ),
        Index("ix_hazards__recurrence_of", "tenant_id", "recurrence_of", postgresql_where=text("recurrence_of is not null")),
    )  # fmt: skip

    no: Mapped[str | None]
    """Number in the district's pattern; None until the move that gives it."""
    unit_id: Mapped[UUID]
    """Where it is: a school, a campus, a key place."""
    school_id: Mapped[UUID | None]
    """The school that answers for ``unit_id``; None for units outside schools."""
    org_type: Mapped[str | None]
    """The unit's type in the pack when it was reported: rules may ask for it."""
    place: Mapped[str]
    domain: Mapped[str] = mapped_column(default="", server_default="")
    """Slug of a plugin or of a domain the pack declares; empty until somebody sorts it."""
    category: Mapped[str | None]
    title: Mapped[str]
    title_lc: Mapped[str] = mapped_column(Text, Computed("lower(title)", persisted=True))
    description: Mapped[str]
    grade: Mapped[str] = mapped_column(default="general", server_default="general")
    graded: Mapped[bool] = mapped_column(default=False, server_default="false")
    """False: nobody has judged the grade yet, ``general`` is only assumed."""
    deadline_class: Mapped[str | None]
    """The district's own class inside the grade."""
    source: Mapped[str]
    """Code of the pack's source."""
    origin: Mapped[str]
    """What that source is to everybody else."""
    source_note: Mapped[str] = mapped_column(default="", server_default="")
    found_by: Mapped[UUID | None]
    found_by_name: Mapped[str] = mapped_column(default="", server_default="")
    finder_unit_id: Mapped[UUID | None]
    found_at: Mapped[datetime]
    stage: Mapped[str]
    """Code of the pack's stage."""
    canonical: Mapped[str]
    """What that stage is to everybody else."""
    ground: Mapped[str | None]
    """Why it is not simply gone yet; decides the parts of the plan."""
    plan: Mapped[dict[str, Any]]
    """Part code → {"value", "label", "waived"}; see core.hazards.lifecycle.PartValue."""
    due_on: Mapped[date | None]
    due_by_hand: Mapped[bool] = mapped_column(default=False, server_default="false")
    original_due_on: Mapped[date | None]
    """Before it was put off."""
    clock_on: Mapped[date | None]
    """The day that counts now: due while to be rectified, end of 带险管控 while controlled; None once reported."""
    extensions: Mapped[int] = mapped_column(default=0, server_default="0")
    responsible_unit_id: Mapped[UUID | None]
    responsible_person_id: Mapped[UUID | None]
    responsible_name: Mapped[str] = mapped_column(default="", server_default="")
    """Person, else unit, as the plan names them; somebody without an account has only this."""
    funds_cents: Mapped[int | None] = mapped_column(BigInteger)
    """Money planned, in fen."""
    measure_done: Mapped[str] = mapped_column(default="", server_default="")
    done_at: Mapped[datetime | None]
    """When the work was done, as told."""
    rectified_by: Mapped[UUID | None]
    rectified_by_name: Mapped[str] = mapped_column(default="", server_default="")
    rectified_at: Mapped[datetime | None]
    """When it was told that the work is done."""
    reported_to: Mapped[str] = mapped_column(default="", server_default="")
    reported_at: Mapped[datetime | None]
    verified_by: Mapped[UUID | None]
    verified_by_name: Mapped[str] = mapped_column(default="", server_default="")
    verified_at: Mapped[datetime | None]
    """Of a verification that still holds; None again when it was sent back."""
    closed_by: Mapped[UUID | None]
    closed_by_name: Mapped[str] = mapped_column(default="", server_default="")
    closed_at: Mapped[datetime | None]
    on_the_spot: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Rectified in the form in which it was reported (立查立改)."""
    control_until: Mapped[date | None]
    control_renewals: Mapped[int] = mapped_column(default=0, server_default="0")
    control_lapsed_on: Mapped[date | None]
    """Control end for which the lapse was told."""
    escalated_to: Mapped[str | None]
    """Label of the last addressee; None while nobody above was asked."""
    escalations: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    """[{"code", "label", "to", "list", "at"}], in order."""
    supervision_no: Mapped[str | None]
    supervisor: Mapped[str | None]
    """The supervisor's name when the order was given."""
    supervisor_id: Mapped[UUID | None]
    watcher_id: Mapped[UUID | None]
    """Who watches the controls of 带险管控, as the plan names them; somebody without an account is only in the plan."""
    check_due_on: Mapped[date | None]
    """The day by which somebody must look again: a check of the controls or an entry in a log (跟踪), whichever is first."""
    recurrence_of: Mapped[UUID | None]
    """The closed case of which this one is a return."""
    parent_id: Mapped[UUID | None]
    """The hazard or check from which this one was split off (举一反三)."""
    campaign: Mapped[str] = mapped_column(default="", server_default="")
    phase: Mapped[str] = mapped_column(default="", server_default="")
    """Codes of the campaign and phase in which it was found: a label, kept when dates are corrected."""
    clauses: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    """Ids of the clauses it offends."""
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """The district's own fields."""
    trail: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """What only the machine reads: {"entered": stage → instant, "played": party → ids, "follow_ups": track → count,
    "outdated": kind → files before the last return, "looked_at": track or "control" → instant}."""
    reminded_on: Mapped[date | None]
    """Last day on which somebody was told that it is overdue."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class HazardEvent(TenantBase, Identified):
    """One thing that happened to a hazard. Append-only. Personal data: who did it."""

    __tablename__ = "hazard_events"
    __table_args__ = (
        tenant_key("hazards", "hazard_id"),
        Index("ix_hazard_events__hazard", "tenant_id", "hazard_id", "at", "id"),
        Index("ix_hazard_events__at", "tenant_id", "at", "id"),
    )

    hazard_id: Mapped[UUID]
    at: Mapped[datetime]
    kind: Mapped[str]
    """report move follow_up check extension extension_request control escalation supervision amend recurrence files note."""
    code: Mapped[str]
    """Code of the move, track, escalation …"""
    label: Mapped[str]
    """In the district's words of that day."""
    actor_id: Mapped[UUID | None]
    actor_name: Mapped[str]
    actor_post: Mapped[str] = mapped_column(default="", server_default="")
    from_stage: Mapped[str | None]
    to_stage: Mapped[str]
    canonical: Mapped[str]
    """Of ``to_stage``."""
    note: Mapped[str] = mapped_column(default="", server_default="")
    changes: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """Field → [before, after], for the timeline and for whoever lost a race."""
    data: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    hazard_version: Mapped[int] = mapped_column(BigInteger)
    """The hazard's version after it."""


class HazardCounter(TenantBase):
    """The last number given, for each numbering and period. Personal data: none."""

    __tablename__ = "hazard_counters"

    code: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    """The year in which it counts; empty where it never starts again."""
    last: Mapped[int] = mapped_column(BigInteger)


class HazardView(TenantBase, Identified):
    """A question to the ledger that a person kept. Personal data: whose it is."""

    __tablename__ = "hazard_views"
    __table_args__ = (
        tenant_key("people", "person_id", ondelete="CASCADE"),
        UniqueConstraint("tenant_id", "person_id", "title", name="uq_hazard_views__tenant_id_person_id_title"),
    )

    person_id: Mapped[UUID]
    title: Mapped[str]
    query: Mapped[str]
    """Query string of the ledger."""
    created_at: Mapped[datetime]
