"""A drill as its pages show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.hazards.models import Hazard
from core.kernel.errors import NotFound
from core.records.models import Drill, DrillFinding, EmergencyPlan, Record
from core.records.scope import visible

STAGES = {"planned": "待演练", "running": "计时中", "stopped": "待总结", "reviewed": "已总结"}
REVISIONS = {"none": "预案不需修改", "needed": "预案需要修改", "done": "预案已经修改"}


@dataclass(frozen=True)
class FindingLine:
    """Something wrong that the drill showed, and the hazard that it became."""

    id: UUID
    place: str
    text: str
    hazard_id: UUID | None
    hazard_no: str | None
    hazard_stage: str | None


@dataclass(frozen=True)
class DrillCard:
    """What is measured of a drill. ``seconds``: how long it took; None before its end."""

    record_id: UUID
    stage: str
    scenario: str
    commander: str
    plan_id: UUID | None
    plan_title: str | None
    target_s: int
    started_at: datetime | None
    stopped_at: datetime | None
    expected: int | None
    present: int | None
    good: str
    problems: str
    plan_revision: str
    revision_note: str
    reviewed_at: datetime | None
    version: int
    findings: tuple[FindingLine, ...] = ()

    @property
    def seconds(self) -> int | None:
        if self.started_at is None or self.stopped_at is None:
            return None
        return round((self.stopped_at - self.started_at).total_seconds())

    @property
    def missing(self) -> int | None:
        return None if self.expected is None or self.present is None else self.expected - self.present

    @property
    def within(self) -> bool | None:
        """Whether it kept to the target."""
        return None if self.seconds is None else self.seconds <= self.target_s


_COLUMNS: tuple[Any, ...] = (
    Drill.record_id, Drill.stage, Drill.scenario, Drill.commander, Drill.plan_id, EmergencyPlan.title, Drill.target_s,
    Drill.started_at, Drill.stopped_at, Drill.expected, Drill.present, Drill.good, Drill.problems, Drill.plan_revision,
    Drill.revision_note, Drill.reviewed_at, Drill.version,
)  # fmt: skip


def drill_card(session: TenantSession, actor: Actor, record_id: UUID) -> DrillCard:
    """Raises NotFound, also for a record that is no drill. Two queries."""
    row = session.execute(
        select(*_COLUMNS)
        .join(Record, Record.id == Drill.record_id)
        .outerjoin(EmergencyPlan, EmergencyPlan.id == Drill.plan_id)
        .where(Drill.record_id == record_id, visible(actor))
    ).first()  # fmt: skip
    if row is None:
        raise NotFound()
    findings = session.execute(
        select(DrillFinding.id, DrillFinding.place, DrillFinding.text, DrillFinding.hazard_id, Hazard.no, Hazard.canonical)
        .outerjoin(Hazard, Hazard.id == DrillFinding.hazard_id)
        .where(DrillFinding.record_id == record_id)
        .order_by(DrillFinding.at, DrillFinding.id)
    )  # fmt: skip
    values: tuple[Any, ...] = (*row, tuple(FindingLine(*own) for own in findings))
    return DrillCard(*values)


def drills_waiting(session: TenantSession, actor: Actor, *, today: date) -> tuple[int, int]:
    """(planned for today or before and not begun, begun and not reviewed) for which this actor's units wait. One query."""
    rows = session.execute(
        select(Drill.stage, Record.held_on)
        .join(Record, Record.id == Drill.record_id)
        .where(Record.state == "planned", Drill.stage != "reviewed", visible(actor))
    ).all()
    due = sum(1 for stage, held_on in rows if stage == "planned" and held_on <= today)
    return due, sum(1 for stage, _ in rows if stage != "planned")
