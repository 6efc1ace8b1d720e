"""`xiaoan due` of a tenant, and as a dry run: a pack and a roster, no database."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from core.access.actor import Coverage
from core.app import feature_modules
from core.cli.due import due
from core.hooks.manager import build_plugins
from core.kernel.clock import FixedClock
from core.kernel.errors import NotFound
from core.kernel.schoolyear import Span
from core.obligations.queries import Asked, stream_rows
from core.records.services.entries import add_record
from core.records.services.writing import RecordFacts
from core.tenancy import shelf
from tests.core.obligations.conftest import load_pack
from tests.factories.world import ROOT, World

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


@pytest.fixture
def places(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch, world: World, clock: FixedClock) -> World:
    for name, value in {**environ, "XIAOAN_CLOCK": clock.at.isoformat()}.items():
        monkeypatch.setenv(name, value)
    return world


def of_tenant(world: World, *arguments: str) -> Result:
    asked = ["--tenant", world.tenant.slug, "--from", "2020-12-01", "--to", "2021-01-31", *arguments]
    return CliRunner().invoke(due, asked)


def test_due_of_a_tenant_says_what_its_units_owe_and_how_it_stands(places: World) -> None:
    with places.session() as session:
        held = date(2020, 11, 20)
        facts = RecordFacts(unit_id=places.units["school_a"], kind="training", topics=("skills",), held_on=held)
        add_record(session, actor=places.system, pack=shelf.current(session), facts=facts)
    done = of_tenant(places, "--json")
    assert done.exit_code == 0, done.output
    rows = json.loads(done.stdout)
    with places.session(read_only=True) as session:
        plugins = build_plugins(feature_modules())
        asked = Asked(Span(date(2020, 12, 1), date(2021, 1, 31)))
        expected = [
            (row.unit_code, row.expected.found.key, str(row.state))
            for row in stream_rows(session, plugins, coverage=Coverage(None), asked=asked)
            if row.due_on is not None
        ]
    told = [(row["org_code"], row["key"], row["state"]) for row in rows]
    assert told == expected
    assert [state for code, key, state in told if code == "S001" and key.startswith("skills-training@")] == [
        "fulfilled"
    ]
    one = of_tenant(places, "--org", "S001")
    assert one.exit_code == 0 and "S001" in one.output and "S002" not in one.output


def test_due_when_tenant_or_unit_is_unknown_then_said(places: World) -> None:
    assert isinstance(of_tenant(places, "--org", "nowhere").exception, NotFound)
    elsewhere = ["--tenant", "nowhere", "--from", "2020-12-01", "--to", "2020-12-31"]
    assert isinstance(CliRunner().invoke(due, elsewhere).exception, NotFound)
