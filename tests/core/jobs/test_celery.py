"""Celery is set up as the measurements demand, and no task runs for nobody."""

from __future__ import annotations

from dataclasses import replace

import pytest
import redis

from core.db.sessions import TenantSession
from core.jobs.celery import TASK, TenantMissing, idling, make_celery
from core.jobs.handle import JobHandle
from core.jobs.registry import BULK, job
from core.settings import Settings
from tests.core.jobs.conftest import MakeWorks


@job("test.quick")
def quick(session: TenantSession, *, job: JobHandle) -> None:
    """Waits in the queue interactive."""


@job("test.slow", queue=BULK)
def slow(session: TenantSession, *, job: JobHandle) -> None:
    """Waits in the queue bulk."""


@pytest.mark.parametrize("kwargs", [None, {}, {"job_id": "x"}, {"tenant_id": None}, {"tenant_id": "1"}])
def test_task_without_its_tenant_is_refused(
    settings: Settings, make_works: MakeWorks, kwargs: dict[str, object] | None
) -> None:
    task = make_celery(settings, runner=make_works().runner).tasks[TASK]
    with pytest.raises(TenantMissing):
        task.apply_async(kwargs=kwargs)
    with pytest.raises(TenantMissing):
        task(**(kwargs or {}))


def test_settings_are_those_that_lost_nothing(settings: Settings) -> None:
    conf = make_celery(settings).conf
    assert conf.task_acks_late and conf.task_reject_on_worker_lost and conf.task_ignore_result
    assert (conf.worker_prefetch_multiplier, conf.task_time_limit, conf.worker_soft_shutdown_timeout) == (1, 600, 60)
    options = conf.broker_transport_options
    assert options["visibility_timeout"] > conf.task_time_limit
    assert options["unacked_restore_interval"] * options["unacked_restore_throttle"] == 10
    assert options["global_keyprefix"] == f"{settings.redis_prefix}:"
    assert [queue.name for queue in conf.task_queues] == ["interactive", "bulk", "report"]


def test_idle_when_a_queue_is_empty_then_its_kinds_and_when_redis_is_away_then_none(
    settings: Settings, make_works: MakeWorks
) -> None:
    works = make_works(quick, slow)
    named = replace(settings, redis_prefix=f"{settings.redis_prefix}-idle")
    idle = idling(named, works.registry)
    with redis.Redis.from_url(settings.redis_url) as client:
        key = f"{named.redis_prefix}:bulk"
        assert {"test.quick", "test.slow"} <= set(idle())
        client.rpush(key, "a message")
        try:
            assert "test.quick" in idle() and "test.slow" not in idle()
        finally:
            client.delete(key)
    assert idling(replace(named, redis_url="redis://127.0.0.1:1/0"), works.registry)() == ()


def test_a_ringing_application_has_no_tasks(settings: Settings) -> None:
    assert TASK not in make_celery(settings).tasks
