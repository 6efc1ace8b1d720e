"""Watches a set of processes as one foreground tree: passes their output on, restarts what dies, ends all in order.

Single-threaded on purpose: children are forked from here, and their logs, deaths and our signals meet in one loop.
Knows no program by name.
"""

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import FrameType
from typing import BinaryIO

STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
CALM_S = 60.0
"""A program that ran this long has recovered; its next death is a first one."""


@dataclass(frozen=True, slots=True)
class Program:
    """What to keep running. `launch` starts it, with its standard output a pipe if it is to be shown."""

    name: str
    launch: Callable[[], subprocess.Popen[bytes]]
    stop_signal: signal.Signals = signal.SIGTERM
    stop_timeout_s: float = 30.0


@dataclass(slots=True)
class _Child:
    program: Program
    process: subprocess.Popen[bytes] | None = None
    since: float = 0.0
    deaths: int = 0
    due: float = 0.0
    rest: bytes = field(default=b"", repr=False)


class Stopped(Exception):
    """A signal asked for the end while something else than watching was going on."""


class Supervisor:
    """Programs are started in the order in which they are added, and ended in the reverse order."""

    def __init__(self, out: BinaryIO | None = None) -> None:
        self._out = out or sys.stdout.buffer
        self._children: list[_Child] = []
        self._selector = selectors.DefaultSelector()
        self._asked = False
        self._watching = False
        self._parent = _watched_parent()

    def add(self, program: Program, running: subprocess.Popen[bytes] | None = None) -> None:
        """Keep `program` running from now on; `running` if the caller has started it already."""
        child = _Child(program, running, since=time.monotonic())
        self._children.append(child)
        if running is None:
            self._launch(child)

    @contextmanager
    def signals(self) -> Iterator[None]:
        """While it lasts, the signals that end a program end this one in order. May raise Stopped in the block."""
        before = {number: signal.getsignal(number) for number in STOPS}
        for number in STOPS:
            if number is not signal.SIGHUP or before[number] is not signal.SIG_IGN:  # nohup means: outlive the terminal
                signal.signal(number, self._on_signal)
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def watch(self, tick: Callable[[], None]) -> None:
        """Until a signal, or the death of the one who started us. `tick` is called a few times a second."""
        self._watching = True
        while not self._asked and not self._orphaned():
            self._pump(0.25)
            self._bury()
            tick()

    def stop(self) -> None:
        """End everything, last one first. Further signals change nothing: each program has its time limit."""
        self._asked = self._watching = True
        for child in reversed(self._children):
            process = child.process
            if process is None or process.poll() is not None:
                continue
            begun = time.monotonic()
            process.send_signal(child.program.stop_signal)
            while process.poll() is None and time.monotonic() - begun < child.program.stop_timeout_s:
                self._pump(0.05)
            if process.poll() is None:
                self._say(f"{child.program.name} did not end in {child.program.stop_timeout_s:.0f} s: killed")
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            self._pump(0)
            self._say(f"{child.program.name} ended ({time.monotonic() - begun:.1f} s)")
        self._children.clear()

    def pids(self) -> dict[str, int]:
        """Process of each program that runs."""
        return {c.program.name: c.process.pid for c in self._children if c.process and c.process.poll() is None}

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self._asked:
            return
        self._asked = True
        if not self._watching:
            raise Stopped(signal.Signals(number).name)

    def _orphaned(self) -> bool:
        return self._parent is not None and os.getppid() != self._parent

    def _launch(self, child: _Child) -> None:
        child.process = child.program.launch()
        child.since = time.monotonic()
        pipe = child.process.stdout
        if pipe is not None:
            os.set_blocking(pipe.fileno(), False)
            self._selector.register(pipe, selectors.EVENT_READ, child)

    def _bury(self) -> None:
        now = time.monotonic()
        for child in self._children:
            if child.process is not None and child.process.poll() is not None:
                lived = now - child.since
                child.deaths = 1 if lived > CALM_S else child.deaths + 1
                delay = min(30.0, 0.5 * 2 ** (child.deaths - 1))
                self._say(
                    f"{child.program.name} ended with {_reason(child.process.returncode)}; again in {delay:.1f} s"
                )
                child.process, child.due = None, now + delay
            elif child.process is None and now >= child.due:
                try:
                    self._launch(child)
                except OSError as fault:
                    child.deaths += 1
                    child.due = now + 30.0
                    self._say(f"{child.program.name} cannot be started: {fault}")

    def _pump(self, timeout_s: float) -> None:
        if not self._selector.get_map():
            time.sleep(timeout_s)
            return
        for key, _ in self._selector.select(timeout_s):
            child: _Child = key.data
            data = os.read(key.fd, 65536)
            if not data:
                self._selector.unregister(key.fileobj)
                key.fileobj.close()  # type: ignore[union-attr]  # only pipes are registered
                data = b"\n" if child.rest else b""
            *lines, child.rest = (child.rest + data).split(b"\n")
            for line in lines:
                self._write(child.program.name, line)

    def _say(self, text: str) -> None:
        self._write("xiaoan", text.encode())

    def _write(self, name: str, line: bytes) -> None:
        # The terminal may be gone; the programs go on until they are ended.
        with suppress(OSError):
            self._out.write(f"{name:<10} │ ".encode() + line + b"\n")
            self._out.flush()


def _watched_parent() -> int | None:
    """The process whose death ends us; None for a leader of its own session (systemd, setsid) and under nohup."""
    if os.getsid(0) == os.getpid() or signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        return None
    return os.getppid()


def _reason(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
