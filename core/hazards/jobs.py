"""What falls due by the clock: reminders, escalations and lapsed controls, once a day for each district."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select, update

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.hazards.lifecycle import Entry
from core.hazards.lifecycle.dates import clock_on
from core.hazards.models import Hazard
from core.hazards.queries.addressees import addressees, keepers_of
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
    """Idempotent: an escalation fires once, a lapse is told once, a person is told once a day of limits and of checks."""
    pack = shelf.current(session)
    if pack is None:
        return {}
    actor = Actor.system(session.tenant_id, REMIND)
    escalated: Counter[str] = Counter()
    lapsed, done = 0, 0
    for hazard_id in _late(session):
        fired, lapse = _take_up(session, actor, pack, hazard_id)
        escalated.update(fired)
        lapsed, done = lapsed + lapse, done + 1
        if done % BATCH == 0:
            job.checkpoint(done=done)
    _tell_addressees(session, pack, escalated)
    return {"escalated": escalated.total(), "lapsed": lapsed, **_tell(session, pack)}


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


def _take_up(session: TenantSession, actor: Actor, pack: Pack, hazard_id: UUID) -> tuple[list[str], int]:
    """(escalations fired, lapses told) of one hazard, under its lock: it may have been seen to meanwhile."""
    case = locked(session, actor=actor, pack=pack, hazard_id=hazard_id, version=None)
    lapse = _lapse(case)
    due = case.machine.escalations_due(case.state, now=case.now)
    for code in due:
        settle(case, (case.machine.fire(case.state, code),), Entry(), data={"by_itself": True}, tell=False)
    return due, lapse


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


def _tell_addressees(session: TenantSession, pack: Pack, fired: Counter[str]) -> None:
    """One notice for each escalation and person, however many hazards were taken up today."""
    for rule in [own for own in pack.lifecycle.escalations if fired[own.code]]:
        notify(
            session, to=addressees(session, pack, rule.to), kind="hazard.escalated",
            title=f"{rule.label}：今天有{fired[rule.code]}条隐患报到您这里", body=rule.list_label, link="/hazards?escalated=true&state=open",
        )  # fmt: skip


@dataclass
class _Counts:
    """What one person is told of."""

    late: int = 0
    soon: int = 0
    checks: int = 0


def _tell(session: TenantSession, pack: Pack) -> dict[str, int]:
    """At most one notice about limits and one about checks for each person and day, with counts; how many were told."""
    today = local_date(session.now())
    limit = and_(
        Hazard.clock_on <= today + timedelta(days=SOON_DAYS),
        Hazard.responsible_person_id.is_not(None),
    )
    due = and_(or_(limit, Hazard.check_due_on <= today), or_(Hazard.reminded_on.is_(None), Hazard.reminded_on < today))
    rows = session.execute(
        select(
            Hazard.canonical, Hazard.clock_on, Hazard.check_due_on, Hazard.responsible_person_id, Hazard.watcher_id, Hazard.school_id,
        ).where(due)
    ).all()  # fmt: skip
    keepers = keepers_of(session, pack, {row.school_id for row in rows if row.school_id and _looks(row, today)})
    counts: dict[UUID, _Counts] = defaultdict(_Counts)
    for row in rows:
        if row.responsible_person_id and row.clock_on and row.clock_on <= today + timedelta(days=SOON_DAYS):
            mine = counts[row.responsible_person_id]
            mine.late, mine.soon = mine.late + (row.clock_on < today), mine.soon + (row.clock_on >= today)
        for person in _lookers(row, keepers) if _looks(row, today) else ():
            counts[person].checks += 1
    # A remark of the reminder on the row is no change that anybody could lose a race to: the version stays.
    session.execute(update(Hazard).where(due).values(reminded_on=today).execution_options(synchronize_session=False))
    for person, count in counts.items():
        _notify(session, person, count)
    return {
        "told": sum(1 for count in counts.values() if count.late or count.soon),
        "checks": sum(1 for count in counts.values() if count.checks),
    }


def _looks(row: Any, today: date) -> bool:
    return row.check_due_on is not None and row.check_due_on <= today


def _lookers(row: Any, keepers: Mapping[UUID, frozenset[UUID]]) -> set[UUID]:
    """Who is to look: under control the watcher (else who answers for it), otherwise the keepers of the school's ledger."""
    if row.canonical == Canonical.RISK_CONTROLLED:
        watcher = row.watcher_id or row.responsible_person_id
        if watcher is not None:
            return {watcher}
    return set(keepers.get(row.school_id, ()))


def _notify(session: TenantSession, person: UUID, count: _Counts) -> None:
    if count.late or count.soon:
        parts = [f"{count.late}条已逾期"] if count.late else []
        parts += [f"{count.soon}条即将到期"] if count.soon else []
        notify(
            session, to=person, kind="hazard.overdue", title=f"您负责的隐患有{'、'.join(parts)}",
            body="请尽快整改；需要更久的，请办理延期或带险管控。", link="/hazards?todo=rectify",
        )  # fmt: skip
    if count.checks:
        notify(
            session, to=person, kind="hazard.check_due", title=f"有{count.checks}条隐患该检查管控或跟踪了",
            body="请到现场看一看，在隐患详情中登记管控检查或跟踪情况。", link="/hazards?todo=check",
        )  # fmt: skip
