"""The body of `xiaoan worker`: a Celery worker whose children open their own database connections."""

from __future__ import annotations

from collections.abc import Sequence

from celery.signals import worker_process_init

from core.jobs.celery import make_celery
from core.jobs.registry import QUEUES
from core.jobs.works import Works
from core.kernel.memory import settle
from core.settings import Settings


def run_worker(settings: Settings, works: Works, *, queues: Sequence[str] = QUEUES) -> None:
    """Works until SIGTERM, then finishes what is under way. Holds no platform login: it only ever enters tenants."""
    app = make_celery(settings, runner=works.runner)
    works.db.dispose()  # a connection that parent and children share would mix up their answers

    def start_clean(**_: object) -> None:
        works.db.dispose()

    settle()
    worker_process_init.connect(start_clean, weak=False)
    app.worker_main(
        [
            "--quiet", "worker", "--concurrency", str(settings.job_workers), "--queues", ",".join(queues), "--loglevel", "WARNING",
            "--without-gossip", "--without-mingle", "--without-heartbeat",
        ]
    )  # fmt: skip
