"""Whose turn it is: the requests that a web process works on at the same time, shared among the tenants that ask.

Threads go to whoever comes first; a district that sends without end would have them all. So a request waits here for its
turn before it opens anything: at most so many are worked on at once, of one tenant at most its share while others ask too,
and what becomes free goes to the tenant with the fewest under way. Each process shares out its own threads; what a tenant
may send in a minute is counted elsewhere (core.http.limits).
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from core.kernel.errors import Unavailable

THREADS_FOR_ONE = 4
"""Threads of a web process for each request that is worked on: the others wait for their turn and cost nothing."""
LATELY_S = 5.0
"""So long after its last request a tenant counts as one that asks."""
WAIT_S = 10.0
"""A turn that does not come in this time does not come."""
FORGET_AT = 1_000
"""Tenants remembered before the ones of long ago are forgotten."""


class Busy(Unavailable):
    """Too many requests of this tenant are waiting already, while others ask too."""

    default = "现在请求太多，请稍候再试"
    retry_after_s = 1


@dataclass(eq=False)
class _Waiting:
    tenant_id: int
    go: threading.Event = field(default_factory=threading.Event)


class Shares:
    """``at_once``: requests worked on at the same time; ``share``: of one tenant while others ask; ``most``: of one tenant,
    worked on or waiting, while others ask. A tenant that asks alone has everything. Thread-safe."""

    def __init__(
        self, *, at_once: int, share: int, most: int, wait_s: float = WAIT_S, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._at_once, self._share, self._most = at_once, share, max(most, share)
        self._wait_s, self._now = wait_s, now
        self._lock = threading.Lock()
        self._under_way: Counter[int] = Counter()
        self._waiting: list[_Waiting] = []
        self._asked_at: dict[int, float] = {}

    @classmethod
    def of(cls, threads: int, share: int) -> Shares:
        """Of a process that works on ``threads`` requests at once: half of its threads at most wait for one tenant."""
        return cls(at_once=threads, share=min(share, threads), most=threads * THREADS_FOR_ONE // 2)

    @contextmanager
    def turn(self, tenant_id: int) -> Iterator[None]:
        """Waits for a turn of this tenant and holds it. Raises Busy."""
        self._take(tenant_id)
        try:
            yield
        finally:
            with self._lock:
                self._under_way[tenant_id] -= 1
                if not self._under_way[tenant_id]:
                    del self._under_way[tenant_id]
                self._hand_on()

    def _take(self, tenant_id: int) -> None:
        with self._lock:
            self._note(tenant_id)
            mine = sum(1 for one in self._waiting if one.tenant_id == tenant_id)
            if not mine and self._free_for(tenant_id):
                self._under_way[tenant_id] += 1
                return
            if mine + self._under_way[tenant_id] >= self._most and self._others_ask(tenant_id):
                raise Busy()
            waiting = _Waiting(tenant_id)
            self._waiting.append(waiting)
        if waiting.go.wait(self._wait_s):
            return
        with self._lock:
            if waiting.go.is_set():  # in the very last moment
                return
            self._waiting.remove(waiting)
        raise Busy()

    def _free_for(self, tenant_id: int) -> bool:
        if self._under_way.total() >= self._at_once:
            return False
        return self._under_way[tenant_id] < self._share or not self._others_ask(tenant_id)

    def _others_ask(self, tenant_id: int) -> bool:
        other = next(
            (one for one in reversed(self._asked_at) if one != tenant_id), None
        )  # whoever asked last stands last
        return other is not None and self._asked_at[other] >= self._now() - LATELY_S

    def _hand_on(self) -> None:
        """Whoever has the fewest under way comes first, among equals who came first."""
        while True:
            fit = [one for one in self._waiting if self._free_for(one.tenant_id)]
            if not fit:
                return
            first = min(fit, key=lambda one: self._under_way[one.tenant_id])
            self._waiting.remove(first)
            self._under_way[first.tenant_id] += 1
            first.go.set()

    def _note(self, tenant_id: int) -> None:
        now = self._now()
        self._asked_at.pop(tenant_id, None)
        self._asked_at[tenant_id] = now
        if len(self._asked_at) > FORGET_AT:
            self._asked_at = {one: at for one, at in self._asked_at.items() if at >= now - LATELY_S}
