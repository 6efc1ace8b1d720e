"""Who sends: threads that post hazards, files and exports, and repeat each request with its key until it is acknowledged."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import uuid4

from tests.factories.world import World

ATTEMPT_S = 60.0
"""Of one try. New web workers take their time to start on a busy machine; to wait is not to be refused."""
GIVE_UP_S = 180.0
"""Of one request with all its repeats: an outage of the tests' length plus a busy machine."""
BACKOFF_S, MOST_BACKOFF_S = 0.1, 2.0
"""Between two tries; as long as the server says, within bounds."""
AGAIN = {409, 429, 502, 503, 504}
"""Answers after which a client tries again: under way, too many, not now."""
HAZARD, FILE, EXPORT = "hazard", "file", "export"
OPERATIONS = (HAZARD, FILE, EXPORT)
MIX = (84, 10, 6)
"""Percent of the operations above."""
BOUNDARY = "xiaoan-faults"


@dataclass(frozen=True)
class Sent:
    """One request with all its repeats. ``object_id`` None: never acknowledged. Times in seconds, ``at`` monotonic."""

    tenant_id: int
    operation: str
    key: str
    object_id: str | None
    attempts: int
    at: float
    took: float
    failures: tuple[str, ...]
    """Status or kind of the fault of each attempt that was none."""
    last_failure_at: float | None


@dataclass
class Load:
    """``people``: who sends, in turn. ``pause_s`` between two requests of a thread; ``mix``: percent of OPERATIONS."""

    port: int
    people: Sequence[tuple[World, str]]
    threads: int
    pause_s: float = 0.0
    mix: tuple[int, ...] = MIX
    give_up_s: float = GIVE_UP_S
    sent: list[Sent] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    """Answers that no client of this kind should get, by status and operation."""
    _over: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> Load:
        for number in range(self.threads):
            world, name = self.people[number % len(self.people)]
            thread = threading.Thread(target=self._work, args=(world, name), name=f"client {number}", daemon=True)
            self._threads.append(thread)
            thread.start()
        return self

    @property
    def acknowledged(self) -> int:
        return sum(one.object_id is not None for one in list(self.sent))

    def stop(self) -> None:
        """Each thread ends its request, repeats included."""
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _work(self, world: World, name: str) -> None:
        line = Line(self.port, world.headers(name))
        while not self._over.is_set():
            (operation,) = random.choices(OPERATIONS, self.mix)
            self.sent.append(self._until_acknowledged(line, world, operation))
            self._over.wait(self.pause_s)
        line.close()

    def _until_acknowledged(self, line: Line, world: World, operation: str) -> Sent:
        key = str(uuid4())
        path, headers, body = REQUESTS[operation](world, key)
        begun, failures, failed_at, object_id = time.monotonic(), [], None, None
        while time.monotonic() - begun < self.give_up_s:
            try:
                status, answer, after_s = line.post(path, {**headers, "Idempotency-Key": key}, body)
            except (OSError, http.client.HTTPException) as fault:
                line.close()
                after_s = 0.0
                failures.append(type(fault).__name__)
            else:
                if status in (200, 201):
                    object_id = json.loads(answer)["id"]
                    break
                failures.append(str(status))
                if status not in AGAIN:
                    self.refused[f"{status} {operation} {answer[:300].decode(errors='replace')}"] += 1
                    break
            failed_at = time.monotonic()
            time.sleep(max(BACKOFF_S, min(after_s, MOST_BACKOFF_S)))
        took = time.monotonic() - begun
        return Sent(
            world.tenant.id, operation, key, object_id, len(failures) + 1, begun, took, tuple(failures), failed_at
        )


class Line:
    """One kept-alive connection, opened anew after every fault."""

    def __init__(self, port: int, headers: dict[str, str]) -> None:
        self._port, self._headers = port, headers
        self._connection: http.client.HTTPConnection | None = None

    def post(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes, float]:
        """Status, body, and after how many seconds the server wants to be asked again. Raises OSError, HTTPException."""
        return self._ask("POST", path, headers, body)

    def get(self, path: str) -> tuple[int, bytes, float]:
        """The same."""
        return self._ask("GET", path, {}, b"")

    def _ask(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes, float]:
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=ATTEMPT_S)
        self._connection.request(method, path, body, {**self._headers, **headers})
        answer = self._connection.getresponse()
        return answer.status, answer.read(), float(answer.headers.get("Retry-After") or 0)

    def close(self) -> None:
        if self._connection is not None:
            with suppress(OSError):
                self._connection.close()
        self._connection = None


Made = tuple[str, dict[str, str], bytes]


def _hazard(world: World, key: str) -> Made:
    """Its title is the key, so that it can be found again."""
    body = {
        "unit_id": str(world.units["school_a"]), "domain": "fire", "category": "fire.other", "title": key, "description": "故障试验",
        "place": "一号楼", "grade": "general", "source": "self_check",
    }  # fmt: skip
    return "/api/v1/hazards", {"Content-Type": "application/json"}, json.dumps(body).encode()


def _file(world: World, key: str) -> Made:
    """Its name is the key; its bytes are its own."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nbefore\r\n--{BOUNDARY}\r\nContent-Disposition: '
    named = f'form-data; name="file"; filename="{key}.txt"\r\nContent-Type: text/plain\r\n\r\n'
    text = "".join(f"{number} {key}\n" for number in range(200))
    body = f"{head}{named}{text}\r\n--{BOUNDARY}--\r\n".encode()
    return "/api/v1/files", {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}, body


def _export(world: World, key: str) -> Made:
    """Orders a job that makes a file, as somebody who may. Few rows: what is tried here is the job, not the writing."""
    body = {"kind": "hazards", "format": "csv", "filters": {"grade": ["major"]}}
    return "/api/v1/exports", {"Content-Type": "application/json", **world.headers("head")}, json.dumps(body).encode()


REQUESTS: dict[str, Callable[[World, str], Made]] = {HAZARD: _hazard, FILE: _file, EXPORT: _export}
