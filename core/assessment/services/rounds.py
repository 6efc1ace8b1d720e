"""A round of assessment: opened with points that the district decided, announced, open to appeal, published. Computed: see computing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, select

from core.access.actor import Actor
from core.assessment.frozen import Frozen, freeze
from core.assessment.models import Appeal, AssessmentRound, AssessmentSheet
from core.assessment.permissions import AssessmentPermission
from core.assessment.queries.computation import under_way
from core.assessment.services.held import audit_round, locked_round, require_everywhere
from core.assessment.telling import announced, published
from core.assessment.words import ANNOUNCED, CANCELLED, DRAFT, OPEN, PUBLISHED
from core.db.sessions import TenantSession
from core.kernel.clock import local_date
from core.kernel.errors import Invalid, Refused
from core.kernel.ids import new_id
from core.notify.services import notify
from core.orgs.queries import people_in_charge
from core.tenancy.packs.model import Pack

APPEAL = AssessmentPermission.APPEAL
LONGEST = timedelta(days=3 * 366)


@dataclass(frozen=True)
class RoundFacts:
    """``points``: code of an item → at most so many points, as the district decided. ``agreed``: what the pack only recommends (待确认)
    is what the district wants."""

    code: str
    title: str
    starts: date
    ends: date
    points: Mapping[str, float] = field(default_factory=dict)
    agreed: bool = False


def open_round(session: TenantSession, *, actor: Actor, pack: Pack, facts: RoundFacts) -> UUID:
    """Returns its id. The scheme is kept as it is today. Raises Forbidden, Invalid."""
    require_everywhere(actor)
    if not facts.title.strip():
        raise Invalid(fields={"title": "请填写"})
    if facts.ends < facts.starts or facts.ends - facts.starts > LONGEST:
        raise Invalid(fields={"ends": "应不早于开始日期，最长三年"})
    frozen = freeze(pack, facts.code, facts.points)
    waiting = [own.label for own in (frozen.scheme, *frozen.scheme.items, *frozen.scheme.vetoes) if own.confirm]
    if waiting and not facts.agreed:
        raise Invalid(fields={"agreed": "分值和等次是推荐值，请确认由本区采用"})
    row = AssessmentRound(
        id=new_id(), code=facts.code, title=facts.title.strip(), starts=facts.starts, ends=facts.ends, scheme=frozen.to_json(), state=DRAFT,
        opened_at=session.now(), opened_by=actor.person_id, opened_by_name=actor.name,
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit_round(session, actor=actor, row=row, act="opened")
    return row.id


def announce(session: TenantSession, *, actor: Actor, round_id: UUID, version: int) -> date:
    """公示: returns the last day for appeals. Units are told. Raises Refused before the span is over or without results."""
    row = locked_round(session, actor=actor, round_id=round_id, version=version)
    today = local_date(session.now())
    if row.state != DRAFT:
        raise Refused("这次考核不在编制中")
    if under_way(session, row.job_id):
        raise Refused("正在计算，完成后再公示")
    if row.ends >= today:
        raise Refused("考核期还没有结束")
    units = _units(session, row)
    if row.computed_at is None or not units:
        raise Refused("还没有计算结果")
    row.state, row.announced_at, row.announced_by = ANNOUNCED, session.now(), actor.person_id
    row.appeal_until = today + timedelta(days=Frozen.from_json(row.scheme).scheme.appeal_days)
    session.flush()
    audit_round(session, actor=actor, row=row, act="announced", until=row.appeal_until.isoformat())
    _tell(session, row, units, announced(row.title))
    return row.appeal_until


def publish(session: TenantSession, *, actor: Actor, round_id: UUID, version: int) -> None:
    """公布, only when the window is over and every appeal decided. Units are told. Raises Refused."""
    row = locked_round(session, actor=actor, round_id=round_id, version=version)
    if row.state != ANNOUNCED or row.appeal_until is None:
        raise Refused("结果还没有公示")
    if local_date(session.now()) <= row.appeal_until:
        raise Refused("申诉期到%(day)s结束，之后才能公布", day=row.appeal_until.isoformat())
    sheets = select(AssessmentSheet.id).where(AssessmentSheet.round_id == row.id)
    waiting = session.scalar(select(func.count()).where(Appeal.sheet_id.in_(sheets), Appeal.state == OPEN)) or 0
    if waiting:
        raise Refused("还有%(n)s件申诉没有处理", n=waiting)
    row.state, row.published_at = PUBLISHED, session.now()
    session.flush()
    audit_round(session, actor=actor, row=row, act="published")
    units = _units(session, row)
    _tell(session, row, units, published(row.title))


def cancel(session: TenantSession, *, actor: Actor, round_id: UUID, version: int, reason: str) -> None:
    """Before it is published, with the reason; it stays to be read. Raises Refused, Invalid."""
    row = locked_round(session, actor=actor, round_id=round_id, version=version)
    if row.state not in (DRAFT, ANNOUNCED):
        raise Refused("这次考核已经结束")
    if not reason.strip():
        raise Invalid(fields={"reason": "请写明理由"})
    row.state, row.cancel_reason = CANCELLED, reason.strip()
    session.flush()
    audit_round(session, actor=actor, row=row, act="cancelled")


def _units(session: TenantSession, row: AssessmentRound) -> list[UUID]:
    """Those that take part."""
    taking_part = select(AssessmentSheet.unit_id).where(
        AssessmentSheet.round_id == row.id, AssessmentSheet.left_on.is_(None)
    )
    return list(session.scalars(taking_part))


def _tell(session: TenantSession, row: AssessmentRound, units: list[UUID], title: str) -> None:
    holders = people_in_charge(session, permission=APPEAL, units=units)
    people = {person for holding in holders.values() for person in holding}
    notify(session, to=people, kind="assessment", title=title, link=f"/assessment/{row.id}")
