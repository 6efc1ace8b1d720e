"""`xiaoan pack` as scripts see it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from click.testing import CliRunner

from core.cli.pack import pack
from core.tenancy.packs.faults import Fault

Spoil = Callable[[str, str], tuple[Fault, ...]]


def test_check_when_right_then_zero_and_a_summary(folder: Path) -> None:
    result = CliRunner().invoke(pack, ["check", str(folder)])
    assert result.exit_code == 0
    assert "条款 5" in result.output


def test_check_when_wrong_then_one_and_file_and_line(folder: Path, spoil: Spoil) -> None:
    fault = spoil("initial: found", "initial: fund")[0]
    result = CliRunner().invoke(pack, ["check", str(folder)])
    assert result.exit_code == 1
    assert f"{folder}/pack.yaml:{fault.line}: " in result.output


def test_check_json_when_wrong_then_every_fault(folder: Path, spoil: Spoil) -> None:
    faults = spoil("initial: found", "initial: fund")
    result = CliRunner().invoke(pack, ["check", "--json", str(folder)])
    (verdict,) = json.loads(result.output)
    assert result.exit_code == 1
    assert verdict["ok"] is False
    assert verdict["faults"] == [fault.as_dict() for fault in faults]


def test_show_when_right_then_values_with_who_set_them(folder: Path) -> None:
    rows = json.loads(CliRunner().invoke(pack, ["show", "--json", str(folder)]).output)
    row = next(row for row in rows if row["key"] == "inspection.days")
    assert (row["value"], row["set_by"], row["confirm"]) == (7, "example", False)


def test_show_when_unconfirmed_then_only_what_waits(folder: Path) -> None:
    rows = json.loads(CliRunner().invoke(pack, ["show", "--unconfirmed", "--json", str(folder)]).output)
    assert {"at": "lifecycle.grades[0].deadline", "what": "一般隐患·期限", "note": "文件未写天数"} in rows


def test_show_when_wrong_then_faults_and_one(folder: Path, spoil: Spoil) -> None:
    spoil("initial: found", "initial: fund")
    result = CliRunner().invoke(pack, ["show", str(folder)])
    assert result.exit_code == 1
    assert "pack.yaml:" in result.stderr
