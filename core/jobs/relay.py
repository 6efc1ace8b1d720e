"""Moves events to jobs and rings the doorbell for jobs that are due; finds again what was lost on the way.

Runs with the platform login and works on what it sees, never on «id greater than the last»: ids are not in commit order.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

import structlog
from sqlalchemy import Interval, and_, cast, delete, func, literal, or_, select, true, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from core.db.engines import Database
from core.db.sessions import PlatformSession, ScopedSession
from core.jobs.deliver import DELIVER
from core.jobs.models import QUEUED, RUNNING, Job, OutboxRow
from core.jobs.runner import GRACE
from core.tenancy.models import Tenant

log = structlog.get_logger(__name__)

BATCH = 100
IN_FLIGHT = 50
"""Rung and unfinished jobs of one tenant: a noisy one waits in its own rows, not in everybody's queue."""
SHARE = 10
"""Jobs of one tenant in one round, so that a round reaches many."""
DEPTH = 1000
"""Rung and unclaimed jobs of everybody: the broker's queue is first in, first out, and must not grow long."""
UNHEARD = timedelta(seconds=60)
"""A rung job that nobody claimed for so long is rung again, however long the queue is."""
UNCLAIMED = timedelta(seconds=3)
"""So long between taking a message from the queue and claiming its job. Where the queue is empty and the job is not claimed,
whoever took the message is gone with it: a worker that was killed, or one whose database was away."""

ADDRESSEE = "for_tenant"
"""Payload key by which a tenant tells something to another: nobody writes across, a worker there takes it over."""
AT_ONCE = datetime(2000, 1, 1, tzinfo=UTC)
"""Due whatever the addressee's clock says: the sender's time means nothing there."""

Key = tuple[int, UUID]


class Doorbell(Protocol):
    """Tells some worker that a job is there. May raise anything: the row stays."""

    def __call__(self, *, tenant_id: int, job_id: UUID, kind: str) -> None: ...


class Relay:
    """``shifts``: tenants' clocks may be shifted (not in production). ``forgot``: whether the broker lost its memory
    since the last time it was asked. ``idle``: kinds of jobs of which no message waits in the broker."""

    def __init__(
        self, db: Database, *, doorbell: Doorbell, shifts: bool, forgot: Callable[[], bool] = lambda: False,
        idle: Callable[[], Collection[str]] = tuple,
    ) -> None:  # fmt: skip
        self._db, self._doorbell, self._shifts, self._forgot, self._idle = db, doorbell, shifts, forgot, idle

    def turn(self) -> bool:
        """One round: events to jobs, then ring; whether there may be more at once. Commits first, then rings."""
        with self._db.platform() as session:
            moved = move_outbox(session)
        with self._db.platform() as session:
            due = take_due(session, shifts=self._shifts)
        unrung = self._ring(due)
        if unrung:
            with self._db.platform() as session:
                unring(session, unrung)
        return moved == BATCH or bool(due and not unrung)

    def sweep(self) -> int:
        """Puts back what was rung and never heard, and what was begun and abandoned; returns how many."""
        forgotten, idle = self._forgot(), self._idle()
        with self._db.platform() as session:
            return sweep(session, unheard_for=timedelta(0) if forgotten else UNHEARD, idle=idle)

    def _ring(self, due: Sequence[Any]) -> list[Key]:
        for index, (tenant_id, job_id, kind) in enumerate(due):
            try:
                self._doorbell(tenant_id=tenant_id, job_id=job_id, kind=kind)
            except Exception as fault:  # noqa: BLE001  whatever the broker raises, the rows are the truth
                log.warning("the doorbell is silent", fault=repr(fault))
                return [(row[0], row[1]) for row in due[index:]]
        return []


def move_outbox(session: ScopedSession, *, limit: int = BATCH) -> int:
    """Events become jobs with the event's id, in one transaction; a second delivery of an id changes nothing."""
    columns = (OutboxRow.tenant_id, OutboxRow.id, OutboxRow.at, OutboxRow.topic, OutboxRow.payload)
    rows = session.execute(select(*columns).order_by(OutboxRow.id).limit(limit).with_for_update(skip_locked=True)).all()
    if not rows:
        return 0
    jobs = [
        {
            "tenant_id": payload.get(ADDRESSEE, tenant_id), "id": event_id, "kind": DELIVER, "cursor": {},
            "run_after": AT_ONCE if ADDRESSEE in payload else at, "created_at": at,
            "args": {"topic": topic, "at": at.isoformat(), "payload": payload},
        }
        for tenant_id, event_id, at, topic, payload in rows
    ]  # fmt: skip
    session.execute(insert(Job).on_conflict_do_nothing(), jobs)
    keys = [(row.tenant_id, row.id) for row in rows]
    session.execute(
        delete(OutboxRow)
        .where(tuple_(OutboxRow.tenant_id, OutboxRow.id).in_(keys))
        .execution_options(synchronize_session=False)
    )
    return len(rows)


def take_due(
    session: PlatformSession, *, shifts: bool, limit: int = BATCH, in_flight: int = IN_FLIGHT, depth: int = DEPTH
) -> Sequence[Any]:
    """Marks due jobs as rung and returns (tenant_id, id, kind), at most ``in_flight`` unfinished ones per tenant.

    Whoever has the fewest under way comes first: where everybody has much to do, nobody waits for all the others."""
    unclaimed = select(literal(1)).where(Job.state == QUEUED, Job.rung_at.is_not(None)).limit(depth).subquery()
    room = depth - (session.scalar(select(func.count()).select_from(unclaimed)) or 0)
    if room <= 0:
        return ()
    offset = cast(func.make_interval(0, 0, 0, 0, 0, 0, Tenant.clock_offset_s if shifts else 0), Interval)
    busy = (
        select(literal(1))
        .where(Job.tenant_id == Tenant.id, Job.state.in_((QUEUED, RUNNING)), Job.rung_at.is_not(None))
        .correlate(Tenant)
        .limit(in_flight)
        .subquery()
    )
    flying = select(func.count().label("n")).select_from(busy).lateral("flying")
    due = (
        select(Job.tenant_id, Job.id, Job.run_after)
        .where(
            Job.tenant_id == Tenant.id,
            Job.state == QUEUED,
            Job.rung_at.is_(None),
            Job.run_after <= literal(session.now()) + offset,
        )
        .correlate(Tenant, flying)
        .order_by(Job.run_after, Job.id)
        .limit(func.least(func.greatest(in_flight - flying.c.n, 0), SHARE))
        .with_for_update(skip_locked=True)
        .lateral("due")
    )
    picked = (
        select(due.c.tenant_id, due.c.id)
        .select_from(Tenant)
        .join(flying, true())
        .join(due, true())
        .where(Tenant.status == "active")
        .order_by(flying.c.n, due.c.run_after)
        .limit(min(limit, room))
        .subquery()
    )
    ring = (
        update(Job)
        .where(Job.tenant_id == picked.c.tenant_id, Job.id == picked.c.id)
        .values(rung_at=func.clock_timestamp())
        .returning(Job.tenant_id, Job.id, Job.kind)
        .execution_options(synchronize_session=False)
    )
    return session.execute(ring).all()


def unring(session: PlatformSession, keys: Sequence[Key]) -> None:
    session.execute(
        update(Job)
        .where(tuple_(Job.tenant_id, Job.id).in_(keys), Job.state == QUEUED)
        .values(rung_at=None)
        .execution_options(synchronize_session=False)
    )


def sweep(session: PlatformSession, *, unheard_for: timedelta = UNHEARD, idle: Collection[str] = ()) -> int:
    """Returns how many jobs were put back, of each sort 1,000 at most. ``idle``: kinds of which no message waits.

    A running job whose row is locked is being worked on, however old its heartbeat: SKIP LOCKED leaves it alone. To ring once
    too often does no harm: whoever comes second finds nothing to claim."""
    rung = func.clock_timestamp() - Job.rung_at
    unheard = and_(Job.state == QUEUED, or_(rung > unheard_for, and_(rung > UNCLAIMED, Job.kind.in_(sorted(idle)))))
    abandoned = and_(Job.state == RUNNING, Job.heartbeat_at < func.clock_timestamp() - GRACE)
    found = 0
    for lost in (unheard, abandoned):
        keys = select(Job.tenant_id, Job.id).where(lost).limit(1000).with_for_update(skip_locked=True).cte()
        again = (
            update(Job)
            .where(Job.tenant_id == keys.c.tenant_id, Job.id == keys.c.id)
            .values(state=QUEUED, rung_at=None)
            .execution_options(synchronize_session=False)
        )
        found += session.execute(again).rowcount  # type: ignore[attr-defined]  # an update gives a CursorResult
    return found
