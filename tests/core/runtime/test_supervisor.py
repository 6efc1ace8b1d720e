"""The supervisor on small programs of these tests' own: restarts, order of the end, and no orphans whatever dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from core.runtime import server
from core.runtime.progress import Progress
from core.runtime.stack import AlreadyUp, Stack
from core.runtime.supervisor import Program, Supervisor

ROOT = Path(__file__).parents[3]

SCRIPT = """
import signal, subprocess, sys
from pathlib import Path
from core.runtime import server
from core.runtime.supervisor import Program, Supervisor

folder = Path(sys.argv[1])
CHILD = '''
import os, signal, sys, time
name, folder = sys.argv[1:]
def end(*_):
    print("bye", name, flush=True)
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
print("hello from", name, flush=True)
open(f"{folder}/{name}.{os.getpid()}", "w").close()
while True:
    time.sleep(0.05)
'''

def launch(name):
    command = [sys.executable, "-c", CHILD, name, str(folder)]
    return lambda: server.spawn(command, output=subprocess.PIPE, tethered=signal.SIGTERM)

supervisor = Supervisor()
with supervisor.signals():
    try:
        for name in ("first", "second"):
            supervisor.add(Program(name, launch(name), stop_timeout_s=5))
        supervisor.watch(lambda: None)
    finally:
        supervisor.stop()
"""


def pids(folder: Path, name: str) -> list[int]:
    return [int(path.suffix[1:]) for path in sorted(folder.glob(f"{name}.*"), key=lambda path: path.stat().st_mtime)]


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def eventually(happens: Callable[[], bool], within_s: float = 60) -> None:
    deadline = time.monotonic() + within_s
    while not happens():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.05)


@pytest.fixture
def started(tmp_path: Path) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    eventually(lambda: bool(pids(tmp_path, "first") and pids(tmp_path, "second")))
    return process


def test_supervisor_when_told_to_end_then_last_started_ends_first(
    started: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    started.send_signal(signal.SIGTERM)
    said = started.communicate(timeout=60)[0].decode()
    assert started.returncode == 0
    assert said.index("hello from first") < said.index("second ended") < said.index("first ended")
    assert "second     │ bye second" in said
    assert not any(alive(pid) for name in ("first", "second") for pid in pids(tmp_path, name))


def test_supervisor_when_a_program_dies_then_it_is_started_again(
    started: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    os.kill(pids(tmp_path, "first")[0], signal.SIGKILL)
    eventually(lambda: len(pids(tmp_path, "first")) == 2)
    assert len(pids(tmp_path, "second")) == 1
    started.send_signal(signal.SIGINT)
    assert "first ended with signal SIGKILL; again in 0.5 s" in started.communicate(timeout=60)[0].decode()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the next start cleans up")
def test_supervisor_when_it_is_killed_then_nothing_survives(started: subprocess.Popen[bytes], tmp_path: Path) -> None:
    started.kill()
    started.communicate(timeout=60)
    eventually(lambda: not any(alive(pid) for name in ("first", "second") for pid in pids(tmp_path, name)))


def test_supervisor_when_its_parent_dies_then_it_ends(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    # Whoever runs the tests under nohup hands down an ignored SIGHUP, and under nohup the supervisor outlives its parent.
    parent = (
        "import signal, subprocess, sys, time; signal.signal(signal.SIGHUP, signal.SIG_DFL);"
        " subprocess.Popen([sys.executable, *sys.argv[1:]]); time.sleep(60)"
    )
    command = [sys.executable, "-c", parent, str(script), str(tmp_path)]
    middle = subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    eventually(lambda: bool(pids(tmp_path, "second")))
    middle.kill()
    middle.wait()
    eventually(lambda: not any(alive(pid) for name in ("first", "second") for pid in pids(tmp_path, name)))


def test_supervisor_when_a_program_will_not_end_then_it_is_killed(tmp_path: Path) -> None:
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", deaf]
    log = tmp_path / "log"
    with log.open("wb") as out:
        supervisor = Supervisor(out)
        supervisor.add(Program("deaf", lambda: server.spawn(command, output=subprocess.PIPE), stop_timeout_s=0.5))

        def tick() -> None:
            if b"deaf\n" in log.read_bytes():
                os.kill(os.getpid(), signal.SIGTERM)

        with supervisor.signals():
            supervisor.watch(tick)
        supervisor.stop()
    assert "deaf did not end" in log.read_text()


def test_stack_when_another_serves_the_folder_then_refused(folder: Path) -> None:
    first = Stack(folder, Supervisor(), Progress())
    with first.alone(), pytest.raises(AlreadyUp), Stack(folder, Supervisor(), Progress()).alone():
        pass


def test_stack_when_a_killed_start_left_a_process_then_it_is_ended(folder: Path) -> None:
    left = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
    noted = {
        "web": {"pid": left.pid, "created": psutil.Process(left.pid).create_time()},
        "beat": {"pid": other.pid, "created": 1.0},  # a number that was given to another program since
    }
    (folder / "processes.json").write_text(json.dumps(noted))
    with Stack(folder, Supervisor(), Progress()).alone():
        assert not alive(left.pid)
        assert alive(other.pid)
    other.kill()
    other.wait()
    left.wait()


def test_stack_when_the_disk_is_full_then_it_goes_on_and_notes_its_processes_later(folder: Path) -> None:
    supervisor = Supervisor()
    stack = Stack(folder, supervisor, Progress())
    note, blocked = folder / "processes.json", folder / "processes.new"
    blocked.mkdir()  # nothing can be written there
    program = Program("sleeper", lambda: subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]))
    supervisor.add(program)
    try:
        stack.record()
        assert not note.exists()
        blocked.rmdir()
        stack.record()
        assert json.loads(note.read_text())["sleeper"]["pid"] == supervisor.pids()["sleeper"]
    finally:
        supervisor.stop()


def test_stack_when_servers_are_named_in_the_environment_then_none_are_started(folder: Path) -> None:
    stack = Stack(folder, Supervisor(), Progress())
    own = {"DATABASE_URL": "postgresql://xiaoan_app@db/x", "REDIS_URL": "redis://r:6379/0"}
    found = stack.start_servers(own)
    assert found["DATABASE_URL"] == own["DATABASE_URL"]
    assert found["REDIS_URL"] == own["REDIS_URL"]
    assert not stack.pair.postgres.data.exists()
