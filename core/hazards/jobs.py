"""What falls due by the clock: reminders, escalations and lapsed controls, once a day for each district."""

from __future__ import annotations

from collections import Counter
from datetime import time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, update

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.hazards.lifecycle import Entry
from core.hazards.lifecycle.dates import clock_on
from core.hazards.models import Hazard
from core.hazards.services.writing import Case, add_event, locked, save, settle
from core.jobs.handle import JobHandle
from core.jobs.registry import job
from core.jobs.schedule import Periodic
from core.kernel.clock import local_date
from core.notify.services import notify
from core.tenancy import shelf
from core.tenancy.packs.model import Pack
from core.tenancy.packs.model.lifecycle import Canonical

REMIND = "hazards.remind"
DAILY = Periodic(kind=REMIND, daily_at=time(7, 30), tenants="district")
SOON_DAYS = 1
"""The day before the limit one is told too."""
BATCH = 200


@job(REMIND)
def remind(session: TenantSession, *, job: JobHandle) -> dict[str, Any]:
    """Idempotent: an escalation fires once, a lapse is told once, a person is told once a day."""
    pack = shelf.current(session)
    if pack is None:
        return {}
    actor = Actor.system(session.tenant_id, REMIND)
    escalated, lapsed, done = 0, 0, 0
    for hazard_id in _late(session):
        fired, lapse = _take_up(session, actor, pack, hazard_id)
        escalated, lapsed, done = escalated + fired, lapsed + lapse, done + 1
        if done % BATCH == 0:
            job.checkpoint(done=done)
    return {"escalated": escalated, "lapsed": lapsed, "told": _tell(session)}


def _late(session: TenantSession) -> list[UUID]:
    """Hazards past the day that counts, oldest first."""
    today = local_date(session.now())
    return list(
        session.scalars(
            select(Hazard.id)
            .where(Hazard.clock_on.is_not(None), Hazard.clock_on < today)
            .order_by(Hazard.clock_on, Hazard.id)
        )
    )


def _take_up(session: TenantSession, actor: Actor, pack: Pack, hazard_id: UUID) -> tuple[int, int]:
    """(escalations fired, lapses told) of one hazard, under its lock: it may have been seen to meanwhile."""
    case = locked(session, actor=actor, pack=pack, hazard_id=hazard_id, version=None)
    lapse = _lapse(case)
    due = case.machine.escalations_due(case.state, now=case.now)
    for code in due:
        settle(case, (case.machine.fire(case.state, code),), Entry(), data={"by_itself": True})
    return len(due), lapse


def _lapse(case: Case) -> int:
    """带险管控 ran out: told once for each end of control."""
    until = clock_on(case.pack.lifecycle, case.state)
    controlled = case.pack.lifecycle.canonical(case.state.stage) is Canonical.RISK_CONTROLLED
    if not controlled or until is None or case.hazard.control_lapsed_on == until or until >= local_date(case.now):
        return 0
    case.hazard.control_lapsed_on = until
    save(case)
    add_event(
        case, kind="control", code="lapsed", label="带险管控到期", changes={}, topics=("hazard.control_lapsed",),
        version=case.hazard.version, data={"until": until.isoformat()},
    )  # fmt: skip
    case.session.flush()
    return 1


def _tell(session: TenantSession) -> int:
    """One notice for each responsible person, with counts; returns how many were told."""
    today = local_date(session.now())
    due = (
        Hazard.clock_on.is_not(None),
        Hazard.clock_on <= today + timedelta(days=SOON_DAYS),
        Hazard.responsible_person_id.is_not(None),
        or_(Hazard.reminded_on.is_(None), Hazard.reminded_on < today),
    )
    rows = session.execute(select(Hazard.responsible_person_id, Hazard.clock_on).where(*due)).all()
    late = Counter(person for person, day in rows if person is not None and day is not None and day < today)
    soon = Counter(person for person, day in rows if person is not None and day is not None and day >= today)
    for person in late.keys() | soon.keys():
        parts = [f"{late[person]}条已逾期"] if late[person] else []
        parts += [f"{soon[person]}条即将到期"] if soon[person] else []
        notify(
            session, to=person, kind="hazard.overdue", title=f"您负责的隐患有{'、'.join(parts)}",
            body="请尽快整改；需要更久的，请办理延期或带险管控。", link="/hazards?todo=rectify",
        )  # fmt: skip
    # A remark of the reminder on the row is no change that anybody could lose a race to: the version stays.
    session.execute(update(Hazard).where(*due).values(reminded_on=today).execution_options(synchronize_session=False))
    return len(late.keys() | soon.keys())
