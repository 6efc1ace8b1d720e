"""`xiaoan up` as a newcomer meets it: everything starts, serves, ends at Ctrl-C, and starts again with its data."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ports import free_port

ROOT = Path(__file__).parents[3]


@pytest.fixture
def home() -> Iterator[Path]:
    """Reachable for the servers' user, unlike pytest's own folders when root runs the tests."""
    made = Path(tempfile.mkdtemp(prefix="xiaoan-"))
    made.chmod(0o711)
    yield made / "var"
    shutil.rmtree(made)


def up(home: Path, port: int, log: Path) -> subprocess.Popen[bytes]:
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("XIAOAN_", "DATABASE_", "REDIS_"))
    }
    small = {"XIAOAN_WEB_WORKERS": "1", "XIAOAN_JOB_WORKERS": "1"}
    with log.open("wb") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "core.cli", "up", "--home", str(home), "--port", str(port)],
            cwd=ROOT, env=clean | small, stdout=out, stderr=subprocess.STDOUT,
        )  # fmt: skip


def serves(process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 200  # a busy machine is no fault of the product
    while "serves at" not in log.read_text():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_up_when_started_ended_and_started_again_then_it_serves_both_times(home: Path, tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    for start in ("first", "second"):
        process = up(home, port, log)
        try:
            serves(process, log)
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=60) as answer:
                assert answer.status == 200, start
            asked = [sys.executable, "-m", "core.cli", "db", "check", "--json"]
            beside = subprocess.run(
                asked,
                cwd=ROOT,
                env=os.environ | {"XIAOAN_HOME": str(home)},
                capture_output=True,
                text=True,
                check=False,
            )
            assert beside.stdout.strip() == "[]", "every command finds the running database by itself"
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(90)
        said = log.read_text()
        assert process.returncode == 0, said
        order = [said.index(f"{name} ended (") for name in ("beat", "web", "worker", "Redis", "PostgreSQL")]
        assert order == sorted(order), said
        assert not (home / "processes.json").exists()
