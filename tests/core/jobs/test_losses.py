"""With a real Redis, a real worker and a real beat, all of them killed: every effect happens, and happens once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import psutil
import pytest
import redis
from sqlalchemy import func, select

from core.audit.models import AuditEntry
from core.db.engines import Database
from core.jobs.models import DEAD, DONE, RUNNING, Job
from core.jobs.services import emit, enqueue
from core.kernel.clock import FixedClock
from core.kernel.events import Event
from core.runtime import server
from core.runtime.home import Home
from core.runtime.redis import RedisServer

ROOT = Path(__file__).parents[3]
pytestmark = [pytest.mark.timeout(240), pytest.mark.slow]


class Site:
    """The processes of one small installation."""

    def __init__(self, environ: dict[str, str], folder: Path) -> None:
        self.redis = RedisServer(Home(folder), durable=False)
        self.log = (folder / "log.txt").open("wb")
        server.release(server.start(self.redis))
        self.environ = {**environ, "REDIS_URL": self.redis.url, "XIAOAN_JOB_WORKERS": "2", "PATH": os.defpath}
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, role: str) -> None:
        command = [sys.executable, "-m", "tests.core.jobs.process", role]
        self.processes[role] = subprocess.Popen(command, cwd=ROOT, env=self.environ, stdout=self.log, stderr=self.log)

    def kill(self, role: str) -> None:
        """kill -9, children too."""
        process = self.processes.pop(role)
        for child in [*psutil.Process(process.pid).children(recursive=True), psutil.Process(process.pid)]:
            child.kill()
        process.wait()

    def kill_a_child(self) -> None:
        psutil.Process(self.processes["worker"].pid).children()[0].kill()

    def kill_redis(self) -> None:
        """kill -9; it keeps nothing, so everything in it is gone."""
        pid = self.redis.pid()
        assert pid
        process = psutil.Process(pid)
        process.kill()
        process.wait()

    def start_redis(self) -> None:
        server.release(server.start(self.redis))

    def close(self) -> None:
        for process in self.processes.values():
            process.send_signal(signal.SIGTERM)
        for role, process in list(self.processes.items()):
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill(role)
        if self.redis.pid():
            self.kill_redis()
        self.log.close()
        print(Path(self.log.name).read_text())  # shown when the test failed


def eventually(seen: Callable[[], object], *, within_s: float = 60) -> None:
    begun = time.monotonic()
    while not seen():
        assert time.monotonic() - begun < within_s
        time.sleep(0.05)


@pytest.fixture
def clock() -> FixedClock:
    """Real time: the processes of the site have it too."""
    return FixedClock(datetime.now(UTC))


@pytest.fixture
def site(own_environ: dict[str, str], tmp_path: Path) -> Iterator[Site]:
    found = Site(own_environ, tmp_path)
    yield found
    found.close()


@pytest.fixture
def many(db: Database, tenant_id: int) -> Callable[..., list[UUID]]:
    def run(count: int, kind: str = "test.effect", **args: object) -> list[UUID]:
        with db.tenant(tenant_id) as session:
            return [enqueue(session, kind=kind, args=args, actor=None) for _ in range(count)]

    return run


@pytest.fixture
def wait(db: Database, tenant_id: int) -> Callable[..., float]:
    def run(state: str, count: int, *, within_s: float) -> float:
        begun = time.monotonic()
        while True:
            with db.tenant(tenant_id) as session:
                found = session.scalar(select(func.count()).select_from(Job).where(Job.state == state)) or 0
            waited = time.monotonic() - begun
            if found >= count:
                return waited
            assert waited < within_s, f"{found} of {count} jobs are {state} after {within_s} s"
            time.sleep(0.05)

    return run


@pytest.fixture
def once(db: Database, tenant_id: int) -> Callable[[str, int], None]:
    """Every effect happened, none twice."""

    def check(action: str, count: int) -> None:
        with db.tenant(tenant_id) as session:
            objects = session.scalars(select(AuditEntry.object_id).where(AuditEntry.action == action)).all()
        assert (len(objects), len(set(objects))) == (count, count)

    return check


def test_losing_redis_and_the_worker_loses_nothing(
    site: Site, db: Database, tenant_id: int, many: Callable[..., list[UUID]], wait: Callable[..., float],
    once: Callable[[str, int], None], record_property: Callable[[str, object], None],
) -> None:  # fmt: skip
    site.start("beat")
    site.start("worker")
    many(30, pause=0.2)
    wait(DONE, 5, within_s=60)
    site.kill_redis()
    many(10, pause=0.0)  # the outbox and the rows do not need it
    with db.tenant(tenant_id) as session:
        emit(session, Event("test.happened", tenant_id, session.now(), {}))
    site.kill("worker")
    time.sleep(1)
    site.start_redis()
    site.start("worker")
    took = wait(DONE, 41, within_s=45)
    record_property("seconds until all was done after the return of Redis", round(took, 1))
    once("test.effect", 40)
    once("test.heard", 1)


def test_killing_a_child_mid_work_redoes_it_once_and_soon(
    site: Site, many: Callable[..., list[UUID]], wait: Callable[..., float], once: Callable[[str, int], None],
    tmp_path: Path,
) -> None:  # fmt: skip
    site.start("beat")
    site.start("worker")
    many(2, kind="test.held", until=str(tmp_path / "go"))
    wait(RUNNING, 2, within_s=60)
    site.kill_a_child()
    (tmp_path / "go").touch()
    wait(DONE, 2, within_s=60)
    once("test.effect", 2)


def test_long_work_resumes_where_it_was_and_poison_ends(
    site: Site, db: Database, tenant_id: int, many: Callable[..., list[UUID]], wait: Callable[..., float],
    once: Callable[[str, int], None],
) -> None:  # fmt: skip
    site.start("beat")
    site.start("worker")
    many(1, kind="test.long", chunks=8, pause=0.4)

    def progress() -> int:
        with db.tenant(tenant_id) as session:
            return session.scalar(select(Job.progress_done)) or 0

    eventually(lambda: progress() >= 3)
    site.kill("worker")
    many(1, kind="test.poison")
    site.start("worker")
    wait(DONE, 1, within_s=60)
    once("test.chunk", 8)
    wait(DEAD, 1, within_s=90)


def test_a_lost_message_is_rung_again(
    site: Site, many: Callable[..., list[UUID]], wait: Callable[..., float], once: Callable[[str, int], None]
) -> None:
    site.start("beat")
    many(1, pause=0.0)
    with redis.Redis.from_url(site.redis.url) as client:
        eventually(lambda: client.keys("*:interactive"))  # rung, and nobody there
        client.delete(*client.keys("*:interactive"))
        eventually(lambda: client.keys("*:interactive"), within_s=30)  # far sooner than UNHEARD
    site.start("worker")
    wait(DONE, 1, within_s=60)
    once("test.effect", 1)


@pytest.mark.parametrize("role", ["worker", "beat"])
def test_sigterm_ends_gracefully(
    site: Site, many: Callable[..., list[UUID]], wait: Callable[..., float], once: Callable[[str, int], None],
    tmp_path: Path, role: str,
) -> None:  # fmt: skip
    site.start("beat")
    site.start("worker")
    many(2, kind="test.held", until=str(tmp_path / "go"))
    wait(RUNNING, 2, within_s=60)
    site.processes[role].send_signal(signal.SIGTERM)
    (tmp_path / "go").touch()
    assert site.processes[role].wait(60) == 0
    wait(DONE, 2, within_s=2 if role == "worker" else 30)
    once("test.effect", 2)
