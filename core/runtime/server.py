"""What an embedded server is to those who start and stop it, and how that is done. Knows neither PostgreSQL nor Redis."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from enum import Enum
from pathlib import Path
from typing import IO, Protocol

import psutil

from core.runtime.account import Account

LOG_LIMIT = 20 * 1024 * 1024
PR_SET_PDEATHSIG = 1
# Looked up once: nothing but the call itself may happen between fork and exec.
_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


class State(Enum):
    """Starting is not failing: recovery after a crash may take minutes."""

    STOPPED = "stopped"
    STARTING = "starting"
    READY = "ready"


class ServerFailed(RuntimeError):
    """A server ended during its start, or did not end at its stop. Carries the end of its log."""


class Server(Protocol):
    """One embedded server of one home."""

    name: str
    log: Path
    account: Account
    stop_signal: signal.Signals

    def prepare(self) -> None:
        """Write what it needs to start; clear what a crash left behind."""

    def command(self) -> list[str]:
        """The command that runs it in the foreground."""

    def state(self) -> State:
        """What it is doing now."""

    def pid(self) -> int | None:
        """Its process, if it runs."""


def spawn(
    command: list[str],
    *,
    account: Account | None = None,
    output: int | IO[bytes],
    tethered: signal.Signals | None = None,
    environ: dict[str, str] | None = None,
    cwd: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start a process in a session of its own, so that Ctrl-C reaches only the one who watches it.

    `tethered`: the signal it gets when this process dies, however it dies (Linux; elsewhere the next start cleans up).
    """
    switch = account is not None and not account.is_own
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        user=account.uid if account and switch else None,
        group=account.gid if account and switch else None,
        extra_groups=[] if switch else None,
        preexec_fn=_tether(tethered) if tethered else None,  # noqa: PLW1509  one C call, and only single-threaded callers
        env=environ,
        cwd=cwd,
    )


def start(
    server: Server, *, tethered: bool = False, timeout_s: float = 600, waiting: Callable[[float], None] | None = None
) -> subprocess.Popen[bytes] | None:
    """Start it and wait until it is ready. None: it ran already. Raises ServerFailed with the end of its log."""
    begun = time.monotonic()
    process: subprocess.Popen[bytes] | None = None
    while True:
        state = server.state()
        if state is State.READY:
            return process
        if process is None and state is State.STOPPED:
            server.prepare()
            process = spawn_server(server, tethered=tethered)
        elif process is not None and process.poll() is not None:
            # After kill -9 of a server its own children need a moment to notice and let go of shared memory.
            if time.monotonic() - begun > 15 or "still in use" not in _tail(server.log):
                raise ServerFailed(
                    f"{server.name} ended during its start; the end of {server.log}:\n{_tail(server.log)}"
                )
            process = None
            time.sleep(0.5)
        if time.monotonic() - begun > timeout_s:
            raise ServerFailed(f"{server.name} is not ready after {timeout_s:.0f} s; see {server.log}")
        if waiting:
            waiting(time.monotonic() - begun)
        time.sleep(0.03)


def release(process: subprocess.Popen[bytes] | None) -> None:
    """Let a server outlive this process: without this, Popen warns of a child that still runs."""
    if process is not None:
        process.returncode = 0


def stop(server: Server, *, timeout_s: float = 60) -> None:
    """End it; nothing happens if it does not run. Raises ServerFailed if it will not end."""
    pid = server.pid()
    if pid is None:
        return
    end(psutil.Process(pid), server.stop_signal, timeout_s=timeout_s)


def end(process: psutil.Process, how: signal.Signals, *, timeout_s: float) -> None:
    """Signal a process, wait, and kill it when it is too slow."""
    with suppress(psutil.NoSuchProcess):
        process.send_signal(how)
        if not _gone_within(process, timeout_s):
            process.kill()
            _gone_within(process, 10)


def _gone_within(process: psutil.Process, seconds: float) -> bool:
    """Containers often have no init that buries the dead: a zombie is gone too."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            process.wait(0.02)
            return True
        except psutil.TimeoutExpired:
            if process.status() == psutil.STATUS_ZOMBIE:
                return True
    return False


def spawn_server(server: Server, *, tethered: bool) -> subprocess.Popen[bytes]:
    """Run a prepared server, its output into its log."""
    if server.log.exists() and server.log.stat().st_size > LOG_LIMIT:
        server.log.replace(server.log.with_suffix(".log.1"))
    with server.log.open("ab") as log:
        return spawn(
            server.command(),
            account=server.account,
            output=log,
            tethered=server.stop_signal if tethered else None,
            # Nothing of this process's environment (secrets, locale) reaches a server.
            environ={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            cwd=Path("/"),
        )


def _tether(death: signal.Signals) -> Callable[[], None] | None:
    prctl = _prctl
    if prctl is None:
        return None
    parent = os.getpid()

    def tie() -> None:
        prctl(PR_SET_PDEATHSIG, int(death))
        if os.getppid() != parent:  # died between fork and here
            os._exit(1)

    return tie


def _tail(log: Path, lines: int = 15) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
