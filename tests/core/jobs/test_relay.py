"""From the outbox to the doorbell, with nothing lost and nobody starved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, text

from core.access.actor import Actor
from core.audit.services import record
from core.db.engines import Database
from core.db.sessions import ScopeBroken, TenantSession
from core.jobs.deliver import Subscriber
from core.jobs.models import DEAD, DONE, QUEUED, Job, OutboxRow
from core.jobs.relay import IN_FLIGHT, SHARE, Relay, move_outbox, take_due
from core.jobs.services import emit, enqueue
from core.kernel.clock import FixedClock
from core.kernel.events import Event
from tests.core.jobs.conftest import MakeWorks, effects
from tests.factories.bare import bare_tenant

Order = Callable[..., UUID]
Look = Callable[[UUID], Job]


class Bell:
    """Remembers who was rung; ``broken`` is a broker that is away."""

    def __init__(self) -> None:
        self.rung: list[tuple[int, UUID]] = []
        self.broken = False

    def __call__(self, *, tenant_id: int, job_id: UUID, kind: str) -> None:
        if self.broken:
            raise ConnectionError("away")
        self.rung.append((tenant_id, job_id))

    def of(self, tenant_id: int) -> list[UUID]:
        return [job_id for tenant, job_id in self.rung if tenant == tenant_id]


@pytest.fixture
def bell() -> Bell:
    return Bell()


@pytest.fixture
def relay(db: Database, bell: Bell) -> Callable[[], None]:
    """Turns until all is quiet."""
    relay = Relay(db, doorbell=bell, shifts=True)

    def run() -> None:
        while relay.turn():
            pass

    return run


def happened(session: TenantSession, topic: str = "test.happened", **payload: Any) -> Event:
    event = Event(topic=topic, tenant_id=session.tenant_id, at=session.now(), payload=payload)
    emit(session, event)
    return event


def test_emit_when_rolled_back_then_nobody_hears(
    db: Database, tenant_id: int, relay: Callable[[], None], bell: Bell
) -> None:
    with pytest.raises(RuntimeError), db.tenant(tenant_id) as session:
        happened(session)
        session.flush()
        raise RuntimeError
    relay()
    assert bell.of(tenant_id) == []


def test_emit_for_another_tenant_is_refused(db: Database, tenant_id: int, neighbour_id: int) -> None:
    with pytest.raises(ScopeBroken), db.tenant(tenant_id) as session:
        emit(session, Event("test.happened", neighbour_id, session.now(), {}))


def test_relay_delivers_each_event_once(
    db: Database, tenant_id: int, relay: Callable[[], None], bell: Bell, make_works: MakeWorks
) -> None:
    got: list[Event] = []
    with db.tenant(tenant_id) as session:
        event = happened(session, n=1)
    relay()
    relay()
    assert bell.of(tenant_id) == [event.id]
    runner = make_works(subscribers=(Subscriber("a", lambda session, event: got.append(event)),)).runner
    assert runner.run(tenant_id, event.id) == DONE
    assert runner.run(tenant_id, event.id) is None
    assert got == [event]


def test_relay_when_an_event_commits_late_then_it_is_not_skipped(
    db: Database, tenant_id: int, relay: Callable[[], None], bell: Bell
) -> None:
    with db.tenant(tenant_id) as slow:
        late = happened(slow)
        slow.flush()
        with db.tenant(tenant_id) as quick:
            early = happened(quick)
        relay()
        assert bell.of(tenant_id) == [early.id]
    relay()
    assert bell.of(tenant_id) == [early.id, late.id]


def test_deliver_when_one_subscriber_fails_then_the_others_work_stands_once(
    db: Database, clock: FixedClock, tenant_id: int, relay: Callable[[], None], make_works: MakeWorks
) -> None:
    bad = {"times": 1}

    def good(session: TenantSession, event: Event) -> None:
        record(session, actor=Actor.system(tenant_id, "good"), action="test.good", object_kind="t", object_id=1)

    def moody(session: TenantSession, event: Event) -> None:
        record(session, actor=Actor.system(tenant_id, "moody"), action="test.moody", object_kind="t", object_id=1)
        session.flush()
        if bad["times"]:
            bad["times"] -= 1
            raise RuntimeError("moody")

    with db.tenant(tenant_id) as session:
        event = happened(session)
    relay()
    runner = make_works(subscribers=(Subscriber("moody", moody), Subscriber("good", good))).runner
    assert runner.run(tenant_id, event.id) == QUEUED
    with db.tenant(tenant_id) as session:
        assert (effects(session, "test.good"), effects(session, "test.moody")) == (1, 0)
    clock.advance(timedelta(seconds=11))
    assert runner.run(tenant_id, event.id) == DONE
    with db.tenant(tenant_id) as session:
        assert (effects(session, "test.good"), effects(session, "test.moody")) == (1, 1)


def test_deliver_when_a_subscriber_never_succeeds_then_it_ends(
    db: Database, clock: FixedClock, tenant_id: int, relay: Callable[[], None], make_works: MakeWorks
) -> None:
    def never(session: TenantSession, event: Event) -> None:
        raise RuntimeError("never")

    with db.tenant(tenant_id) as session:
        event = happened(session, topic="job.dead")
    relay()
    runner = make_works(
        subscribers=(Subscriber("never", never), Subscriber("good", lambda session, event: None))
    ).runner
    states: list[str | None] = []
    while not states or states[-1] == QUEUED:
        states.append(runner.run(tenant_id, event.id))
        clock.advance(timedelta(minutes=2))
        assert len(states) < 10
    assert states[-1] == DEAD
    with db.tenant(tenant_id) as session:  # an alert that cannot be delivered does not alert
        assert session.scalar(select(func.count()).select_from(OutboxRow)) == 0


def test_relay_when_redis_is_away_then_rows_stay_and_are_rung_later(
    relay: Callable[[], None], bell: Bell, order: Order, look: Look, tenant_id: int
) -> None:
    job_id = order("test.x")
    bell.broken = True
    relay()
    assert look(job_id).rung_at is None
    bell.broken = False
    relay()
    assert bell.of(tenant_id) == [job_id]
    assert look(job_id).rung_at is not None


def test_sweep_when_a_ring_was_lost_then_it_is_rung_again_after_a_minute(
    db: Database, relay: Callable[[], None], bell: Bell, order: Order, age: Callable[..., None], tenant_id: int
) -> None:
    job_id = order("test.x")
    relay()
    Relay(db, doorbell=bell, shifts=True).sweep()
    relay()
    assert bell.of(tenant_id) == [job_id]
    age(job_id, 61)
    Relay(db, doorbell=bell, shifts=True).sweep()
    relay()
    assert bell.of(tenant_id) == [job_id, job_id]


def test_sweep_when_nothing_waits_in_the_broker_then_what_nobody_claimed_is_rung_again_at_once(
    db: Database, relay: Callable[[], None], bell: Bell, order: Order, age: Callable[..., None], tenant_id: int
) -> None:
    job_id = order("test.x")
    other_id = order("test.other")
    relay()
    idle = Relay(db, doorbell=bell, shifts=True, idle=lambda: ("test.x",))
    idle.sweep()
    relay()
    assert sorted(bell.of(tenant_id)) == sorted([job_id, other_id]), "whoever took the message has time to claim"
    for one in (job_id, other_id):
        age(one, 4)
    idle.sweep()
    relay()
    assert sorted(bell.of(tenant_id)) == sorted([job_id, other_id, job_id]), "the other's queue is not empty"


def test_take_due_when_a_tenant_is_noisy_then_it_waits_and_others_do_not(
    db: Database, tenant_id: int, neighbour_id: int, relay: Callable[[], None], bell: Bell
) -> None:
    with db.tenant(tenant_id) as session:
        for _ in range(IN_FLIGHT + 20):
            enqueue(session, kind="test.x", args={}, actor=None)
    relay()
    with db.tenant(neighbour_id) as session:
        enqueue(session, kind="test.x", args={}, actor=None)
    relay()
    assert (len(bell.of(tenant_id)), len(bell.of(neighbour_id))) == (IN_FLIGHT, 1)


def test_take_due_follows_the_tenants_clock_and_leaves_the_suspended(
    db: Database, clock: FixedClock, tenant_id: int, neighbour_id: int, bell: Bell, relay: Callable[[], None]
) -> None:
    year = timedelta(days=365)
    with db.platform() as session:
        session.execute(
            text("update app.tenants set clock_offset_s = :s where id = :id"),
            {"s": -int(year.total_seconds()), "id": tenant_id},
        )
        session.execute(text("update app.tenants set status = 'suspended' where id = :id"), {"id": neighbour_id})
    past = FixedClock(clock.now() - year)
    with db.tenant(tenant_id, clock=past) as session:
        now = enqueue(session, kind="test.x", args={}, actor=None)
        later = enqueue(session, kind="test.x", args={}, actor=None, run_after=session.now() + timedelta(hours=1))
    with db.tenant(neighbour_id) as session:
        enqueue(session, kind="test.x", args={}, actor=None)
    relay()
    assert (bell.of(tenant_id), bell.of(neighbour_id)) == ([now], [])
    clock.advance(timedelta(hours=2))
    relay()
    assert bell.of(tenant_id) == [now, later]


def test_enqueue_with_a_key_orders_once(order: Order, tenant_id: int) -> None:
    first = order("test.x", dedupe_key="k")
    assert order("test.x", dedupe_key="k") == first
    assert order("test.x") != order("test.x")


def test_platform_login_cannot_read_what_jobs_hold(db: Database, order: Order) -> None:
    order("test.x")
    with pytest.raises(Exception, match="permission denied"), db.platform() as session:
        session.execute(select(Job.args)).all()


def test_move_outbox_of_one_tenant_leaves_the_others(db: Database, tenant_id: int, neighbour_id: int) -> None:
    for tenant in (tenant_id, neighbour_id):
        with db.tenant(tenant) as session:
            happened(session)
    with db.tenant(tenant_id) as session:
        assert move_outbox(session) == 1
    with db.tenant(neighbour_id) as session:
        assert session.scalar(select(func.count()).select_from(OutboxRow)) == 1


def test_take_due_is_capped(db: Database, tenant_id: int) -> None:
    with db.tenant(tenant_id) as session:
        for _ in range(5):
            enqueue(session, kind="test.x", args={}, actor=None)
    with db.platform() as session:
        assert (
            len([row for row in take_due(session, shifts=True, in_flight=3, limit=1000) if row.tenant_id == tenant_id])
            == 3
        )


def test_take_due_when_everybody_has_much_to_do_then_the_last_tenant_is_served_too(
    db: Database, bell: Bell, relay: Callable[[], None]
) -> None:
    tenants = [bare_tenant(db) for _ in range(12)]
    for tenant in tenants:
        with db.tenant(tenant) as session:
            for _ in range(SHARE + 5):
                enqueue(session, kind="test.x", args={}, actor=None)
    with db.platform() as session:
        first = {row.tenant_id for row in take_due(session, shifts=True)}
        second = {row.tenant_id for row in take_due(session, shifts=True)}
    assert set(tenants) <= first | second


def test_take_due_when_the_queue_is_deep_then_waits(db: Database, tenant_id: int, neighbour_id: int) -> None:
    for tenant in (tenant_id, neighbour_id):
        with db.tenant(tenant) as session:
            for _ in range(3):
                enqueue(session, kind="test.x", args={}, actor=None)
    with db.platform() as session:
        waiting = session.scalar(select(func.count()).where(Job.state == QUEUED, Job.rung_at.is_not(None))) or 0
        assert len(take_due(session, shifts=True, depth=waiting + 2)) == 2
        assert len(take_due(session, shifts=True, depth=waiting + 2)) == 0
