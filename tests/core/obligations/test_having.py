"""Duties that only those owe that have something: a bus in the register, a building on the way of the third party's report."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from core.access.actor import Coverage
from core.cli.due import due
from core.hooks.holdings import Holding
from core.hooks.manager import Plugins
from core.hooks.specs import impl
from core.http.paging import Paging
from core.kernel.obligations import Standing
from core.kernel.schoolyear import Span
from core.obligations.duties import meant
from core.obligations.queries import Asked, due_rows, due_sums, pack_duties, unit_tallies
from core.onboarding.preview import preview
from core.registers.feature import join, registers_of
from core.registers.services import create_entry, retire_entry
from core.tenancy.packs.preview import PlannedUnit
from plugins.fire.holdings import HOLDING
from plugins.fire.models import Acceptance
from tests.core.obligations.conftest import Fact, evidence_from, load_pack, plugins_with
from tests.factories.world import ROOT, World

ALL = Coverage(None)
DAY = date(2023, 10, 10)
TERM = Span(date(2023, 9, 1), date(2024, 1, 31))
DRILL = frozenset({"drill-bus"})
BUS = {"extra": {"plate": "皖L0001X", "fitted": True, "in_use": True, "up_to_standard": True}}


def plugins_of(*facts: Fact) -> Plugins:
    found = plugins_with([evidence_from(facts, activities=["drill", "fire_pass_report"])])
    join(found)
    return found


def rows(world: World, plugins: Plugins, asked: Asked) -> list[tuple[str, Standing]]:
    """By three ways that must agree: rows, sums by occurrence, sums by unit."""
    with world.session(read_only=True) as session:
        page = due_rows(session, plugins, coverage=ALL, asked=asked, paging=Paging(page_size=100))
        sums = due_sums(session, plugins, coverage=ALL, asked=asked)
        units = unit_tallies(session, plugins, coverage=ALL, asked=asked)
    assert sum(one.tally.total for one in sums) == page.total == sum(one.total for one in units.values())
    assert units.keys() == {row.unit_id for row in page.items}
    return [(row.unit_code, row.state) for row in page.items]


def test_bus_drill_is_owed_by_schools_with_a_bus_in_the_register(district: Callable[..., World]) -> None:
    world = district("yongqiao", on=DAY, schools=2)
    drilled = Fact(world.units["primary-1"], "drill", date(2023, 9, 20), ("bus_evacuation",))
    plugins, asked = plugins_of(drilled), Asked(TERM, codes=DRILL)
    registers = registers_of(plugins)
    assert rows(world, plugins, asked) == []
    buses = {}
    with world.session() as session:
        register = registers.get(session, "school_buses")
        for unit in ("primary-1", "kindergarten-2"):
            buses[unit] = create_entry(
                session,
                actor=world.system,
                registers=registers,
                register=register,
                unit_id=world.units[unit],
                given=BUS,
            )
    states = dict(rows(world, plugins, asked))
    assert states == {"primary-1": Standing.FULFILLED, "kindergarten-2": Standing.UNDER_WAY}
    with world.session() as session:
        register = registers.get(session, "school_buses")
        retire_entry(session, actor=world.system, register=register, entry_id=buses["kindergarten-2"], version=1)
    assert dict(rows(world, plugins, asked)) == {"primary-1": Standing.FULFILLED}, "no bus on the day it falls due"
    before = Asked(Span(DAY - timedelta(days=300), DAY - timedelta(days=30)), codes=DRILL)
    assert {code for code, _ in rows(world, plugins, before)} == {"primary-1", "kindergarten-2"}, "it had one then"
    with world.session(read_only=True) as session:
        duty = next(duty for duty in pack_duties(session) if duty.code == "drill-bus")
    assert meant(load_pack("yongqiao"), duty).endswith("（使用校车的）")


class Fire:
    @impl
    def register_holdings(self) -> tuple[Holding, ...]:
        return (HOLDING,)


def test_pass_report_is_owed_by_schools_with_a_building_on_that_way(district: Callable[..., World]) -> None:
    world = district("wujin", on=date(2020, 11, 1))
    asked = Asked(Span(date(2020, 12, 1), date(2020, 12, 31)), codes=frozenset({"fire-pass-report"}))
    plugins = plugins_of()
    untold = rows(world, plugins, asked)
    assert len(untold) > 5 and {state for _, state in untold} == {Standing.OPEN}, "nobody can tell: no breach"
    plugins.manager.register(Fire(), name="test.fire")
    assert rows(world, plugins, asked) == []
    with world.session() as session:
        for unit, path in (("primary-1", "B"), ("junior-1", "A")):
            stage = "assessment" if path == "B" else "make_up"
            session.add(
                Acceptance(unit_id=world.units[unit], building="教学楼", state="not_accepted", stage=stage, path=path)
            )
    assert rows(world, plugins, asked) == [("primary-1", Standing.UNDER_WAY)]


def test_before_a_district_is_taken_in_what_hangs_on_registers_is_named_and_not_counted(tmp_path: Path) -> None:
    roster = tmp_path / "名册.csv"
    roster.write_text("单位代码,单位名称,单位类型\nS001,第一小学,小学\n", encoding="utf-8")
    done = CliRunner().invoke(
        due, ["--pack", str(ROOT / "tenants/yongqiao"), "--roster", str(roster), "--from", "2023-09-01", "--to", "2024-01-31"],
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "drill-bus" not in done.stdout and "校车安全疏散演练" not in done.stdout
    assert "校车安全疏散演练" in done.stderr and "使用校车的" in done.stderr
    found = preview(load_pack("yongqiao"), [PlannedUnit("S001", "第一小学", "school", "primary")], first_day=DAY)
    (caution,) = [one for one in found.warnings if one.kind == "having"]
    assert caution.items == ("校车安全疏散演练（使用校车的）",)
    assert not any(one.code == "drill-bus" for one in found.falling)


@pytest.mark.parametrize(
    ("having", "fault"),
    [
        ("{label: 谁}", "one-holding"),
        ("{register: nothing, label: 谁}", "no-such-register"),
        ("{register: school_buses, where: [{field: colour, filled: true}], label: 谁}", "no-such-field"),
        ("{holding: fire_third_party_report, where: [{field: plate, filled: true}], label: 谁}", "no-register"),
        ("{holding: nothing, label: 谁}", "no-such-holding"),
    ],
)
def test_pack_when_it_asks_for_what_nobody_has_then_refused(tmp_path: Path, having: str, fault: str) -> None:
    from core.tenancy.packs.check import check

    folder = tmp_path / "yongqiao"
    folder.mkdir()
    (tmp_path / "layers").symlink_to(ROOT / "tenants/layers")
    for file in (ROOT / "tenants/yongqiao").glob("*.yaml"):
        (folder / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    text = (folder / "obligations.yaml").read_text(encoding="utf-8")
    asked = "having: {register: school_buses, label: 使用校车的}"
    assert asked in text
    (folder / "obligations.yaml").write_text(text.replace(asked, f"having: {having}"), encoding="utf-8")
    faults = check(folder, registers={}, holdings=frozenset({"fire_third_party_report"}))
    assert [one.code for one in faults if one.at.startswith("obligations")] == [fault]
