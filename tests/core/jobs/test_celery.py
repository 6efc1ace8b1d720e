"""Celery is set up as the measurements demand, and no task runs for nobody."""

from __future__ import annotations

import pytest

from core.jobs.celery import TASK, TenantMissing, make_celery
from core.settings import Settings
from tests.core.jobs.conftest import MakeWorks


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


def test_a_ringing_application_has_no_tasks(settings: Settings) -> None:
    assert TASK not in make_celery(settings).tasks
