"""One installation as ``xiaoan up`` runs it, in a data folder of its own, and its processes by name, to be killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import redis

from core.db.engines import Database
from core.runtime.embedded import Embedded
from core.runtime.stack import answers
from core.settings import Settings, load_settings
from tests.faults import poison
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
START_S = 600
"""A busy machine is no fault of the product."""
RATE_FACTOR = 1_000
"""A few people send what a whole district does, and two order all exports."""


class Site:
    """``folder`` must be reachable by the servers' user. Processes are those of the tree that was started here, no others.
    ``longer``: how many times as long as usual something is away, frozen or full."""

    def __init__(
        self, folder: Path, *, web_workers: int = 2, threads: int = 4, job_workers: int = 2, longer: float = 1.0
    ) -> None:
        self.folder, self.longer = folder, longer
        self.home = folder / "var"
        self.log = folder.with_suffix(".log")  # beside it: where the disk is full nobody could read what happens
        self.port = free_port()
        clean = {name: v for name, v in os.environ.items() if not name.startswith(("XIAOAN_", "DATABASE_", "REDIS_"))}
        self._environ = clean | {
            "XIAOAN_WEB_WORKERS": str(web_workers), "XIAOAN_WEB_THREADS": str(threads), "XIAOAN_JOB_WORKERS": str(job_workers),
            "XIAOAN_RATE_FACTOR": str(RATE_FACTOR), "PYTHONPATH": f"{poison.installed(folder)}{os.pathsep}{ROOT}",
        }  # fmt: skip
        self._tree: subprocess.Popen[bytes] | None = None

    @property
    def pair(self) -> Embedded:
        """The servers of this site. Asked anew each time: Redis may have come back on another port."""
        return Embedded.at(self.home)

    @property
    def settings(self) -> Settings:
        return load_settings(self.pair.environ())

    def database(self) -> Database:
        """With both logins, for whoever prepares and counts."""
        found = self.settings
        return Database(app=found.database_url, platform=found.database_url_platform, pool_size=2)

    def start(self) -> float:
        """Seconds until it serves. Raises RuntimeError with the log where it does not."""
        begun = time.monotonic()
        command = [sys.executable, "-m", "core.cli", "up", "--home", str(self.home), "--port", str(self.port)]
        with self.log.open("ab") as out:
            self._tree = subprocess.Popen(command, cwd=ROOT, env=self._environ, stdout=out, stderr=out)
        self.wait(self.serves, within_s=START_S)
        return time.monotonic() - begun

    def stop(self) -> None:
        """As Ctrl-C does. Whatever of the tree would not end is killed."""
        if self._tree is None:
            return
        tree = [psutil.Process(self._tree.pid), *psutil.Process(self._tree.pid).children(recursive=True)]
        self._tree.send_signal(signal.SIGINT)
        try:
            self._tree.wait(180)
        finally:
            for process in tree:
                with suppress(psutil.NoSuchProcess):
                    process.kill()

    def serves(self) -> bool:
        return answers(f"http://127.0.0.1:{self.port}")

    def wait(self, seen: Callable[[], Any], *, within_s: float) -> float:
        """Seconds waited. Raises RuntimeError with the end of the log when it does not happen or the site has ended."""
        begun = time.monotonic()
        while not seen():
            if time.monotonic() - begun > within_s or (self._tree is not None and self._tree.poll() is not None):
                raise RuntimeError(f"it never happened:\n{self.log.read_text(errors='replace')[-4000:]}")
            time.sleep(0.1)
        return time.monotonic() - begun

    def process(self, name: str) -> psutil.Process | None:
        """``web``, ``worker`` or ``beat``, if it runs; the servers by their own pid files."""
        if name == "PostgreSQL":
            pid = self.pair.postgres.pid()
        elif name == "Redis":
            pid = self.pair.redis.pid()
        else:
            known = json.loads((self.home / "processes.json").read_text(encoding="utf-8"))
            pid = known.get(name, {}).get("pid")
        with suppress(psutil.NoSuchProcess):
            return psutil.Process(pid) if pid else None
        return None

    def running(self, name: str) -> psutil.Process:
        """The same, waited for."""
        self.wait(lambda: self.process(name), within_s=120)
        found = self.process(name)
        assert found
        return found

    def children(self, name: str) -> list[psutil.Process]:
        """Of that program, once it has any."""
        found: list[psutil.Process] = []

        def seen() -> bool:
            with suppress(psutil.NoSuchProcess):
                found[:] = self.running(name).children(recursive=True)
            return bool(found)

        self.wait(seen, within_s=120)
        return list(found)

    def backends(self, login: str) -> list[psutil.Process]:
        """Server processes of the database that serve this login."""
        found = []
        for one in self.children("PostgreSQL"):
            with suppress(psutil.NoSuchProcess):
                if f"postgres: {login} " in " ".join(one.cmdline()):
                    found.append(one)
        return found

    @contextmanager
    def doorbell(self) -> Iterator[redis.Redis]:
        with redis.Redis.from_url(self.pair.redis.url, socket_timeout=5) as client:
            yield client
