"""`xiaoan due` as a dry run: a pack and a roster, no database."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from core.cli.due import due
from tests.core.obligations.conftest import load_pack
from tests.factories.world import ROOT

ROSTER = "单位代码,单位名称,单位类型\nS001,第一小学,小学\nK001,第一幼儿园,公办幼儿园\n"
DECEMBER = ["--from", "2018-12-01", "--to", "2018-12-31"]


def run(tmp_path: Path, *arguments: str) -> list[dict[str, object]]:
    roster = tmp_path / "名册.csv"
    roster.write_text(ROSTER, encoding="utf-8")
    done = CliRunner().invoke(
        due, ["--pack", str(ROOT / "tenants/tongyu"), "--roster", str(roster), *arguments, "--json"]
    )
    assert done.exit_code == 0, done.output
    rows: list[dict[str, object]] = json.loads(done.stdout)
    return rows


def test_due_when_dry_then_who_owes_what_and_why(tmp_path: Path) -> None:
    rows = [row for row in run(tmp_path, *DECEMBER) if row["obligation"] == "ten-day"]
    assert [(row["date"], row["org_code"]) for row in rows] == [
        (day, code) for day in ("2018-12-06", "2018-12-16", "2018-12-26") for code in ("S001", "K001")
    ]
    assert rows[0]["due_at"] == "2018-12-07T00:00:00+08:00"
    ten_day = next(report for report in load_pack("tongyu").reports if report.code == "ten-day")
    assert rows[0]["source"] == list(ten_day.clauses) and "TY-4.2-26" in ten_day.clauses
    assert {"title", "period", "org_name", "state"} <= set(rows[0])


def test_due_when_one_unit_is_asked_then_only_that(tmp_path: Path) -> None:
    assert {row["org_code"] for row in run(tmp_path, *DECEMBER, "--org", "K001")} == {"K001"}


def test_due_when_wrongly_asked_then_2() -> None:
    for arguments in ([], ["--tenant", "x", "--pack", str(ROOT / "tenants/tongyu")]):
        assert CliRunner().invoke(due, [*arguments, *DECEMBER]).exit_code == 2
    assert CliRunner().invoke(due, ["--tenant", "x", "--from", "2018-12-02", "--to", "2018-12-01"]).exit_code == 2
