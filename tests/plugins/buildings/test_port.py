"""Buildings and fire as the pair that meets at a port: either can be off, of a tenant or at installation."""

from __future__ import annotations

import re
from datetime import date, timedelta
from importlib.metadata import entry_points
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from core.app import create_app
from core.hooks.manager import GROUP, build_plugins
from core.kernel.clock import FixedClock
from core.sdk.domain import BUILDINGS, NullBuildingDirectory
from core.settings import Settings
from core.tenancy.models import PluginSwitch
from plugins.buildings.directory import Ledger
from tests.conftest import APP_CLOCK
from tests.core.orgs.ground import counted
from tests.factories.world import World
from tests.plugins.buildings.ground import building

PLACE = {"name": "学生食堂", "kind": "学生食堂"}


def add_place(client: FlaskClient, world: World, **given: Any) -> Any:
    body = {"unit_id": str(world.units["school_a"]), **PLACE, **given}
    headers = {**world.headers("safety_a"), "Idempotency-Key": str(uuid4())}
    return client.post("/api/v1/fire/places", json=body, headers=headers)


def switch_off(world: World, slug: str) -> None:
    with world.session() as session:
        session.get_one(PluginSwitch, (world.tenant.id, slug)).on_until = date(2020, 11, 25)


def options(page: str) -> list[str]:
    found = re.search(r'<select[^>]*name="building_id".*?</select>', page, re.DOTALL)
    return re.findall(r"<option[^>]*>\s*([^<]*?)\s*</option>", found.group(0)) if found else []


def test_place_when_buildings_are_offered_then_chosen_and_named(client: FlaskClient, world: World) -> None:
    chosen = building(client, world)
    building(client, world, "旧礼堂", in_use=False)
    building(client, world, "别家的楼", by="safety_b")
    page = client.get("/fire/places/new", headers=world.headers("safety_a")).get_data(as_text=True)
    assert [word for word in options(page) if "楼" in word or "礼堂" in word] == ["第一小学 · 一号教学楼"], (
        "own ones, those in use"
    )
    made = add_place(client, world, building_id=chosen).get_json()
    assert (made["building_id"], made["building"]) == (chosen, "一号教学楼")
    shown = client.get(f"/fire/places/{made['id']}", headers=world.headers("safety_a")).get_data(as_text=True)
    assert "教学楼 · 框架结构 · 4层" in shown


def test_place_when_the_building_is_another_schools_then_refused(client: FlaskClient, world: World) -> None:
    theirs = building(client, world, by="safety_b")
    answer = add_place(client, world, building_id=theirs)
    assert (answer.status_code, "building_id" in answer.get_data(as_text=True)) == (422, True)


def test_place_when_buildings_are_off_then_words_and_the_chosen_one_keeps_its_name(
    client: FlaskClient, world: World, neighbour: World
) -> None:
    chosen = building(client, world)
    before = add_place(client, world, building_id=chosen).get_json()
    switch_off(world, "buildings")
    headers = world.headers("safety_a")
    assert client.get("/buildings", headers=headers).status_code == 404
    assert client.get("/api/v1/registers/buildings_buildings", headers=headers).status_code == 404
    page = client.get("/fire/places/new", headers=headers).get_data(as_text=True)
    assert 'name="building_id"' not in page
    assert 'name="building"' in page
    refused = add_place(client, world, name="宿舍", building_id=chosen)
    assert refused.status_code == 422, "what nobody offers cannot be chosen"
    worded = add_place(client, world, name="宿舍", building="西侧宿舍楼").get_json()
    assert (worded["building"], worded["building_id"]) == ("西侧宿舍楼", None)
    old = client.get(f"/api/v1/fire/places/{before['id']}", headers=headers).get_json()
    assert (old["building"], old["building_id"]) == ("一号教学楼", chosen)
    form = client.get(f"/fire/places/{before['id']}/edit", headers=headers).get_data(as_text=True)
    assert 'value="一号教学楼"' in form
    building(client, neighbour)
    theirs = client.get("/fire/places/new", headers=neighbour.headers("safety_a")).get_data(as_text=True)
    assert "第一小学 · 一号教学楼" in options(theirs), "off in one district, on in the next"


def test_buildings_when_fire_is_off_then_work_alone(client: FlaskClient, world: World) -> None:
    switch_off(world, "fire")
    headers = world.headers("safety_a")
    assert client.get("/fire", headers=headers).status_code == 404
    building(client, world)
    assert "一号教学楼" in client.get("/registers/buildings_buildings", headers=headers).get_data(as_text=True)
    assert client.get("/buildings", headers=headers).status_code == 200


@pytest.mark.parametrize(("missing", "there"), [("buildings", "/fire/places/new"), ("fire", "/buildings")])
def test_pair_when_one_is_not_installed_then_the_other_serves(
    settings: Settings, client: FlaskClient, world: World, missing: str, there: str
) -> None:
    """``client`` sets the clock; this application has one plugin less."""
    points = [point for point in entry_points(group=GROUP) if point.name != missing]
    web = create_app(settings, clock=APP_CLOCK, points=points).test_client()
    headers = world.headers("safety_a")
    page = web.get(there, headers=headers)
    assert page.status_code == 200
    assert 'name="building_id"' not in page.get_data(as_text=True)
    assert web.get(f"/{missing}", headers=headers).status_code == 404
    shown = web.get("/plugins", headers=world.headers("head")).get_data(as_text=True)
    assert "插件没有安装" in shown


def test_directory_when_asked_then_own_tenant_in_one_query(
    client: FlaskClient, world: World, neighbour: World, clock: FixedClock
) -> None:
    ours = building(client, world)
    building(client, neighbour)
    with world.session(read_only=True) as session, counted(session) as sent:
        cards = Ledger(session).of_units([world.units["school_a"]])
        assert [(str(card.id), card.use, card.storeys, card.area) for card in cards] == [(ours, "教学楼", 4, 3200)]
        assert Ledger(session).of_units([]) == ()
        assert Ledger(session).by_id([neighbour.units["school_a"]]) == {}
    assert len(sent) == 2
    clock.advance(timedelta(days=1))


def test_port_when_it_raises_then_the_null_form_answers_and_it_is_told(world: World) -> None:
    """A real plugin's port over a session whose transaction cannot serve it."""
    plugins = build_plugins([])
    told: list[tuple[str, str]] = []
    plugins.witness = lambda slug, hook, fault: told.append((slug, hook))
    with world.session() as session:
        directory = plugins.port(BUILDINGS, {"buildings"}, session)
        assert directory.by_id(["no id at all"]) == {}  # type: ignore[list-item]  # a fault on purpose
        assert session.get(PluginSwitch, (world.tenant.id, "buildings")) is not None, "the caller's transaction goes on"
        assert isinstance(plugins.port(BUILDINGS, (), session), NullBuildingDirectory)
    assert told == [("buildings", "register_ports: BuildingDirectory.by_id")]
