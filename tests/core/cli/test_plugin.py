"""`xiaoan plugin list`: what is installed, what is on, and for scripts the same as JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from core import cli
from core.audit.models import AuditEntry
from tests.factories.world import World

ROOT = Path(__file__).parents[3]


def xiaoan(environ: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "core.cli", *arguments],
        cwd=ROOT, env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", **environ}, capture_output=True, text=True, check=False,
    )  # fmt: skip


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def here(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Done]:
    """The command in this process: what a process of its own adds is shown where the tenant is unknown."""
    for name, value in environ.items():
        monkeypatch.setenv(name, value)

    def called(*arguments: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["xiaoan", *arguments])
        with pytest.raises(SystemExit) as left:
            cli.main()
        said = capsys.readouterr()
        return Done(int(left.value.code or 0), said.out, said.err)

    return called


def test_list_when_asked_for_a_tenant_then_says_what_is_on(here: Callable[..., Done], world: World) -> None:
    done = here("plugin", "list", "--tenant", world.tenant.slug, "--json")
    assert done.returncode == 0, done.stderr
    rows = {row["slug"]: row for row in json.loads(done.stdout)}
    assert len(rows) == 8
    assert (rows["fire"]["state"], rows["fire"]["variant"], rows["fire"]["fault"]) == ("on", "wujin", "")


def test_list_when_no_tenant_is_named_then_a_table_for_people(here: Callable[..., Done]) -> None:
    done = here("plugin", "list")
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


def test_on_off_and_let_in_when_said_then_done_and_logged(here: Callable[..., Done], world: World) -> None:
    slug = world.tenant.slug
    assert here("plugin", "off", "food", "--tenant", slug).returncode == 0
    done = here("plugin", "off", "food", "--tenant", slug)
    assert (done.returncode, "已经停用" in done.stderr) == (3, True)
    assert here("plugin", "on", "food", "--tenant", slug, "--from", "2020-01-01").returncode == 0
    done = here("plugin", "let-in", "food", "--tenant", slug)
    assert (done.returncode, "没有在本单位被隔离" in done.stderr) == (3, True)
    with world.session(read_only=True) as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "plugin.switched")).all()
        assert [entry.actor_name for entry in entries] == ["xiaoan plugin food"] * 2


def test_on_when_the_version_does_not_fit_then_3_and_why(environ: dict[str, str], world: World, tmp_path: Path) -> None:
    """A distribution beside the product's, as pip leaves it."""
    info = tmp_path / "toonew-2.0.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: toonew\nVersion: 2.0.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[xiaoan.plugins]\ntoonew = toonew\n", encoding="utf-8")
    (tmp_path / "toonew.py").write_text(
        'from core.sdk.hooks import PluginMeta\nMETA = PluginMeta("toonew", "太新", "", "2.0.0", ">=99")\n',
        encoding="utf-8",
    )
    there = {**environ, "PYTHONPATH": str(tmp_path)}
    done = xiaoan(there, "plugin", "on", "toonew", "--tenant", world.tenant.slug)
    assert done.returncode == 3, done.stderr
    assert ">=99" in done.stderr
    row = {row["slug"]: row for row in json.loads(xiaoan(there, "plugin", "list", "--json").stdout)}["toonew"]
    assert (row["state"], row["moment"], bool(row["since"]), bool(row["mend"])) == ("quarantined", "META", True, True)
