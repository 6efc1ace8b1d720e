"""The four ledgers: what they take, what their rules ask in each district, what the overview counts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from core.hooks.manager import build_plugins
from core.registers.catalogue import Registers
from core.registers.models import RegisterBreach
from core.registers.services.rules import check_rules
from core.sdk.domain import EVERYWHERE
from core.sdk.registers import RegisterRule
from core.tenancy.packs.check import load
from plugins.buildings.queries import building_numbers
from plugins.buildings.rules import BUILDINGS, CATEGORY_OF_POINT, EQUIPMENT, POINT_RULES, SITES, asked
from plugins.buildings.words import POINTS
from tests.core.orgs.ground import counted
from tests.factories.world import ROOT, World
from tests.plugins.buildings.ground import building, registered


def rules_in(slug: str) -> dict[str, RegisterRule]:
    every = (*BUILDINGS, *EQUIPMENT, *POINT_RULES, *SITES)
    return {rule.code: rule for rule in asked(load(ROOT / "tenants" / slug), every)}


@pytest.fixture(scope="module")
def registers() -> Registers:
    return Registers.of(build_plugins([]))


def failing(world: World, registers: Registers, slug: str) -> set[str]:
    """Rules that school A breaks after they were asked as the job does."""
    with world.session() as session:
        check_rules(session, registers=registers, register=registers.get(session, slug))
    open_ones = select(RegisterBreach.rule).where(
        RegisterBreach.register == slug,
        RegisterBreach.unit_id == world.units["school_a"],
        RegisterBreach.cleared_at.is_(None),
    )
    with world.session(read_only=True) as session:
        return set(session.scalars(open_ones))


def test_rules_when_the_notice_differs_then_each_district_has_its_own() -> None:
    wujin, sip, lianyun = rules_in("wujin"), rules_in("sip"), rules_in("lianyun")
    assert wujin["owned"].clauses == ("WJ-2.9-08",)
    assert sip["owned"].clauses == ("SIP-2.9-04",)
    assert "owned" not in lianyun, "its notice does not ask"
    assert {"garage_guarded", "river_bank_guarded"} <= wujin.keys()
    assert {"landslide_guarded", "geological_guarded"} <= sip.keys()
    assert not {"garage_guarded", "river_bank_guarded"} & sip.keys()
    law = {"closed", "treated", "lightning", "inspected", "dated", "registered", "fenced", "permitted"}
    assert law <= lianyun.keys(), "the law asks everywhere"
    assert lianyun["fenced"].clauses == ()
    assert lianyun["permitted"].confirm
    assert asked(None, SITES) == tuple(replace(rule, clauses=()) for rule in SITES), "without a pack the law alone"
    assert CATEGORY_OF_POINT.keys() == POINTS.keys()


def test_buildings_when_dangerous_ownerless_or_untested_then_the_rules_fail_until_mended(
    client: FlaskClient, world: World, registers: Registers
) -> None:
    made = registered(
        client, world, "buildings_buildings", name="旧宿舍", use="dormitory", in_use=True, appraisal_grade="D", appraised_on="2019-05-01",
        appraised_until="2020-05-01", lightning_protected=True, lightning_tested_on="2019-06-01",
    )  # fmt: skip
    assert failing(world, registers, "buildings_buildings") == {"closed", "owned", "appraised", "lightning"}
    mended = client.patch(
        f"/api/v1/registers/buildings_buildings/{made['id']}",
        json={"in_use": False, "owner": "区教育局", "lightning_tested_on": "2020-11-01"},
        headers={**world.headers("safety_a"), "If-Match": f'"{made["version"]}"'},
    )
    assert mended.status_code == 200, mended.get_data(as_text=True)
    assert failing(world, registers, "buildings_buildings") == set()


@pytest.mark.parametrize(
    ("register", "given", "broken"),
    [
        (
            "buildings_equipment",
            {"kind": "elevator", "name": "东侧电梯", "in_use": True, "next_inspection_on": "2020-10-01"},
            {"inspected", "registered"},
        ),
        ("buildings_points", {"kind": "low_ground", "spot": "操场西北角"}, {"low_ground_guarded"}),
        ("buildings_sites", {"name": "新建食堂", "fenced": False}, {"fenced", "permitted"}),
    ],
)
def test_ledgers_when_something_is_missing_then_said(
    client: FlaskClient, world: World, registers: Registers, register: str, given: dict[str, object], broken: set[str]
) -> None:
    registered(client, world, register, **given)
    assert failing(world, registers, register) == broken
    page = client.get(f"/registers/{register}", headers=world.headers("safety_a"))
    assert page.status_code == 200


def test_equipment_when_in_a_building_of_another_school_then_refused(client: FlaskClient, world: World) -> None:
    theirs = building(client, world, by="safety_b")
    answer = client.post(
        "/api/v1/registers/buildings_equipment",
        json={"unit_id": str(world.units["school_a"]), "kind": "boiler", "name": "锅炉", "building_id": theirs},
        headers={**world.headers("safety_a"), "Idempotency-Key": "anothers-building"},
    )
    assert answer.status_code == 422


@pytest.mark.parametrize("rows", [1, 3])
def test_numbers_when_counted_then_two_queries_and_only_ours(
    client: FlaskClient, world: World, neighbour: World, rows: int
) -> None:
    for number in range(rows):
        building(client, world, f"{number}号楼", appraisal_grade="C", dangerous_parts="外墙已围挡")
        building(client, neighbour, f"{number}号楼")
    registered(client, world, "buildings_sites", name="新建食堂", fenced=False)
    with world.session(read_only=True) as session, counted(session) as sent:
        stock = building_numbers(session, EVERYWHERE)
    assert len(sent) == 2
    assert (stock.buildings, stock.area, stock.dangerous, stock.unappraised) == (rows, 3200 * rows, rows, 0)
    assert (stock.grades, stock.sites, stock.sites_open) == ((("C", "C级（局部危险）", rows),), 1, 1)
    page = client.get("/buildings", headers=world.headers("safety_a")).get_data(as_text=True)
    assert "登记校舍" in page
