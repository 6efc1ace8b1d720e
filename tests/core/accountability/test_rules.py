"""制度措施清单: lines of a unit's own, told apart by state, kept when they are replaced."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient

from tests.core.hazards.web import Api, Browser, statements
from tests.factories.world import World


def body(world: World, unit: str = "school_a", **change: Any) -> dict[str, Any]:
    facts = {
        "title": "危化品双人双锁制度",
        "problem": "领用无记录",
        "domain": "labchem",
        "responsible": "化学教研组",
        "due_on": "2020-11-01",
    }
    return {**facts, "unit_id": str(world.units[unit]), **change}


def change(api: Api, rule: str, facts: dict[str, Any], version: int) -> int:
    headers = {**api.world.headers(api.name), "If-Match": f'"{version}"'}
    return int(api.client.put(f"/api/v1/accountability/rules/{rule}", json=facts, headers=headers).status_code)


def test_rule_when_planned_put_in_force_and_replaced_then_the_list_says_so(client: FlaskClient, world: World) -> None:
    school = Api(client, world, "safety_a")
    rule = school.post("/accountability/rules", body(world)).get_json()["id"]
    line = school.get(f"/accountability/rules/{rule}").get_json()
    assert (line["state"], line["late"]) == ("planned", True)
    facts = {name: value for name, value in body(world).items() if name != "unit_id"}
    assert change(school, rule, facts | {"in_force_on": "2020-12-01"}, 1) == 422
    assert change(school, rule, facts | {"in_force_on": "2020-11-20"}, 1) == 204
    assert change(school, rule, facts, 1) == 412
    line = school.get(f"/accountability/rules/{rule}").get_json()
    assert (line["state"], line["late"], line["version"]) == ("in_force", False, 2)
    headers = {**world.headers("safety_a"), "If-Match": '"2"'}
    assert client.delete(f"/api/v1/accountability/rules/{rule}", headers=headers).status_code == 204
    assert school.get("/accountability/rules", state="replaced").get_json()["total"] == 1


def test_rule_when_of_another_school_or_district_then_not_there(
    client: FlaskClient, world: World, neighbour: World
) -> None:
    rule = Api(client, world, "safety_a").post("/accountability/rules", body(world)).get_json()["id"]
    for other in (Api(client, world, "safety_b"), Api(client, neighbour, "head")):
        assert other.get(f"/accountability/rules/{rule}").status_code == 404
        assert other.get("/accountability/rules").get_json()["total"] == 0
    assert Api(client, world, "safety_b").post("/accountability/rules", body(world)).status_code == 404
    facts = {name: value for name, value in body(world).items() if name != "unit_id"}
    assert change(Api(client, world, "head"), rule, facts, 1) == 204  # the section keeps its schools' lists too


def test_pages_when_a_line_is_written_then_shown_under_the_districts_names(app: Flask, world: World) -> None:
    browser, counts = Browser.of(app, world, "safety_a"), []
    engine = app.extensions["xiaoan"].db.engine("app")
    for rounds in (1, 2):
        for _ in range(rounds):
            browser.get("/safety-rules/new")
            form = body(world, hazard_id="", in_force_on="", idempotency_key=str(uuid4()))
            assert browser.post("/safety-rules/new", form).status_code == 302
        browser.get("/safety-rules")
        with statements(engine) as sent:
            page = browser.get("/safety-rules").get_data(as_text=True)
        counts.append(sum("tenants" not in statement for statement in sent))
    assert "风险防控制度措施清单" in page and "问题隐患整改清单" in page and "已逾期" in page
    assert counts[0] == counts[1]
    link = page.split('data-href="')[1].split('"')[0]
    assert "危化品双人双锁制度" in browser.get(link).get_data(as_text=True)
    assert browser.post(link, {**body(world), "version": "1", "title": ""}).status_code == 422
    assert browser.post(link, {"version": "1", "replace": "1"}).status_code == 302
    assert "已废止" in browser.get("/safety-rules").get_data(as_text=True)
