"""演练: planned, timed on the spot, heads counted, reviewed. It counts for obligations only once it is reviewed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.hazards.services import Found, report_hazard
from core.hooks.manager import Plugins
from core.kernel.clock import local_date
from core.kernel.errors import Invalid, NotFound, Refused, Stale
from core.kernel.ids import new_id
from core.records.kinds import DRILL
from core.records.limits import limits
from core.records.models import Drill, DrillFinding, EmergencyPlan, Record
from core.records.privacy import refuse_personal
from core.records.services.writing import RecordFacts, checked, for_unit, hang, locked, new_record, note
from core.tenancy.packs.model import Pack

REVISION_DAYS = 30
"""A plan that a drill found wanting is looked at again within so many days."""
MOST_HEADS = 200_000
LONGEST = timedelta(hours=12)


@dataclass(frozen=True, kw_only=True)
class DrillPlan:
    """What is planned. ``target_s`` None: the district's own target, in seconds."""

    unit_id: UUID
    planned_on: date
    topics: tuple[str, ...]
    scenario: str
    title: str = ""
    place: str = ""
    commander: str = ""
    summary: str = ""
    target_s: int | None = None
    plan_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class DrillReview:
    """What was learned. ``plan_revision``: none | needed | done."""

    good: str = ""
    problems: str = ""
    plan_revision: str = "none"
    revision_note: str = ""


def plan_drill(session: TenantSession, *, actor: Actor, pack: Pack | None, plan: DrillPlan) -> UUID:
    """A drill for a day to come, or for now. Raises Forbidden, NotFound, Invalid."""
    card = for_unit(session, actor=actor, unit_id=plan.unit_id)
    facts = RecordFacts(
        unit_id=plan.unit_id, kind=DRILL, held_on=plan.planned_on, title=plan.title, topics=plan.topics, place=plan.place,
        summary=plan.summary,
    )  # fmt: skip
    facts = checked(pack, facts, today=local_date(session.now()), planned=True)
    if not plan.scenario.strip():
        raise Invalid(fields={"scenario": "请写明假设发生了什么"})
    refuse_personal({"scenario": plan.scenario, "commander": plan.commander})
    target = plan.target_s if plan.target_s is not None else limits(session).drill_target_s
    if not 0 < target <= LONGEST.total_seconds():
        raise Invalid(fields={"target_s": "应在1秒到12小时之间"})
    if plan.plan_id is not None and plan.plan_id not in _plans(session, plan.unit_id):
        raise Invalid(fields={"plan_id": "请从列表中选择"})
    row = new_record(session, actor=actor, card=card, facts=facts, state="planned")
    session.add(
        Drill(
            record_id=row.id, stage="planned", scenario=plan.scenario.strip(), commander=plan.commander.strip(), target_s=target,
            plan_id=plan.plan_id,
        )
    )  # fmt: skip
    session.flush()
    note(session, actor=actor, row=row, act="planned", held_on=row.held_on.isoformat())
    return row.id


def start_drill(session: TenantSession, *, actor: Actor, record_id: UUID, version: int) -> int:
    """The stopwatch runs from now. Returns the drill's version. Raises NotFound, Forbidden, Stale, Refused."""
    row, drill = _locked(session, actor, record_id, version, ("planned",), "演练已经开始")
    drill.stage, drill.started_at = "running", session.now()
    session.flush()
    note(session, actor=actor, row=row, act="started")
    return drill.version


def stop_drill(session: TenantSession, *, actor: Actor, record_id: UUID, version: int) -> int:
    """The stopwatch stands. Returns the drill's version. Raises NotFound, Forbidden, Stale, Refused."""
    row, drill = _locked(session, actor, record_id, version, ("running",), "演练没有在计时")
    drill.stage, drill.stopped_at = "stopped", session.now()
    session.flush()
    note(session, actor=actor, row=row, act="stopped", seconds=seconds_of(drill))
    return drill.version


def time_by_hand(
    session: TenantSession, *, actor: Actor, record_id: UUID, version: int, started_at: datetime, seconds: int
) -> int:
    """For a drill that was timed with a watch; the record says so. Returns the drill's version. Raises as ``start_drill``, Invalid."""
    row, drill = _locked(session, actor, record_id, version, ("planned",), "演练已经开始")
    if not 0 < seconds <= LONGEST.total_seconds():
        raise Invalid(fields={"seconds": "应在1秒到12小时之间"})
    if started_at + timedelta(seconds=seconds) > session.now():
        raise Invalid(fields={"started_at": "不能晚于现在：没有做的不能先记"})
    drill.stage, drill.started_at, drill.stopped_at = "stopped", started_at, started_at + timedelta(seconds=seconds)
    row.details = {**row.details, "by_hand": True}
    session.flush()
    note(session, actor=actor, row=row, act="stopped", seconds=seconds, by_hand=True)
    return drill.version


def count_heads(
    session: TenantSession, *, actor: Actor, record_id: UUID, version: int, expected: int, present: int
) -> int:
    """Numbers only. May be counted again until the review. Returns the drill's version. Raises as ``start_drill``, Invalid."""
    row, drill = _locked(session, actor, record_id, version, ("running", "stopped"), "先开始演练，再清点人数")
    if not 0 < expected <= MOST_HEADS:
        raise Invalid(fields={"expected": "请填写当天应到人数"})
    if not 0 <= present <= expected:
        raise Invalid(fields={"present": "实到不能多于应到；请假的不算应到"})
    drill.expected, drill.present = expected, present
    session.flush()
    note(session, actor=actor, row=row, act="counted", missing=expected - present)
    return drill.version


def note_finding(session: TenantSession, *, actor: Actor, record_id: UUID, text: str, place: str) -> UUID:
    """Something wrong that the drill showed; the same words of the same place are the finding that is there: a second tap adds none.

    Raises NotFound, Forbidden, Refused before it began, Invalid.
    """
    row, _ = _locked(session, actor, record_id, None, ("running", "stopped", "reviewed"), "演练还没有开始")
    wrong = {name: "必填" for name, said in (("text", text), ("place", place)) if not said.strip()}
    if wrong:
        raise Invalid(fields=wrong)
    refuse_personal({"text": text, "place": place})
    said = {"place": place.strip(), "text": text.strip()}
    there = session.scalar(select(DrillFinding.id).filter_by(record_id=record_id, **said))
    if there is not None:
        return there
    finding = DrillFinding(id=new_id(), record_id=record_id, at=session.now(), by_id=actor.person_id, **said)
    session.add(finding)
    session.flush()
    note(session, actor=actor, row=row, act="found")
    return finding.id


def report_finding(
    session: TenantSession,
    *,
    actor: Actor,
    pack: Pack,
    plugins: Plugins,
    plugins_on: Iterable[str],
    record_id: UUID,
    finding_id: UUID,
) -> UUID:
    """The finding as a hazard of the unit; the one that is there if it was reported before. Nothing is asked again.

    Raises NotFound, Forbidden (also without the right to report hazards).
    """
    row, _ = _locked(session, actor, record_id, None, ("running", "stopped", "reviewed"), "演练还没有开始")
    finding = session.scalars(
        select(DrillFinding).where(DrillFinding.id == finding_id, DrillFinding.record_id == record_id).with_for_update()
    ).first()
    if finding is None:
        raise NotFound()
    if finding.hazard_id is not None:
        return finding.hazard_id
    found = Found(unit_id=row.unit_id, place=finding.place, description=finding.text, source_note=row.title)
    written = report_hazard(session, actor=actor, pack=pack, plugins=plugins, plugins_on=plugins_on, found=found)
    finding.hazard_id = written.id
    session.flush()
    note(session, actor=actor, row=row, act="reported", hazard_id=str(written.id))
    return written.id


def review_drill(
    session: TenantSession,
    *,
    actor: Actor,
    record_id: UUID,
    version: int,
    review: DrillReview,
    file_ids: Sequence[UUID] = (),
) -> int:
    """总结: the drill is over and counts, on the day on which it began. Returns the drill's version.

    Raises as ``start_drill``; Refused while nobody was counted, Invalid where somebody was missing and nothing is said of it,
    or a revision of the plan is told without saying what.
    """
    row, drill = _locked(session, actor, record_id, version, ("stopped",), "演练结束以后才能总结")
    if drill.expected is None or drill.present is None or drill.started_at is None:
        raise Refused("请先清点人数")
    wrong: dict[str, str] = {}
    if drill.present < drill.expected and not review.problems.strip():
        wrong["problems"] = "有人未到，请写明原因（只写人数和原因，不写姓名）"
    if review.plan_revision not in ("none", "needed", "done"):
        wrong["plan_revision"] = "请从列表中选择"
    elif review.plan_revision != "none" and not review.revision_note.strip():
        wrong["revision_note"] = "请写明预案要改（改了）哪里"
    if wrong:
        raise Invalid(fields=wrong)
    refuse_personal({"good": review.good, "problems": review.problems, "revision_note": review.revision_note})
    drill.stage, drill.reviewed_at = "reviewed", session.now()
    drill.good, drill.problems = review.good.strip(), review.problems.strip()
    drill.plan_revision, drill.revision_note = review.plan_revision, review.revision_note.strip()
    row.state, row.held_on = "held", local_date(drill.started_at)
    row.people, row.minutes = drill.present, -(-seconds_of(drill) // 60)
    session.flush()
    hang(session, actor=actor, record_id=row.id, file_ids=file_ids)
    if review.plan_revision == "needed" and drill.plan_id is not None:
        _hasten(session, drill.plan_id)
    note(session, actor=actor, row=row, act="held", held_on=row.held_on.isoformat())
    return drill.version


def seconds_of(drill: Drill) -> int:
    """How long it took; 0 while it runs."""
    if drill.started_at is None or drill.stopped_at is None:
        return 0
    return round((drill.stopped_at - drill.started_at).total_seconds())


def _hasten(session: TenantSession, plan_id: UUID) -> None:
    plan = session.scalars(select(EmergencyPlan).where(EmergencyPlan.id == plan_id).with_for_update()).one()
    plan.review_on = min(plan.review_on, local_date(session.now()) + timedelta(days=REVISION_DAYS))
    session.flush()


def _plans(session: TenantSession, unit_id: UUID) -> set[UUID]:
    return set(
        session.scalars(
            select(EmergencyPlan.id).where(EmergencyPlan.unit_id == unit_id, EmergencyPlan.retired_on.is_(None))
        )
    )


def _locked(
    session: TenantSession, actor: Actor, record_id: UUID, version: int | None, stages: Sequence[str], otherwise: str
) -> tuple[Record, Drill]:
    """Record and drill, locked in that order. Raises NotFound, Forbidden, Stale, Refused."""
    row = locked(session, actor=actor, record_id=record_id, version=None)
    drill = session.scalars(
        select(Drill).where(Drill.record_id == record_id).with_for_update().execution_options(populate_existing=True)
    ).first()
    if drill is None:
        raise NotFound()
    if version is not None and drill.version != version:
        raise Stale()
    if row.state == "struck":
        raise Refused("已经作废")
    if drill.stage not in stages:
        raise Refused(otherwise)
    return row, drill
