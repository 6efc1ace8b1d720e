"""制度措施清单: lines of a unit's own, told apart by state, kept when they are replaced."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient

from core.accountability.queries.rules import two_lists
from core.accountability.requests import campaign_span
from core.kernel.schoolyear import Span
from core.switchboard.services import choose_reading
from core.tenancy.bureaus import bureau_pack
from tests.core.assessment.ground import hazard
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
    headers["If-Match"] = '"3"'
    assert client.delete(f"/api/v1/accountability/rules/{rule}", headers=headers).status_code == 409
    assert change(school, rule, facts, 3) == 409  # what was replaced is not brought back in silence


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


def test_two_lists_when_read_then_false_alarms_count_nowhere_and_a_list_left_alone_is_late(world: World) -> None:
    with world.session() as session:
        days = {"found": date(2020, 9, 1), "due": date(2020, 9, 10)}
        hazard(session, world.units["school_a"], **days, done=date(2020, 9, 9))
        hazard(session, world.units["school_a"], **days)
        hazard(session, world.units["school_a"], found=date(2020, 11, 20), due=date(2020, 12, 1), false_alarm=True)
        lists = two_lists(session, world.actor("head", session))
        assert (lists.found, lists.open, lists.closed) == (2, 1, 1)
        assert (lists.problems.on, lists.problems.days, lists.problems.stale) == (date(2020, 9, 9), 31, True)
        assert lists.rules.on is None and not lists.rules.stale
        hazard(session, world.units["school_a"], found=date(2020, 11, 20), due=date(2020, 12, 1))
        assert not two_lists(session, world.actor("head", session)).problems.stale


def test_pages_when_the_district_reads_its_sentence_otherwise_then_the_lists_are_called_so(
    app: Flask, world: World
) -> None:
    with world.session() as session:
        choose_reading(session, actor=world.system, reading_id="WJ-A17", option="problem", version=0)
    page = Browser.of(app, world, "safety_a").get("/safety-rules").get_data(as_text=True)
    assert "问题隐患清单" in page and "制度措施清单" in page and "风险防控" not in page


def test_hazard_when_a_rule_is_set_up_against_it_then_each_leads_to_the_other(
    app: Flask, client: FlaskClient, world: World
) -> None:
    facts = {
        "unit_id": str(world.units["school_a"]), "domain": "fire", "category": "fire.other", "title": "通道堆物", "description": "占用",
        "place": "一楼", "grade": "general", "source": "self_check",
    }  # fmt: skip
    made = Api(client, world, "safety_a").post("/hazards", facts).get_json()["id"]
    browser = Browser.of(app, world, "safety_a")
    shown = browser.get(f"/hazards/{made}").get_data(as_text=True)
    link = shown.split('href="/safety-rules/new?')[1].split('"')[0].replace("&amp;", "&")
    page = browser.get(f"/safety-rules/new?{link}").get_data(as_text=True)
    assert f'value="{made}"' in page and "通道堆物" in page
    form = body(world, hazard_id=made, in_force_on="", idempotency_key=str(uuid4()))
    assert browser.post("/safety-rules/new", form).status_code == 302
    assert f'href="/hazards/{made}"' in browser.get("/safety-rules").get_data(as_text=True)
    shown = browser.get(f"/hazards/{made}").get_data(as_text=True)
    assert "危化品双人双锁制度" in shown and "作出事项" not in shown
    assert "作出事项" in Browser.of(app, world, "head").get(f"/hazards/{made}").get_data(as_text=True)


def test_span_when_the_pack_has_no_campaign_then_the_calendar_year() -> None:
    pack = bureau_pack("none", "某局")
    assert campaign_span(pack, date(2020, 5, 4)) == Span(date(2020, 1, 1), date(2020, 12, 31))
