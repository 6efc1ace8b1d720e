"""Runs the web process of the bench as ``xiaoan web`` does: gunicorn with threads, the same settings."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.http.shares import THREADS_FOR_ONE
from tests.bench.place import Place
from tests.bench.volume import NOW
from tests.ports import free_port

START_S = 240
"""A busy machine takes its time to start a process."""
WORKERS, THREADS = 2, 4
"""Requests worked on at the same time, by process and within it, as a process has them when nothing else is said."""


def environ(place: Place) -> dict[str, str]:
    """Settings of a process on that volume, its clock standing where the volume's does when it starts."""
    own = {**place.pair.environ(place.database), "XIAOAN_HOME": str(place.folder)}
    hidden = ("DATABASE_URL_MIGRATE", "DATABASE_URL_PLATFORM")
    return {
        **{name: value for name, value in own.items() if name not in hidden},
        "XIAOAN_REDIS_PREFIX": place.database,
        "XIAOAN_CLOCK": NOW.isoformat(),
        "XIAOAN_LOG_LEVEL": "warning",
        "XIAOAN_RATE_FACTOR": "0",
        "XIAOAN_WEB_THREADS": str(THREADS),
    }


@contextmanager
def served(place: Place, *, workers: int = WORKERS) -> Iterator[tuple[str, int, int]]:
    """Host, port and the process that keeps the workers. Side effects: a process group of its own, ended with the block."""
    port = free_port()
    command = [
        sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", str(workers), "--worker-class", "gthread",
        "--threads", str(THREADS * THREADS_FOR_ONE), "--timeout", "60", "--log-level", "warning", "--no-control-socket", "tests.bench.wsgi:application()",
    ]  # fmt: skip
    settings = {**os.environ, **environ(place)}
    log_file = place.folder / "web.log"
    with log_file.open("wb") as log:
        process = subprocess.Popen(command, env=settings, stdout=log, stderr=log)
    try:
        _wait(process, port, log_file)
        yield "127.0.0.1", port, process.pid
    finally:
        process.terminate()
        process.wait(30)


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), 1) as line:
                line.sendall(b"GET /bare HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                if line.recv(12).endswith(b"200"):
                    return
        except OSError:
            pass
        time.sleep(0.1)
    raise RuntimeError(f"the web process does not answer:\n{log.read_text(errors='replace')[-2000:]}")
