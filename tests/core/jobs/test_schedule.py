"""What falls due, and replaying it."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import select, text, update

from core.audit.models import AuditEntry
from core.audit.services import record
from core.db.engines import Database
from core.db.sessions import TenantSession
from core.jobs.beat import tick
from core.jobs.due import run_due
from core.jobs.handle import JobHandle
from core.jobs.models import Job
from core.jobs.queries import job_card, job_cards
from core.jobs.registry import job
from core.jobs.schedule import Periodic, Schedule
from core.jobs.services import emit
from core.jobs.tasks import TIDY, tidy
from core.kernel.clock import LOCAL, FixedClock
from core.kernel.errors import NotFound
from core.kernel.events import Event
from core.tenancy.models import Tenant
from tests.core.jobs.conftest import MakeWorks

DAILY = Periodic("test.daily", daily_at=time(7, 30))
OFTEN = Periodic("test.often", every=timedelta(minutes=5))


@job("test.daily")
def daily(session: TenantSession, *, job: JobHandle) -> None:
    record(session, actor=job.actor, action="test.daily", object_kind="t", object_id=1)
    emit(session, Event("test.ran", session.tenant_id, session.now(), {}))


@job("test.often")
def often(session: TenantSession, *, job: JobHandle) -> None:
    pass


def kinds(db: Database, tenant_id: int) -> list[str]:
    with db.tenant(tenant_id) as session:
        return sorted(session.scalars(select(Job.kind)))


@pytest.mark.parametrize(
    ("at", "turn"),
    [
        (datetime(2020, 3, 1, 7, 29, tzinfo=LOCAL), None),
        (datetime(2020, 3, 1, 7, 30, tzinfo=LOCAL), "test.daily@2020-03-01"),
        (datetime(2020, 3, 1, 23, 59, tzinfo=LOCAL), "test.daily@2020-03-01"),
        (datetime(2020, 3, 2, 0, 1, tzinfo=LOCAL), None),
    ],
)
def test_turn_of_a_daily_kind_follows_the_local_day(at: datetime, turn: str | None) -> None:
    assert DAILY.turn(at) == turn


def test_periodic_needs_exactly_one_rhythm() -> None:
    with pytest.raises(ValueError, match="either"):
        Periodic("test.x")


def test_tick_orders_each_turn_once_and_no_second_while_one_waits(
    db: Database, clock: FixedClock, tenant_id: int, make_works: MakeWorks
) -> None:
    works = make_works(daily, often, periodics=(DAILY, OFTEN))
    tick(works, Schedule(works.periodics))
    schedule = Schedule(works.periodics)  # a restarted beat orders nothing again
    tick(works, schedule)
    tick(works, schedule)
    assert kinds(db, tenant_id) == ["test.daily", "test.often"]
    clock.advance(timedelta(minutes=5))
    tick(works, schedule)
    assert kinds(db, tenant_id) == ["test.daily", "test.often"]
    clock.advance(timedelta(days=1))
    tick(works, schedule)
    assert kinds(db, tenant_id) == ["test.daily", "test.daily", "test.often"]


def test_tick_leaves_out_other_kinds_of_tenants(db: Database, tenant_id: int, make_works: MakeWorks) -> None:
    bureau = Periodic("test.often", every=timedelta(minutes=5), tenants="bureau")
    works = make_works(often, periodics=(bureau,))
    tick(works, Schedule(works.periodics))
    assert kinds(db, tenant_id) == []


def test_run_due_runs_what_is_due_with_its_events_at_the_given_time(
    db: Database, tenant_id: int, neighbour_id: int, make_works: MakeWorks
) -> None:
    with db.tenant(tenant_id) as session:
        slug = session.execute(text("select slug from app.tenants where id = :id"), {"id": tenant_id}).scalar_one()
    works = make_works(daily, periodics=(DAILY,))
    at = datetime(2019, 4, 1, 9, tzinfo=LOCAL)
    assert [(one.kind, one.state) for one in run_due(works, as_of=at, tenant=slug)] == [
        ("test.daily", "done"),
        ("deliver_event", "done"),
    ]
    assert list(run_due(works, as_of=at, tenant=slug)) == []
    with db.tenant(tenant_id) as session:
        assert session.scalars(select(AuditEntry.at)).all() == [at]
    assert kinds(db, neighbour_id) == []


def test_run_due_when_no_time_is_given_then_the_tenants_own_now(
    db: Database, tenant_id: int, make_works: MakeWorks
) -> None:
    with db.platform() as session:
        moved = update(Tenant).where(Tenant.id == tenant_id).values(clock_offset_s=-2 * 365 * 86400)
        slug = session.scalars(moved.returning(Tenant.slug)).one()
    works = make_works(daily, periodics=(DAILY,))
    at = db.clock.now() - timedelta(days=2 * 365)
    assert [one.kind for one in run_due(works, as_of=None, tenant=slug)] == ["test.daily", "deliver_event"]
    with db.tenant(tenant_id) as session:
        assert session.scalars(select(AuditEntry.at)).all() == [at]


def test_tidy_deletes_what_is_long_over(db: Database, clock: FixedClock, tenant_id: int, make_works: MakeWorks) -> None:
    works = make_works(tidy, daily, periodics=(TIDY,))
    with db.tenant(tenant_id) as session:
        slug = session.execute(text("select slug from app.tenants where id = :id"), {"id": tenant_id}).scalar_one()
    for days in (0, 1):
        assert len(list(run_due(works, as_of=clock.now() + timedelta(days=days), tenant=slug))) == 1
    assert len(kinds(db, tenant_id)) == 2
    (ran,) = run_due(works, as_of=clock.now() + timedelta(days=40), tenant=slug)
    assert len(kinds(db, tenant_id)) == 1
    with db.tenant(tenant_id) as session:
        assert job_card(session, ran.job_id).result == {"deleted": 2}


def test_queries_page_and_hide_the_neighbours(
    db: Database, clock: FixedClock, tenant_id: int, neighbour_id: int, make_works: MakeWorks
) -> None:
    works = make_works(daily, periodics=(DAILY,))
    tick(works, Schedule(works.periodics))
    with db.tenant(tenant_id) as session:
        (card,), total = job_cards(session, kind="test.daily", state="queued")
        assert (total, card.percent, card.over) == (1, None, False)
    with db.tenant(neighbour_id) as session, pytest.raises(NotFound):
        job_card(session, card.id)
