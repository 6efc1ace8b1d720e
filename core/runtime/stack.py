"""The whole product on one machine: servers, web, worker and beat, put together for the supervisor.

Knows which programs there are and what settings each may see; how they are watched is the supervisor's.
"""

import fcntl
import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from core.runtime import server
from core.runtime.embedded import Embedded
from core.runtime.progress import Progress
from core.runtime.roles import ensure_roles
from core.runtime.supervisor import Program, Supervisor

HIDDEN = {
    "worker": {"DATABASE_URL_MIGRATE", "DATABASE_URL_PLATFORM"},
    "web": {"DATABASE_URL_MIGRATE", "DATABASE_URL_PLATFORM"},
    "beat": {"DATABASE_URL_MIGRATE"},
}
"""Programs in the order of their start, and the logins that each must not have."""


class AlreadyUp(RuntimeError):
    """Another `xiaoan up` serves this data folder."""


class Stack:
    """One data folder and what runs on it."""

    def __init__(self, folder: Path, supervisor: Supervisor, progress: Progress) -> None:
        self.pair = Embedded.at(folder)
        self._supervisor = supervisor
        self._progress = progress
        self._record = self.pair.home.folder / "processes.json"
        self._recorded: dict[str, int] = {}

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Refuses a second stack on this folder (AlreadyUp), and ends what one that was killed left behind."""
        with (self.pair.home.folder / "up.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as fault:
                raise AlreadyUp(f"another `xiaoan up` serves {self.pair.home.folder}") from fault
            self._end_leftovers()
            yield
            self._record.unlink(missing_ok=True)

    def start_servers(self, environ: Mapping[str, str]) -> dict[str, str]:
        """Start the embedded servers that `environ` does not replace by its own; return the settings that lead to them."""
        found = self.pair.environ()
        if not environ.get("DATABASE_URL"):
            with self._progress.step("PostgreSQL"):
                self._start(self.pair.postgres)
                ensure_roles(self.pair.postgres)
        if not environ.get("REDIS_URL"):
            with self._progress.step("Redis"):
                self._start(self.pair.redis)
                found = self.pair.environ()
        return found | {name: value for name, value in environ.items() if value}

    def start_programs(self, environ: Mapping[str, str], *, reload: bool = False) -> None:
        """Worker, web and beat; each sees only the database logins it needs."""
        for name, hidden in HIDDEN.items():
            # Python's hints to programmers are for the tests, not for whoever reads this terminal.
            quiet = {"PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": environ.get("PYTHONWARNINGS", "ignore")}
            seen = {key: value for key, value in environ.items() if key not in hidden} | quiet
            command = [sys.executable, "-m", "core.cli", name, *(["--reload"] if reload and name == "web" else [])]
            self._supervisor.add(Program(name, _launcher(command, seen)))
        self.record()

    def record(self) -> None:
        """Note which processes are ours, for a start after our own kill -9. On a full disk it is tried again: no reason to end."""
        pids = self._supervisor.pids()
        if pids == self._recorded:
            return
        known = {}
        for name, pid in pids.items():
            with suppress(psutil.NoSuchProcess):
                known[name] = {"pid": pid, "created": psutil.Process(pid).create_time()}
        fresh = self._record.with_suffix(".new")
        with suppress(OSError):
            fresh.write_text(json.dumps(known), encoding="utf-8")
            fresh.replace(self._record)
            self._recorded = pids

    def _start(self, one: server.Server) -> None:
        process = server.start(one, tethered=True, waiting=self._progress.waiting)
        if process is None:
            self._progress.note(f"    {one.name} runs already and is left running at the end")
            return

        def again() -> subprocess.Popen[bytes]:
            one.prepare()
            return server.spawn_server(one, tethered=True)

        self._supervisor.add(Program(one.name, again, stop_signal=one.stop_signal, stop_timeout_s=60), running=process)
        self.record()

    def _end_leftovers(self) -> None:
        try:
            known: dict[str, dict[str, float]] = json.loads(self._record.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return
        for name, noted in reversed(known.items()):
            with suppress(psutil.NoSuchProcess):
                process = psutil.Process(int(noted["pid"]))
                if abs(process.create_time() - noted["created"]) < 1:
                    self._progress.note(f"    ending {name}, left over from a start that was killed")
                    how = signal.SIGINT if name == self.pair.postgres.name else signal.SIGTERM
                    server.end(process, how, timeout_s=10)
                    with suppress(ProcessLookupError, PermissionError):
                        os.killpg(process.pid, signal.SIGKILL)


def answers(address: str) -> bool:
    """Whether the web process at this address is ready to serve."""
    try:
        with urllib.request.urlopen(f"{address}/health/ready", timeout=2) as reply:  # noqa: S310  our own http address
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _launcher(command: list[str], environ: dict[str, str]) -> Callable[[], subprocess.Popen[bytes]]:
    def launch() -> subprocess.Popen[bytes]:
        return server.spawn(command, output=subprocess.PIPE, tethered=signal.SIGTERM, environ=environ)

    return launch
