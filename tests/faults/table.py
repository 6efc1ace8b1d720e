"""The fault table (docs/faults.md): what is done to the processes while clients send. Nothing here looks at the outcome."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass

import psutil
import psycopg2
from sqlalchemy.engine import make_url

from core.db.roles import APP
from tests.faults.disk import Disk
from tests.faults.site import Site


@dataclass(frozen=True)
class Fault:
    """``act`` returns once the cause is gone; what the product adds to its length is the figure of interest.
    ``seamless``: no request may fail at all."""

    name: str
    title: str
    act: Callable[[Site, Disk | None], None]
    lasts_s: float = 0.0
    """How long the cause lasts of itself; times ``Site.longer``."""
    seamless: bool = False
    needs_disk: bool = False


def _kill(process: psutil.Process | None) -> None:
    with suppress(psutil.NoSuchProcess):
        if process is not None:
            process.kill()


def none(site: Site, disk: Disk | None) -> None:
    """Nothing: what the others are compared with."""


def web_worker(site: Site, disk: Disk | None) -> None:
    _kill(random.choice(site.children("web")))


def web_whole(site: Site, disk: Disk | None) -> None:
    master = site.running("web")
    for process in [master, *master.children(recursive=True)]:
        _kill(process)


def job_child(site: Site, disk: Disk | None) -> None:
    _kill(random.choice(site.children("worker")))


def job_worker(site: Site, disk: Disk | None) -> None:
    worker = site.running("worker")
    for process in [*worker.children(recursive=True), worker]:
        _kill(process)


def beat(site: Site, disk: Disk | None) -> None:
    _kill(site.running("beat"))


def backend(site: Site, disk: Disk | None) -> None:
    """The server takes the death of one of its processes for damaged memory: it ends them all and recovers."""
    site.wait(lambda: site.backends(APP), within_s=60)
    _kill(random.choice(site.backends(APP)))


def postmaster(site: Site, disk: Disk | None) -> None:
    _kill(site.running("PostgreSQL"))


def database_away(site: Site, disk: Disk | None) -> None:
    """Killed as often as it is started again."""
    until = time.monotonic() + AWAY_S * site.longer
    while time.monotonic() < until:
        with suppress(OSError, ValueError):
            _kill(site.process("PostgreSQL"))
        time.sleep(0.2)


def clock_forward(site: Site, disk: Disk | None) -> None:
    """All districts' clocks jump by more than a day; from then on they go on from there."""
    _jump(site, FORWARD_S)


def clock_back(site: Site, disk: Disk | None) -> None:
    """All districts' clocks are set back by half a minute, as by a time server: what was ordered in it waits for it again."""
    _jump(site, -BACK_S)
    time.sleep(BACK_S)


def _jump(site: Site, seconds: int) -> None:
    parts = make_url(site.pair.logins().migrate)
    with closing(
        psycopg2.connect(
            user=parts.username, password=parts.password, dbname=parts.database, host=parts.query.get("host", parts.host), port=parts.port
        )
    ) as connection:  # fmt: skip
        connection.autocommit = True
        connection.cursor().execute("update app.tenants set clock_offset_s = clock_offset_s + %s", (seconds,))


def database_frozen(site: Site, disk: Disk | None) -> None:
    """As a network that swallows everything: connections stay open and nobody answers."""
    frozen = [site.running("PostgreSQL"), *site.children("PostgreSQL")]
    for number in (signal.SIGSTOP, signal.SIGCONT):
        for process in frozen:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(number)
        if number is signal.SIGSTOP:
            time.sleep(FROZEN_S * site.longer)


def redis_flushed(site: Site, disk: Disk | None) -> None:
    with site.doorbell() as client:
        client.flushall()


def redis_killed(site: Site, disk: Disk | None) -> None:
    _kill(site.running("Redis"))


def redis_away(site: Site, disk: Disk | None) -> None:
    """Killed as often as it is started again."""
    until = time.monotonic() + AWAY_S * site.longer
    while time.monotonic() < until:
        _kill(site.process("Redis"))
        time.sleep(0.05)


def redis_frozen(site: Site, disk: Disk | None) -> None:
    """Takes connections and never answers: harder on its clients than one that is gone."""
    server = site.running("Redis")
    server.suspend()
    try:
        time.sleep(FROZEN_S * site.longer)
    finally:
        server.resume()


def disk_full(site: Site, disk: Disk | None) -> None:
    assert disk is not None
    try:
        disk.full()
        time.sleep(FULL_S * site.longer)
    finally:
        disk.freed()


def reload_web(site: Site, disk: Disk | None) -> None:
    """New code: gunicorn replaces its workers one by one while the socket stays open."""
    before = {process.pid for process in site.children("web")}
    site.running("web").send_signal(signal.SIGHUP)
    site.wait(lambda: not before & {process.pid for process in site.children("web")}, within_s=120)


def restart_programs(site: Site, disk: Disk | None) -> None:
    """SIGTERM to beat, worker and web, as on a new version; each is started again by the one who watches."""
    for name in ("beat", "worker", "web"):
        process = site.running(name)
        process.send_signal(signal.SIGTERM)
        site.wait(lambda gone=process: not gone.is_running() or gone.status() == psutil.STATUS_ZOMBIE, within_s=120)


FROZEN_S, AWAY_S, FULL_S = 10.0, 20.0, 20.0
FORWARD_S, BACK_S = 26 * 3600, 30
FAULTS = (
    Fault("none", "nothing (for comparison)", none, seamless=True),
    Fault("web-worker", "kill -9 of a web worker", web_worker),
    Fault("web", "kill -9 of the whole web process", web_whole),
    Fault("job-child", "kill -9 of a child of the job worker", job_child, seamless=True),
    Fault("job-worker", "kill -9 of the job worker and its children", job_worker, seamless=True),
    Fault("beat", "kill -9 of beat", beat, seamless=True),
    Fault("backend", "kill -9 of a database backend", backend),
    Fault("postmaster", "kill -9 of the postmaster", postmaster),
    Fault("database-away", f"database gone for {AWAY_S:.0f} s", database_away, lasts_s=AWAY_S),
    Fault("database-frozen", f"database stopped for {FROZEN_S:.0f} s (SIGSTOP)", database_frozen, lasts_s=FROZEN_S),
    Fault("redis-flushed", "FLUSHALL", redis_flushed, seamless=True),
    Fault("redis-killed", "kill -9 of Redis", redis_killed, seamless=True),
    Fault("redis-away", f"Redis gone for {AWAY_S:.0f} s", redis_away, lasts_s=AWAY_S, seamless=True),
    Fault(
        "redis-frozen", f"Redis stopped for {FROZEN_S:.0f} s (SIGSTOP)", redis_frozen, lasts_s=FROZEN_S, seamless=True
    ),
    Fault("disk-full", f"disk full for {FULL_S:.0f} s", disk_full, lasts_s=FULL_S, needs_disk=True),
    Fault("clock-forward", f"the districts' clocks jump {FORWARD_S // 3600} hours ahead", clock_forward, seamless=True),
    Fault("clock-back", f"the districts' clocks are set back by {BACK_S} s", clock_back, lasts_s=BACK_S, seamless=True),
    Fault("reload", "SIGHUP of the web process (rolling)", reload_web, seamless=True),
    Fault("restart", "SIGTERM of beat, worker and web, one after the other", restart_programs),
)
BY_NAME = {fault.name: fault for fault in FAULTS}
