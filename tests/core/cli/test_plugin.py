"""`xiaoan plugin list`: what is installed, what is on, and for scripts the same as JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.factories.world import World

ROOT = Path(__file__).parents[3]


def xiaoan(environ: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "core.cli", *arguments],
        cwd=ROOT, env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", **environ}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_list_when_asked_for_a_tenant_then_says_what_is_on(environ: dict[str, str], world: World) -> None:
    done = xiaoan(environ, "plugin", "list", "--tenant", world.tenant.slug, "--json")
    assert done.returncode == 0, done.stderr
    rows = {row["slug"]: row for row in json.loads(done.stdout)}
    assert len(rows) == 8
    assert (rows["fire"]["state"], rows["fire"]["variant"], rows["fire"]["fault"]) == ("on", "wujin", "")


def test_list_when_no_tenant_is_named_then_a_table_for_people(environ: dict[str, str]) -> None:
    done = xiaoan(environ, "plugin", "list")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].split() == [
        "slug",
        "title",
        "version",
        "core_range",
        "state",
        "fault",
        "moment",
        "since",
        "mend",
    ]
    assert "消防安全" in done.stdout


def test_list_when_the_tenant_is_unknown_then_3(environ: dict[str, str]) -> None:
    done = xiaoan(environ, "plugin", "list", "--tenant", "nowhere")
    assert (done.returncode, done.stdout) == (3, "")
    assert "nowhere" in done.stderr
    assert "Traceback" not in done.stderr
