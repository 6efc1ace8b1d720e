"""Celery, set up as a doorbell: a message says «job X of tenant Y is there», and may be lost or come twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

import redis
from celery import Celery, Task
from kombu import Exchange, Queue

from core.jobs.registry import INTERACTIVE, QUEUES, Registry
from core.jobs.relay import Doorbell
from core.jobs.runner import Runner
from core.settings import Settings

TASK = "xiaoan.job"


class TenantMissing(TypeError):
    """A task was sent without saying whose it is."""


if TYPE_CHECKING:  # generic for the type checker only
    AnyTask = Task[Any, Any]
else:
    AnyTask = Task


class TenantTask(AnyTask):
    """Base of every task: refuses to be sent or run without ``tenant_id``."""

    abstract = True

    def apply_async(self, args: Any = None, kwargs: Any = None, *more: Any, **options: Any) -> Any:
        _require_tenant(kwargs)
        return super().apply_async(args, kwargs, *more, **options)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        _require_tenant(kwargs)
        return super().__call__(*args, **kwargs)


def _require_tenant(kwargs: Any) -> None:
    if not kwargs or not isinstance(kwargs.get("tenant_id"), int):
        raise TenantMissing(f"{TASK} needs tenant_id")


def make_celery(settings: Settings, *, runner: Runner | None = None) -> Celery[AnyTask]:
    """With ``runner`` the application of a worker; without, one that only rings."""
    app: Celery[AnyTask] = Celery("xiaoan", broker=settings.redis_url, task_cls=TenantTask, set_as_current=False)
    app.conf.update(
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        task_time_limit=600,
        task_soft_time_limit=540,
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        # Each with its own exchange and key: a queue without gets the default ones, and every job would come three times.
        task_queues=[Queue(name, Exchange(name), routing_key=name) for name in QUEUES],
        task_default_queue=INTERACTIVE,
        task_create_missing_queues=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        # longer than any task may take; lost messages are the sweeper's business, which is faster
        broker_transport_options={
            "global_keyprefix": f"{settings.redis_prefix}:",
            "visibility_timeout": 900,
            "unacked_restore_interval": 10,
            "unacked_restore_throttle": 1,
            "socket_timeout": 30,
            "socket_connect_timeout": 2,
            "health_check_interval": 25,
        },
        worker_soft_shutdown_timeout=60,
        worker_hijack_root_logger=False,
        worker_send_task_events=False,
    )
    if runner is not None:
        _register(app, runner)
    return app


def _register(app: Celery[AnyTask], runner: Runner) -> None:
    @app.task(name=TASK, shared=False)  # a shared task would appear in every application of the process
    def run(*, tenant_id: int, job_id: str) -> None:
        runner.run(tenant_id, UUID(job_id))


def doorbell(app: Celery[AnyTask], registry: Registry) -> Doorbell:
    """Rings through ``app``. Raises what the broker raises, at once: the relay keeps the row and comes again."""

    def ring(*, tenant_id: int, job_id: UUID, kind: str) -> None:
        app.send_task(
            TASK,
            kwargs={"tenant_id": tenant_id, "job_id": str(job_id)},
            queue=registry.queue(kind),
            retry=False,
            ignore_result=True,
        )

    return ring


def idling(settings: Settings, registry: Registry) -> Callable[[], tuple[str, ...]]:
    """Tells the kinds of jobs whose queue in the broker is empty. None of them while Redis is away."""
    client = redis.Redis.from_url(settings.redis_url, socket_timeout=2, socket_connect_timeout=2)

    def idle() -> tuple[str, ...]:
        try:
            with client.pipeline(transaction=False) as asked:
                for name in QUEUES:
                    asked.llen(f"{settings.redis_prefix}:{name}")
                waiting = dict(zip(QUEUES, asked.execute(), strict=True))
        except redis.RedisError:
            return ()
        return tuple(one.kind for one in registry if not waiting[one.queue])

    return idle


def forgetting(settings: Settings) -> Callable[[], bool]:
    """Tells a Redis that came back empty by a key that is no longer there: then everything is rung again at once
    instead of after a minute. False while Redis is away."""
    client = redis.Redis.from_url(settings.redis_url, socket_timeout=2, socket_connect_timeout=2)
    key = f"{settings.redis_prefix}:remembers"

    def forgot() -> bool:
        try:
            return bool(client.set(key, "1", nx=True))
        except redis.RedisError:
            return False

    return forgot
