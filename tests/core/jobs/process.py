"""A real worker or beat process with the kinds of these tests: ``python -m tests.core.jobs.process worker|beat``."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

from core.audit.services import record
from core.db.engines import Database
from core.db.sessions import TenantSession
from core.jobs.beat import run_beat
from core.jobs.deliver import Subscriber, delivery
from core.jobs.handle import JobHandle
from core.jobs.registry import Registry, job
from core.jobs.runner import Runner
from core.jobs.worker import run_worker
from core.jobs.works import Works
from core.kernel.events import Event
from core.settings import load_settings
from core.tenancy.directory import Directory


@job("test.effect")
def effect(session: TenantSession, *, job: JobHandle, pause: float) -> None:
    record(session, actor=job.actor, action="test.effect", object_kind="job", object_id=job.id)
    session.flush()
    time.sleep(pause)


@job("test.held")
def held(session: TenantSession, *, job: JobHandle, until: str) -> None:
    """At work until there is a file of that name: as long as the test needs it, on any machine."""
    record(session, actor=job.actor, action="test.effect", object_kind="job", object_id=job.id)
    session.flush()
    while not Path(until).exists():
        time.sleep(0.05)


@job("test.long")
def long(session: TenantSession, *, job: JobHandle, chunks: int, pause: float) -> None:
    for number in range(job.cursor.get("next", 0), chunks):
        record(session, actor=job.actor, action="test.chunk", object_kind="chunk", object_id=number)
        session.flush()
        time.sleep(pause)
        job.checkpoint(done=number + 1, total=chunks, cursor={"next": number + 1})


@job("test.poison")
def poison(session: TenantSession, *, job: JobHandle) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def heard(session: TenantSession, event: Event) -> None:
    if event.topic == "test.happened":
        record(session, actor=_Subscriber(), action="test.heard", object_kind="event", object_id=event.id)


class _Subscriber:
    kind, person_id, name = "system", None, "subscriber"


def main(role: str) -> None:
    settings = load_settings(os.environ)
    db = Database(
        app=settings.database_url,
        platform=settings.database_url_platform if role == "beat" else None,
    )
    directory = Directory(db, shifts=True)
    registry = Registry([effect, held, long, poison, delivery(lambda session, event: [Subscriber("heard", heard)])])
    works = Works(db, directory, registry, (), Runner(db=db, directory=directory, registry=registry, settings=settings))
    if role == "worker":
        run_worker(settings, works)
    else:
        stop = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: stop.set())
        run_beat(settings, works, stop=stop)


if __name__ == "__main__":
    main(sys.argv[1])
