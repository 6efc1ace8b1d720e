"""值班: shifts are planned, handed over, taken over by another person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from core.access.actor import Actor
from core.audit.services import record
from core.db.sessions import TenantSession
from core.jobs.services import emit
from core.kernel.clock import local_date
from core.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refused, Stale
from core.kernel.events import Event
from core.kernel.ids import new_id
from core.orgs.queries import holders
from core.records.models import DutyShift
from core.records.privacy import refuse_personal
from core.records.scope import recordable, visible
from core.records.services.writing import for_unit

LONGEST = timedelta(hours=48)
NOTE_MAX = 1000


@dataclass(frozen=True, kw_only=True)
class ShiftFacts:
    """``person_id`` is on duty, ``leader_id`` leads; both hold a post in the unit."""

    unit_id: UUID
    starts_at: datetime
    ends_at: datetime
    person_id: UUID
    leader_id: UUID | None = None


def plan_shift(session: TenantSession, *, actor: Actor, facts: ShiftFacts) -> UUID:
    """Raises Forbidden, NotFound, Invalid, Conflict where that person is on duty then already."""
    card = for_unit(session, actor=actor, unit_id=facts.unit_id)
    wrong: dict[str, str] = {}
    if not timedelta(0) < facts.ends_at - facts.starts_at <= LONGEST:
        wrong["ends_at"] = "应晚于开始，一班不超过48小时"
    staff = {own.person_id: own.person_name for own in holders(session, card.id)}
    if facts.person_id not in staff:
        wrong["person_id"] = "请从本单位人员中选择"
    if facts.leader_id is not None and facts.leader_id not in staff:
        wrong["leader_id"] = "请从本单位人员中选择"
    if wrong:
        raise Invalid(fields=wrong)
    # who is on duty when is asked by one at a time for each person: two plans at the same moment would not see each other
    session.execute(select(func.pg_advisory_xact_lock(session.tenant_id, func.hashtext(f"duty:{facts.person_id}"))))
    taken = session.scalar(
        select(DutyShift.id).where(
            DutyShift.unit_id == card.id, DutyShift.person_id == facts.person_id, DutyShift.state == "planned",
            DutyShift.starts_at < facts.ends_at, DutyShift.ends_at > facts.starts_at,
        )
    )  # fmt: skip
    if taken is not None:
        raise Conflict("这个时间已经排了此人值班", fields={"person_id": "与已有的班次重叠"})
    row = DutyShift(
        id=new_id(), unit_id=card.id, on_date=local_date(facts.starts_at), starts_at=facts.starts_at, ends_at=facts.ends_at,
        person_id=facts.person_id, person_name=staff[facts.person_id], leader_id=facts.leader_id,
        leader_name=staff[facts.leader_id] if facts.leader_id is not None else "", state="planned",
    )  # fmt: skip
    session.add(row)
    session.flush()
    _note(session, actor, row, "planned", on_date=row.on_date.isoformat())
    return row.id


def cancel_shift(session: TenantSession, *, actor: Actor, shift_id: UUID, version: int, reason: str) -> None:
    """It stays in the roster as cancelled. Raises NotFound, Forbidden, Stale, Refused, Invalid."""
    row = _locked(session, actor, shift_id, version)
    if row.handed_over_at is not None:
        raise Refused("已经交班")
    if not reason.strip():
        raise Invalid(fields={"reason": "请写明理由"})
    refuse_personal({"reason": reason})
    row.state = "cancelled"
    session.flush()
    _note(session, actor, row, "cancelled", reason=reason.strip())


def hand_over(session: TenantSession, *, actor: Actor, shift_id: UUID, version: int, said: str) -> int:
    """交班, written down by somebody who records for the unit. Returns the row's new version.

    Raises NotFound, Forbidden, Stale, Refused before it began, Invalid where nothing is said: 「无」 is said too.
    """
    row = _locked(session, actor, shift_id, version)
    if row.handed_over_at is not None:
        raise Refused("已经交班")
    if row.starts_at > session.now():
        raise Refused("这一班还没有开始")
    if not said.strip() or len(said) > NOTE_MAX:
        raise Invalid(fields={"said": "请写明交接事项，没有就写“无”"})
    refuse_personal({"said": said})
    row.handover_note, row.handed_over_at = said.strip(), session.now()
    row.handed_over_by, row.handed_over_name = actor.person_id, actor.name
    session.flush()
    _note(session, actor, row, "handed_over")
    return row.version


def take_over(session: TenantSession, *, actor: Actor, shift_id: UUID, version: int) -> int:
    """接班, by another person than who handed over. Returns the row's new version. Raises NotFound, Forbidden, Stale, Refused."""
    row = _locked(session, actor, shift_id, version)
    if row.handed_over_at is None:
        raise Refused("还没有交班")
    if row.taken_over_at is not None:
        raise Refused("已经接班")
    if actor.person_id is not None and actor.person_id == row.handed_over_by:
        raise Refused("交班和接班不能是同一个人")
    row.taken_over_at, row.taken_over_by, row.taken_over_name = session.now(), actor.person_id, actor.name
    session.flush()
    _note(session, actor, row, "taken_over")
    return row.version


def _locked(session: TenantSession, actor: Actor, shift_id: UUID, version: int) -> DutyShift:
    row = session.scalars(
        select(DutyShift)
        .where(DutyShift.id == shift_id, visible(actor, DutyShift.unit_id))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise NotFound()
    if row.unit_id not in recordable(session, actor):
        raise Forbidden()
    if row.version != version:
        raise Stale()
    if row.state == "cancelled":
        raise Refused("这一班已取消")
    return row


def _note(session: TenantSession, actor: Actor, row: DutyShift, act: str, **data: object) -> None:
    record(
        session, actor=actor, action=f"duty_shift.{act}", object_kind="duty_shift", object_id=row.id, data=data
    )  # fmt: skip
    payload = {"shift_id": str(row.id), "unit_id": str(row.unit_id)}
    emit(session, Event(topic=f"duty.{act}", tenant_id=session.tenant_id, at=session.now(), payload=payload))
