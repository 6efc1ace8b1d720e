"""Who asks: a lean HTTP client on one connection, and how many do so at the same time."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Ask = Callable[[], None]


class Refused(RuntimeError):
    """An answer that is not the one that was to be measured."""


@dataclass
class Line:
    """One connection, kept open. Requests are bytes that were made before the clock runs."""

    host: str
    port: int
    _line: socket.socket | None = field(default=None, repr=False)

    def ask(self, request: bytes, expected: int) -> bytes:
        """The body. Raises Refused for another status."""
        if self._line is None:
            self.open()
        assert self._line is not None
        self._line.sendall(request)
        data = b""
        while b"\r\n\r\n" not in data:
            more = self._line.recv(65536)
            if not more:
                raise Refused("the connection was closed")
            data += more
        head, _, body = data.partition(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        length = next((int(line[15:]) for line in lines if line.startswith(b"content-length:")), None)
        if length is None:
            raise Refused("an answer without a length")
        parts = [body]
        missing = length - len(body)
        while missing > 0:
            more = self._line.recv(262144)
            if not more:
                raise Refused("the connection was closed")
            parts.append(more)
            missing -= len(more)
        if int(head[9:12]) != expected:
            raise Refused(f"{head[9:12].decode()} for {request[:120]!r}: {b''.join(parts)[:500]!r}")
        if b"connection: close" in lines:
            self.close()
        return b"".join(parts)

    def open(self) -> None:
        self.close()
        self._line = socket.create_connection((self.host, self.port), 60)
        self._line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None


def request(method: str, path: str, *, headers: dict[str, str], body: Any = None) -> bytes:
    content = b"" if body is None else json.dumps(body).encode()
    own = {"Host": "127.0.0.1", "Accept-Language": "zh", **headers}
    if body is not None:
        own |= {"Content-Type": "application/json", "Content-Length": str(len(content))}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in own.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


def timed(asks: list[Ask]) -> list[float]:
    """Seconds of each, one client for each list entry's turn; for several clients see :func:`together`."""
    found = []
    for ask in asks:
        begun = time.perf_counter()
        ask()
        found.append(time.perf_counter() - begun)
    return found


def together(clients: list[list[Ask]]) -> list[float]:
    """Each client asks its own questions one after the other, all clients at the same time."""
    if len(clients) == 1:
        return timed(clients[0])
    found: list[float] = []
    faults: list[BaseException] = []
    ready = threading.Barrier(len(clients))

    def run(asks: list[Ask]) -> None:
        try:
            ready.wait()
            found.extend(timed(asks))
        except BaseException as fault:  # noqa: BLE001  handed to whoever waits
            faults.append(fault)

    threads = [threading.Thread(target=run, args=(asks,)) for asks in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return found
