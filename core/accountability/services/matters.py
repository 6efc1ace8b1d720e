"""A matter is decided about a unit, followed up step by step, and ended: nothing of it is ever changed in silence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from core.access.actor import Actor
from core.accountability.models import Matter, MatterStep
from core.accountability.permissions import AccountabilityPermission
from core.accountability.words import (
    ACCEPTED,
    ASKED,
    AWAITING,
    CALLED_OFF,
    CANCELLED,
    CLOSED,
    ENDED,
    EXTENDED,
    MEASURES,
    OPEN,
    PROGRESS,
    REFUSED,
)
from core.audit.services import record
from core.db.sessions import TenantSession
from core.hazards.models import Hazard
from core.kernel.clock import local_date
from core.kernel.errors import Invalid, NotFound, Refused, Stale
from core.kernel.ids import new_id
from core.notify.services import notify
from core.orgs.queries import people_in_charge, unit_card
from core.papers.models import Paper
from core.papers.scope import visible
from core.tenancy.packs.model import Measure, Pack

READ, ANSWER, WRITE = AccountabilityPermission.READ, AccountabilityPermission.ANSWER, AccountabilityPermission.WRITE
ASKING = frozenset({Measure.LISTING, Measure.ORDER, Measure.EXTRA_HELP})
"""Measures that ask the unit to do something: they have a day, and end by acceptance."""


@dataclass(frozen=True)
class MatterFacts:
    """What is decided. ``ground``: code of the pack's ground, or empty; ``persons``: how many it concerns, never who."""

    measure: Measure
    unit_id: UUID
    title: str
    facts: str
    ground: str = ""
    persons: int = 0
    decided_on: date | None = None
    due_on: date | None = None
    hazard_id: UUID | None = None
    paper_id: UUID | None = None


def decide(session: TenantSession, *, actor: Actor, pack: Pack, facts: MatterFacts) -> UUID:
    """Returns the matter's id. Its clauses are those of the ground.

    Raises NotFound for a unit out of reach, Invalid for what does not fit together (a hazard of another unit, an unknown paper).
    Side effects: a number, a notice to those who answer for the unit.
    """
    actor.require(WRITE, facts.unit_id)
    unit = unit_card(session, facts.unit_id)
    today = local_date(session.now())
    day = facts.decided_on or today
    _check(session, actor, pack, facts, day=day, today=today)
    ground = next((own for own in pack.accountability if own.code == facts.ground), None)
    row = Matter(
        id=new_id(), year=day.year, seq=_number(session, day.year), measure=facts.measure, ground=facts.ground, unit_id=unit.id,
        title=facts.title, facts=facts.facts, clauses=list(ground.clauses) if ground is not None else [], persons=facts.persons,
        decided_on=day, due_on=facts.due_on, hazard_id=facts.hazard_id, paper_id=facts.paper_id, state=OPEN, made_at=session.now(),
        made_by=actor.person_id, made_by_name=actor.name,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _audit(session, actor, "decided", row, measure=str(facts.measure), unit=unit.name)
    _tell(session, row, f"{MEASURES[facts.measure]}：{facts.title}")
    return row.id


def report_progress(session: TenantSession, *, actor: Actor, matter_id: UUID, version: int, text: str) -> None:
    """报送进展 (挂牌督办: each quarter). By the unit, or by whoever follows the matter up. Raises as :func:`_locked`."""
    row = _locked(session, actor, matter_id, version, ANSWER, WRITE)
    _open(row)
    _step(session, actor, row, PROGRESS, text)


def ask_acceptance(session: TenantSession, *, actor: Actor, matter_id: UUID, version: int, text: str) -> None:
    """申请验收. Raises Refused where the hazard behind it is not closed."""
    row = _locked(session, actor, matter_id, version, ANSWER)
    _open(row)
    if row.measure not in ASKING:
        raise Refused("这类事项不需要验收")
    _hazard_gone(session, row)
    row.state = AWAITING
    _step(session, actor, row, ASKED, text)


def extend(session: TenantSession, *, actor: Actor, matter_id: UUID, version: int, text: str, due_on: date) -> None:
    """延期, with the reason. Raises Invalid for a day that is not later."""
    row = _locked(session, actor, matter_id, version, WRITE)
    _open(row)
    if row.due_on is None or due_on <= row.due_on or due_on < local_date(session.now()):
        raise Invalid(fields={"due_on": "新的期限应晚于原来的期限和今天"})
    row.due_on = due_on
    _step(session, actor, row, EXTENDED, text, due_on=due_on)


def accept(session: TenantSession, *, actor: Actor, matter_id: UUID, version: int, text: str) -> None:
    """验收通过: closed. Not by whoever asked for it. Raises Refused where nobody asked or the hazard is open again."""
    row = _locked(session, actor, matter_id, version, WRITE)
    if row.state != AWAITING:
        raise Refused("单位还没有申请验收")
    asked = session.scalars(
        select(MatterStep.by_id)
        .where(MatterStep.matter_id == row.id, MatterStep.step == ASKED)
        .order_by(MatterStep.at.desc(), MatterStep.id.desc())
        .limit(1)
    ).first()
    if asked is not None and asked == actor.person_id:
        raise Refused("申请验收的人不能验收")
    _hazard_gone(session, row)
    _close(session, row)
    _step(session, actor, row, ACCEPTED, text)


def refuse(session: TenantSession, *, actor: Actor, matter_id: UUID, version: int, text: str) -> None:
    """验收不通过: back to the unit, with the reason."""
    row = _locked(session, actor, matter_id, version, WRITE)
    if row.state != AWAITING:
        raise Refused("单位还没有申请验收")
    row.state = OPEN
    _step(session, actor, row, REFUSED, text)


def end(session: TenantSession, *, actor: Actor, matter_id: UUID, version: int, text: str) -> None:
    """办结 of a matter that asks nothing of the unit, with its outcome. Raises Refused for one that needs acceptance."""
    row = _locked(session, actor, matter_id, version, WRITE)
    _open(row)
    if row.measure in ASKING:
        raise Refused("这类事项经验收办结")
    _close(session, row)
    _step(session, actor, row, ENDED, text)


def call_off(session: TenantSession, *, actor: Actor, matter_id: UUID, version: int, text: str) -> None:
    """撤销, with the reason: it stays to be read and counts nowhere."""
    row = _locked(session, actor, matter_id, version, WRITE)
    if row.state in (CLOSED, CANCELLED):
        raise Refused("事项已经结束")
    row.state = CANCELLED
    _step(session, actor, row, CALLED_OFF, text)


def _check(session: TenantSession, actor: Actor, pack: Pack, facts: MatterFacts, *, day: date, today: date) -> None:
    if not facts.title.strip() or not facts.facts.strip():
        raise Invalid(fields={"title" if not facts.title.strip() else "facts": "请填写"})
    if day > today:
        raise Invalid(fields={"decided_on": "不能晚于今天"})
    if facts.measure in ASKING and facts.due_on is None:
        raise Invalid(fields={"due_on": "请填写完成期限"})
    if facts.due_on is not None and facts.due_on < day:
        raise Invalid(fields={"due_on": "应不早于作出日期"})
    if not 0 <= facts.persons <= 1000:
        raise Invalid(fields={"persons": "人数为0到1000"})
    ground = {own.code: own for own in pack.accountability}
    if facts.ground and facts.ground not in ground:
        raise Invalid(fields={"ground": "文件中没有这种情形"})
    if facts.hazard_id is not None:
        here = (Hazard.unit_id == facts.unit_id) | (Hazard.school_id == facts.unit_id)
        if session.scalars(select(Hazard.id).where(Hazard.id == facts.hazard_id, here)).first() is None:
            raise Invalid(fields={"hazard_id": "请选择该单位的隐患"})
    if facts.paper_id is not None:
        paper = select(Paper.id).where(Paper.id == facts.paper_id, visible(actor))
        if session.scalars(paper).first() is None:
            raise Invalid(fields={"paper_id": "没有这份公文"})


def _hazard_gone(session: TenantSession, row: Matter) -> None:
    if row.hazard_id is None:
        return
    stage = session.scalars(select(Hazard.canonical).where(Hazard.id == row.hazard_id)).one()
    if stage != "closed":
        raise Refused("对应的隐患还没有办结")


def _locked(
    session: TenantSession, actor: Actor, matter_id: UUID, version: int, *permissions: AccountabilityPermission
) -> Matter:
    """The row, locked. Raises NotFound out of reach, Forbidden without one of the permissions, Stale."""
    row = session.scalars(select(Matter).where(Matter.id == matter_id).with_for_update()).first()
    if row is None or not actor.may(READ, row.unit_id):
        raise NotFound()
    if not any(actor.may(own, row.unit_id) for own in permissions):
        actor.require(permissions[-1], row.unit_id)
    if row.version != version:
        raise Stale()
    return row


def _open(row: Matter) -> None:
    if row.state != OPEN:
        raise Refused("事项不在办理中")


def _close(session: TenantSession, row: Matter) -> None:
    row.state, row.closed_on = CLOSED, local_date(session.now())


def _step(
    session: TenantSession, actor: Actor, row: Matter, step: str, text: str, *, due_on: date | None = None
) -> None:
    if not text.strip():
        raise Invalid(fields={"text": "请写明情况"})
    session.add(
        MatterStep(
            id=new_id(), matter_id=row.id, step=step, text=text.strip(), due_on=due_on, at=session.now(), by_id=actor.person_id,
            by_name=actor.name,
        )
    )  # fmt: skip
    if step == PROGRESS:
        row.version = row.version + 1  # a step is a change of the matter: two at once are told of each other
    session.flush()
    _audit(session, actor, step, row)


def _number(session: TenantSession, year: int) -> int:
    """Without gaps: the table is small, the lock is the tenant's own and held until the commit."""
    session.execute(select(func.pg_advisory_xact_lock(session.tenant_id, _LOCK)))
    return (session.scalar(select(func.max(Matter.seq)).where(Matter.year == year)) or 0) + 1


_LOCK = 0x4D41
"""Names the numbering of matters among a tenant's advisory locks."""


def _tell(session: TenantSession, row: Matter, title: str) -> None:
    holders = people_in_charge(session, permission=ANSWER, units=[row.unit_id])
    people = {person for holding in holders.values() for person in holding}
    notify(session, to=people, kind="accountability", title=title, link=f"/accountability/{row.id}")


def _audit(session: TenantSession, actor: Actor, act: str, row: Matter, **data: object) -> None:
    record(
        session, actor=actor, action=f"accountability_matter.{act}", object_kind="accountability_matter", object_id=row.id,
        data={"no": f"{row.year}-{row.seq}", **data},
    )  # fmt: skip
