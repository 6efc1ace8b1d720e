"""A job's effect happens once, whatever happens around it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from core.access.actor import Actor
from core.audit.models import AuditEntry
from core.audit.services import record
from core.db.engines import Database
from core.db.sessions import TenantSession
from core.jobs.handle import JobHandle, Superseded
from core.jobs.models import DEAD, DONE, FAILED, QUEUED, RUNNING, Job, OutboxRow
from core.jobs.registry import Registry, job
from core.jobs.relay import sweep
from core.jobs.services import enqueue
from core.kernel.clock import FixedClock
from core.kernel.errors import Invalid
from core.kernel.ids import new_id
from tests.core.jobs.conftest import MakeWorks, effects

Order = Callable[..., UUID]
Look = Callable[[UUID], Job]


def effect(session: TenantSession, handle: JobHandle, number: int = 0) -> None:
    record(session, actor=handle.actor, action="test.effect", object_kind="test", object_id=number)


@job("test.simple")
def simple(session: TenantSession, *, job: JobHandle, value: int) -> dict[str, int]:
    effect(session, job)
    return {"value": value}


def test_run_when_all_is_well_then_effect_and_done_are_one(
    db: Database, tenant_id: int, make_works: MakeWorks, order: Order, look: Look
) -> None:
    job_id = order("test.simple", args={"value": 7})
    runner = make_works(simple).runner
    assert runner.run(tenant_id, job_id) == DONE
    assert runner.run(tenant_id, job_id) is None
    row = look(job_id)
    assert (row.state, row.result, row.attempt) == (DONE, {"value": 7}, 1)
    with db.tenant(tenant_id) as session:
        assert effects(session, "test.effect") == 1


def test_run_when_a_person_ordered_it_then_its_entries_carry_who(
    db: Database, tenant_id: int, make_works: MakeWorks, order: Order
) -> None:
    person = new_id()
    somebody = Actor(tenant_id=tenant_id, person_id=person, name="测试", kind="person", grants=())
    with db.tenant(tenant_id) as session:
        ordered = enqueue(session, kind="test.simple", args={"value": 7}, actor=somebody)
    by_itself = order("test.simple", args={"value": 8})
    runner = make_works(simple).runner
    assert [runner.run(tenant_id, one) for one in (ordered, by_itself)] == [DONE, DONE]
    with db.tenant(tenant_id) as session:
        entries = session.execute(
            select(AuditEntry.request_id, AuditEntry.actor_kind, AuditEntry.actor_id, AuditEntry.actor_name)
        )
        found = {request: rest for request, *rest in entries}
    assert found[f"job:{ordered}"] == ["system", person, "test.simple"]
    assert found[f"job:{by_itself}"] == ["system", None, "test.simple"]


def test_run_when_rung_many_times_at_once_then_one_runs(
    db: Database, tenant_id: int, make_works: MakeWorks, order: Order
) -> None:
    job_id = order("test.simple", args={"value": 1})
    runner = make_works(simple).runner
    states: list[str | None] = []
    threads = [threading.Thread(target=lambda: states.append(runner.run(tenant_id, job_id))) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert states.count(DONE) == 1
    with db.tenant(tenant_id) as session:
        assert effects(session, "test.effect") == 1


def test_run_in_the_neighbours_name_then_nothing_happens(
    tenant_id: int, neighbour_id: int, make_works: MakeWorks, order: Order, look: Look
) -> None:
    job_id = order("test.simple", args={"value": 1})
    assert make_works(simple).runner.run(neighbour_id, job_id) is None
    assert look(job_id).state == QUEUED


def test_run_when_the_handler_breaks_then_three_attempts_and_dead_with_alert(
    db: Database, clock: FixedClock, tenant_id: int, make_works: MakeWorks, order: Order, look: Look
) -> None:
    @job("test.broken")
    def broken(session: TenantSession, *, job: JobHandle) -> None:
        effect(session, job)
        session.flush()
        raise RuntimeError("broken")

    job_id = order("test.broken")
    runner = make_works(broken).runner
    for wait, state in ((0, QUEUED), (10, QUEUED), (60, DEAD)):
        clock.advance(timedelta(seconds=wait - 1))
        if wait:
            assert runner.run(tenant_id, job_id) is None, "not before its time"
        clock.advance(timedelta(seconds=1))
        assert runner.run(tenant_id, job_id) == state
    assert runner.run(tenant_id, job_id) is None
    with db.tenant(tenant_id) as session:
        assert effects(session, "test.effect") == 0
        alerts = session.scalars(select(OutboxRow).where(OutboxRow.topic == "job.dead")).all()
        assert [alert.payload for alert in alerts] == [{"job_id": str(job_id), "kind": "test.broken"}]
    assert "broken" not in str(look(job_id).error)


def test_run_when_the_input_is_refused_then_failed_with_the_reason_and_no_retry(
    tenant_id: int, make_works: MakeWorks, order: Order, look: Look
) -> None:
    @job("test.refused")
    def refused(session: TenantSession, *, job: JobHandle) -> None:
        raise Invalid("第 %(row)s 行没有学校名称", row=3)

    job_id = order("test.refused")
    assert make_works(refused).runner.run(tenant_id, job_id) == FAILED
    assert look(job_id).error == "第 3 行没有学校名称"


def test_run_when_work_kills_its_process_then_it_is_counted_and_dies(
    db: Database, tenant_id: int, make_works: MakeWorks, order: Order, look: Look, age: Callable[..., None]
) -> None:
    @job("test.killer")
    def killer(session: TenantSession, *, job: JobHandle) -> None:
        raise KeyboardInterrupt  # like a kill: nothing is written afterwards

    job_id = order("test.killer")
    runner = make_works(killer).runner
    for attempt in (1, 2, 3):
        with pytest.raises(KeyboardInterrupt):
            runner.run(tenant_id, job_id)
        assert (look(job_id).state, look(job_id).attempt) == (RUNNING, attempt)
        assert runner.run(tenant_id, job_id) is None, "it may still be between two transactions"
        age(job_id, 4)
    with db.platform() as session:
        sweep(session)
    assert runner.run(tenant_id, job_id) == DEAD
    assert look(job_id).finished_at is not None


def test_run_of_an_unknown_kind_is_retried_for_a_rolling_update(
    tenant_id: int, make_works: MakeWorks, order: Order
) -> None:
    assert make_works().runner.run(tenant_id, order("test.newer")) == QUEUED


def test_checkpoint_when_killed_then_it_resumes_without_doubling(
    db: Database, tenant_id: int, make_works: MakeWorks, order: Order, look: Look, age: Callable[..., None]
) -> None:
    fail_at = {4}

    @job("test.long")
    def long(session: TenantSession, *, job: JobHandle) -> None:
        start = job.cursor.get("next", 0)
        for number in range(start, 6):
            effect(session, job, number)
            session.flush()
            if number in fail_at:
                fail_at.clear()
                raise KeyboardInterrupt
            job.checkpoint(done=number + 1, total=6, note=f"第 {number} 块", cursor={"next": number + 1})

    job_id = order("test.long")
    runner = make_works(long).runner
    with pytest.raises(KeyboardInterrupt):
        runner.run(tenant_id, job_id)
    row = look(job_id)
    assert (row.state, row.progress_done, row.progress_total, row.progress_note) == (RUNNING, 4, 6, "第 3 块")
    age(job_id, 4)
    assert runner.run(tenant_id, job_id) == DONE
    with db.tenant(tenant_id) as session:
        assert effects(session, "test.effect") == 6


def test_checkpoint_when_taken_over_then_the_old_runner_may_not_commit(
    db: Database, tenant_id: int, make_works: MakeWorks, order: Order, look: Look
) -> None:
    @job("test.slow")
    def slow(session: TenantSession, *, job: JobHandle) -> None:
        effect(session, job, 0)
        job.checkpoint(done=1)
        effect(session, job, 1)
        session.flush()
        session.rollback()  # its lock is gone, as after a pause; somebody else takes over
        with db.tenant(tenant_id) as other:
            other.scalars(select(Job).where(Job.id == job.id)).one().claim = UUID(int=1)
        effect(session, job, 2)
        with pytest.raises(Superseded):
            job.checkpoint(done=2)
        raise Superseded

    job_id = order("test.slow")
    assert make_works(slow).runner.run(tenant_id, job_id) is None
    with db.tenant(tenant_id) as session:
        assert effects(session, "test.effect") == 1
    assert look(job_id).state == RUNNING


def test_sweep_when_a_job_is_locked_then_it_is_left_alone_however_old(
    db: Database, tenant_id: int, make_works: MakeWorks, order: Order, look: Look
) -> None:
    swept: list[Any] = []

    @job("test.busy")
    def busy(session: TenantSession, *, job: JobHandle) -> None:
        job.checkpoint(done=1)
        with db.platform() as other:
            sweep(other)
            swept.append(look(job.id).state)

    job_id = order("test.busy")
    works = make_works(busy)
    assert works.runner.run(tenant_id, job_id) == DONE
    assert swept == [RUNNING]


def test_registry_refuses_what_is_no_job_and_doubles() -> None:
    with pytest.raises(ValueError, match="lacks @job"):
        Registry([print])
    with pytest.raises(ValueError, match="twice"):
        Registry([simple, simple])
    with pytest.raises(ValueError, match="no queue"):
        job("test.x", queue="fast")
