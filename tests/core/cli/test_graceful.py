"""The web process ends and is replaced under load, as a real process: what is under way is finished, nobody is turned away."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
PATIENCE_S = 300
"""A busy machine takes its time to start a process; that is no refusal."""
WEB = (sys.executable, "-m", "core.cli", "web")


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    """The socket that systemd holds (xiaoan-web.socket): it outlives the process that serves it."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen(512)
        yield held


@contextmanager
def web(environ: dict[str, str], held: socket.socket, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Started as systemd starts it: the socket as descriptor 3, LISTEN_PID naming the process itself."""
    shell = f"exec 3<&{held.fileno()}; LISTEN_FDS=1 LISTEN_PID=$$ exec {' '.join(WEB)}"
    own = {"XIAOAN_ENV": "development", "XIAOAN_WEB_WORKERS": "2", "XIAOAN_WEB_THREADS": "4"}
    with log.open("ab") as out:
        process = subprocess.Popen(
            ["/bin/bash", "-c", shell], cwd=ROOT, env={**os.environ, **environ, **own}, pass_fds=[held.fileno()],
            stdout=out, stderr=out, start_new_session=True,
        )  # fmt: skip
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def asked(held: socket.socket, path: str = "/health/ready") -> int:
    """One request on a connection of its own, as a proxy without keep-alive sends it."""
    connection = http.client.HTTPConnection("127.0.0.1", held.getsockname()[1], timeout=PATIENCE_S)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def half_sent(held: socket.socket) -> socket.socket:
    """A request whose body is still on its way."""
    client = socket.create_connection(held.getsockname(), timeout=PATIENCE_S)
    client.sendall(
        b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        b"Content-Length: 40\r\nConnection: close\r\n\r\n" + b"login=somebody&"
    )
    return client


def accepted(held: socket.socket) -> None:
    """Waits until the server has taken every connection out of the socket's queue: there nobody would answer it any more."""
    deadline = time.monotonic() + PATIENCE_S
    while sys.platform == "linux" and _queued(held):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _queued(held: socket.socket) -> int:
    """Of a listening socket ``tcpi_unacked`` counts the connections that nobody has accepted yet (man 7 tcp, TCP_INFO)."""
    info = held.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 28)
    return int(struct.unpack_from("I", info, 24)[0])


def test_web_when_asked_to_end_then_the_request_under_way_is_answered(
    environ: dict[str, str], listening: socket.socket, tmp_path: Path
) -> None:
    with web(environ, listening, tmp_path / "log") as process:
        assert asked(listening) == 200
        with half_sent(listening) as client:
            accepted(listening)
            time.sleep(1)  # the server has begun to read it
            process.send_signal(signal.SIGTERM)
            time.sleep(1)
            client.sendall(b"password=not-the-password"[:25].ljust(25, b"x"))
            answer = b"".join(iter(lambda: client.recv(65536), b""))
        assert answer.startswith((b"HTTP/1.1 4", b"HTTP/1.1 2")), answer[:200]
        assert b"</html>" in answer, "whole"
        assert process.wait(40) == 0, (tmp_path / "log").read_text()


def test_web_when_reloaded_and_restarted_under_load_then_nobody_is_turned_away(
    environ: dict[str, str], listening: socket.socket, tmp_path: Path
) -> None:
    met: Counter[str] = Counter()
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            for path in ("/health/ready", "/sign-in"):
                try:
                    met[str(asked(listening, path))] += 1
                except OSError as fault:
                    met[repr(fault)] += 1

    clients = [threading.Thread(target=ask) for _ in range(4)]
    with web(environ, listening, tmp_path / "log") as first:
        assert asked(listening) == 200
        for client in clients:
            client.start()
        try:
            first.send_signal(signal.SIGHUP)  # new code, one worker after the other
            time.sleep(8)
            first.send_signal(signal.SIGTERM)  # new settings: a new process; connections wait in the socket meanwhile
            assert first.wait(60) == 0
            before = met.total()
            with web(environ, listening, tmp_path / "log") as second:
                while met.total() < before + 40:
                    assert second.poll() is None, (tmp_path / "log").read_text()
                    time.sleep(0.1)
                over.set()
                for client in clients:
                    client.join()
        finally:
            over.set()
    assert set(met) == {"200"} and met["200"] > 40, (met, (tmp_path / "log").read_text())
