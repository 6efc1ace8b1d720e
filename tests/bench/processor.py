"""Processor time of the servers, to the nanosecond: what a request costs, however many others share the machine."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from core.runtime.embedded import Embedded

PROC = Path("/proc")
T = TypeVar("T")


@dataclass(frozen=True)
class Processor:
    """``web``: pid of the process that keeps the web workers, if there is one; ``servers``: the data folder's PostgreSQL."""

    web: int | None
    servers: Embedded

    @staticmethod
    def known() -> bool:
        """Linux only; elsewhere nothing is told."""
        return (PROC / "self" / "schedstat").exists()

    def spent(self, act: Callable[[], T]) -> tuple[T, float]:
        """What ``act`` answers, and the seconds of processor time that web, database and this process spent meanwhile.

        Only where nobody asks is this process's part counted whole; it is that of a lean client.
        """
        if not self.known():
            return act(), 0.0
        before, own = self._now(), time.process_time()
        answer = act()
        own = time.process_time() - own
        servers = sum(spent - before.get(key, 0.0) for key, spent in self._now().items())
        return answer, servers + own

    def _now(self) -> dict[tuple[int, str], float]:
        """Seconds by (process, thread)."""
        found: dict[tuple[int, str], float] = {}
        for pid in self._pids():
            with suppress(OSError):
                for task in (PROC / str(pid) / "task").iterdir():
                    with suppress(OSError):
                        found[pid, task.name] = int((task / "schedstat").read_text().split()[0]) / 1e9
        return found

    def _pids(self) -> Sequence[int]:
        """The two and what they started, however far down."""
        found = {pid for pid in (self.web, self.servers.postgres.pid()) if pid}
        parents = dict(_parents())
        while more := {pid for pid, parent in parents.items() if parent in found} - found:
            found |= more
        return sorted(found)


def _parents() -> Iterator[tuple[int, int]]:
    """(process, its parent)"""
    for own in PROC.iterdir():
        if own.name.isdigit():
            with suppress(OSError):
                yield int(own.name), int((own / "stat").read_text().rpartition(")")[2].split()[1])
