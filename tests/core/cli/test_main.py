"""The command `xiaoan`: exit codes for scripts, one clear line for people."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from core import cli
from core.kernel.errors import Refused

ROOT = Path(__file__).parents[3]
DESK = {
    "XIAOAN_ENV": "development",
    "DATABASE_URL": "postgresql://xiaoan_app:a@127.0.0.1:1/x",
    "DATABASE_URL_BUREAU": "postgresql://xiaoan_bureau:b@127.0.0.1:1/x",
    "DATABASE_URL_MIGRATE": "postgresql://xiaoan_migrate:b@127.0.0.1:1/x",
    "REDIS_URL": "redis://:p@127.0.0.1:1/0",
}


def xiaoan(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    clean = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "XIAOAN_HOME": "/nonexistent", **environ}
    return subprocess.run(
        [sys.executable, "-m", "core.cli", *arguments], cwd=ROOT, env=clean, capture_output=True, text=True, check=False
    )


def test_xiaoan_when_asked_for_help_then_lists_its_commands() -> None:
    done = xiaoan("--help")
    assert done.returncode == 0
    assert {"up", "db", "embedded", "web", "worker", "beat", "settings"} <= {
        line.split()[0] for line in done.stdout.splitlines() if line
    }


def test_xiaoan_when_wrongly_used_then_2() -> None:
    for arguments in (["nonsense"], ["up", "--port", "0"], ["db", "revision"]):
        done = xiaoan(*arguments, **DESK)
        assert (done.returncode, done.stdout) == (2, "")
        assert "Traceback" not in done.stderr


def test_xiaoan_when_settings_are_wrong_then_2_and_every_fault() -> None:
    done = xiaoan("settings", **DESK | {"XIAOAN_PORT": "none", "REDIS_URL": "http://x"})
    assert done.returncode == 2
    assert "XIAOAN_PORT" in done.stderr
    assert "REDIS_URL" in done.stderr


def test_xiaoan_when_the_database_is_away_then_1_and_one_line() -> None:
    done = xiaoan("db", "migrate", **DESK)
    assert done.returncode == 1
    assert "does not answer" in done.stderr
    assert "Traceback" not in done.stderr


def test_xiaoan_when_the_migration_login_is_not_there_then_says_so() -> None:
    done = xiaoan("db", "migrate", **{name: value for name, value in DESK.items() if name != "DATABASE_URL_MIGRATE"})
    assert done.returncode == 2
    assert "DATABASE_URL_MIGRATE" in done.stderr


def test_settings_when_json_then_secrets_are_left_out() -> None:
    done = xiaoan("settings", "--json", **DESK)
    rows = {row["variable"]: row["value"] for row in json.loads(done.stdout)}
    assert rows["XIAOAN_PORT"] == "8000"
    assert rows["DATABASE_URL"] == "(set)"
    assert "xiaoan_app" not in done.stdout


def test_main_when_a_rule_refuses_then_3_and_the_fields(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(**_: object) -> None:
        raise Refused("%(slug)s 不能停用", slug="fire", fields={"slug": "先关闭检查"})

    monkeypatch.setattr(cli.xiaoan, "main", refuse)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == cli.REFUSED
    assert capsys.readouterr().err == "fire 不能停用\n  slug: 先关闭检查\n"


def test_main_when_the_fault_is_our_own_then_it_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(cli.xiaoan, "main", fail)
    with pytest.raises(ZeroDivisionError):
        cli.main()


def test_print_rows_when_chinese_then_columns_stay_in_line(capsys: pytest.CaptureFixture[str]) -> None:
    cli.print_rows([{"name": "武进", "n": 1}, {"name": "a", "n": None}], as_json=False)
    assert capsys.readouterr().out == "name  n\n武进  1\na\n"
