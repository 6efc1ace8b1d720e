"""信息报告: 首报 at once, 续报 while it lasts, 终报 when it is over. What was sent stays as it was sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from core.access.actor import Actor, Coverage
from core.audit.services import record
from core.db.sessions import TenantSession
from core.hazards.services.numbering import take_numbers
from core.jobs.services import emit
from core.kernel.errors import Forbidden, Invalid, NotFound, Refused, Stale
from core.kernel.events import Event
from core.kernel.ids import new_id
from core.kernel.phrases import Phrase
from core.notify.services import notify
from core.orgs.queries import people_in_charge, root_unit_id, unit_options
from core.records.incident_words import CATEGORIES, GRADES, REPORTS, least_grade, too_low
from core.records.limits import limits
from core.records.models import Incident, IncidentReport
from core.records.permissions import RecordPermission
from core.records.privacy import refuse_personal
from core.records.scope import recordable
from core.records.services.writing import for_unit

REPORT = RecordPermission.INCIDENT_REPORT
TITLE_MAX, TEXT_MAX, PEOPLE_MAX = 100, 4000, 100_000


@dataclass(frozen=True, kw_only=True)
class IncidentFacts:
    """What is told first. ``known_at``: when the unit came to know; the clock runs from there."""

    unit_id: UUID
    category: str
    title: str
    occurred_at: datetime
    known_at: datetime
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class ReportFacts:
    """One report. Numbers of people, never their names; ``loss_fen`` in fen; ``told_to``: offices."""

    grade: str
    facts: str
    measures: str = ""
    cause: str = ""
    dead: int = 0
    injured: int = 0
    missing: int = 0
    loss_fen: int | None = None
    told_to: tuple[str, ...] = ()


def report_incident(session: TenantSession, *, actor: Actor, facts: IncidentFacts, report: ReportFacts) -> UUID:
    """首报: opens the incident and tells the unit's and the bureau's people who are allowed to know.

    Raises Forbidden, NotFound for a unit out of reach, Invalid by field.
    """
    card = for_unit(session, actor=actor, unit_id=facts.unit_id, permission=REPORT)
    wrong: dict[str, str] = {}
    if facts.category not in CATEGORIES:
        wrong["category"] = "请从列表中选择"
    if not facts.title.strip() or len(facts.title) > TITLE_MAX:
        wrong["title"] = "请用一句话写明发生了什么"
    if facts.occurred_at > facts.known_at:
        wrong["known_at"] = "不能早于发生时间"
    if facts.known_at > session.now():
        wrong["known_at"] = "不能晚于现在"
    if wrong:
        raise Invalid(fields=wrong)
    refuse_personal({"title": facts.title, "place": facts.place})
    _check(report)
    row = Incident(
        id=new_id(), no=take_numbers(session, code="incident"), unit_id=card.id, school_id=card.school_id, category=facts.category, grade=report.grade,
        title=facts.title.strip(), occurred_at=facts.occurred_at, known_at=facts.known_at, place=facts.place.strip(), state="open", next_kind="further",
        next_due_at=session.now() + limits(session).further_report,
        opened_at=session.now(), opened_by=actor.person_id, opened_by_name=actor.name,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _send(session, actor, row, "first", report, due_at=facts.known_at + limits(session).first_report)
    return row.id


def report_further(
    session: TenantSession, *, actor: Actor, incident_id: UUID, version: int, report: ReportFacts, final: bool = False
) -> int:
    """续报, or 终报, which closes it. Returns the incident's new version. Raises NotFound, Forbidden, Stale, Refused, Invalid."""
    row = session.scalars(
        select(Incident)
        .where(Incident.id == incident_id, actor.coverage(RecordPermission.INCIDENT_READ).filter(Incident.unit_id))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise NotFound()
    if row.unit_id not in recordable(session, actor, REPORT):  # a unit that was closed since is reported of to the end
        raise Forbidden()
    if row.version != version:
        raise Stale()
    if row.state == "closed":
        raise Refused("已经终报")
    _check(report, final=final)
    row.grade = report.grade
    _send(session, actor, row, "final" if final else "further", report, due_at=row.next_due_at)
    return row.version


def _check(report: ReportFacts, *, final: bool = False) -> None:
    wrong: dict[str, str] = {}
    if report.grade not in GRADES:
        wrong["grade"] = "请从列表中选择"
    for name in ("dead", "injured", "missing"):
        if not 0 <= getattr(report, name) <= PEOPLE_MAX:
            wrong[name] = "请填写人数"
    if not wrong and too_low(report.grade, dead=report.dead, injured=report.injured):
        least = GRADES[least_grade(dead=report.dead, injured=report.injured)]
        wrong["grade"] = Phrase("按伤亡人数至少为%(least)s（生产安全事故报告和调查处理条例第三条）", least=least)
    if not report.facts.strip() or len(report.facts) > TEXT_MAX:
        wrong["facts"] = "请写明简要经过和现状"
    if report.loss_fen is not None and report.loss_fen < 0:
        wrong["loss_fen"] = "应为金额"
    if final and not report.cause.strip():
        wrong["cause"] = "终报请写明原因"
    if wrong:
        raise Invalid(fields=wrong)
    told = "、".join(report.told_to)
    refuse_personal({"facts": report.facts, "measures": report.measures, "cause": report.cause, "told_to": told})


def _send(
    session: TenantSession, actor: Actor, row: Incident, kind: str, report: ReportFacts, *, due_at: datetime | None
) -> None:
    now = session.now()
    no = 1 + (session.scalar(select(func.max(IncidentReport.no)).where(IncidentReport.incident_id == row.id)) or 0)
    session.add(
        IncidentReport(
            id=new_id(), incident_id=row.id, no=no, kind=kind, grade=report.grade, facts=report.facts.strip(),
            measures=report.measures.strip(), cause=report.cause.strip(), dead=report.dead, injured=report.injured, missing=report.missing,
            loss_fen=report.loss_fen, told_to=list(report.told_to), due_at=due_at, sent_at=now, sent_by=actor.person_id,
            sent_by_name=actor.name,
        )
    )  # fmt: skip
    if kind == "final":
        row.state, row.next_kind, row.next_due_at = "closed", "", None
    else:
        row.next_kind, row.next_due_at = "further", now + limits(session).further_report
    session.flush()
    late = due_at is not None and now > due_at
    record(
        session, actor=actor, action=f"incident.{kind}", object_kind="incident", object_id=row.id,
        data={"no": no, "grade": report.grade, "late": late},
    )  # fmt: skip
    payload: dict[str, str | int | bool | None] = {
        "incident_id": str(row.id),
        "unit_id": str(row.unit_id),
        "kind": kind,
        "no": no,
        "category": row.category,
        "grade": row.grade,
        "late": late,
    }
    emit(session, Event(topic=f"incident.{kind}", tenant_id=session.tenant_id, at=now, payload=payload))
    _tell(session, actor, row, kind)


def _tell(session: TenantSession, actor: Actor, row: Incident, kind: str) -> None:
    """To who may read it in the unit, the bureau and its departments; the note itself says nothing of what happened."""
    units = {row.unit_id, *_offices(session)}
    root = root_unit_id(session)
    if root is not None:
        units.add(root)
    found = people_in_charge(session, permission=RecordPermission.INCIDENT_READ, units=units)
    people = {person for own in found.values() for person in own} - {actor.person_id}
    notify(
        session,
        to=people,
        kind="incident",
        title=f"突发事件{REPORTS[kind]}：第{row.no}号",
        link=f"/records/incidents/{row.id}",
    )


def _offices(session: TenantSession) -> Sequence[UUID]:
    return [own.id for own in unit_options(session, Coverage(None), ("department",))]
