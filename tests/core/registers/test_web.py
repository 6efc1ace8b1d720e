"""Registers over REST and as pages."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from core.hazards.drafts.services import follow_breaches
from core.registers.models import RegisterEntry
from core.registers.services.rules import check_rules
from core.tenancy.models import PluginSwitch
from tests.core.hazards.web import Api, Browser, statements
from tests.core.registers.ground import add, facility, get, plan, registers
from tests.factories.world import World

PLANS = "/registers/emergency_plans"
BODY = {"extra": {"name": "火灾应急预案", "event_type": "accident"}, "valid_until": "2021-06-30"}


def body(world: World, **more: Any) -> dict[str, Any]:
    return {**BODY, "unit_id": str(world.units["school_a"]), **more}


def test_rest_when_an_entry_lives_then_etag_history_and_conflicts(
    app: Flask, client: FlaskClient, world: World
) -> None:
    api = Api(client, world, "keeper_a")
    made = api.post(PLANS, body(world), key="one")
    assert (made.status_code, made.headers["ETag"]) == (201, '"1"'), made.get_json()
    again = api.post(PLANS, body(world), key="one")
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
    entry = made.get_json()
    path = f"{PLANS}/{entry['id']}"
    assert made.headers["Location"] == f"/api/v1{path}"
    assert (entry["extra"]["event_type"], entry["valid_until"], entry["days_left"]) == ("accident", "2021-06-30", 216)
    assert api.patch(path, {"extra": {"edition": "2"}}).status_code == 428
    changed = api.patch(path, {"extra": {"edition": "2"}}, version=1)
    assert (changed.status_code, changed.get_json()["extra"]["edition"], changed.headers["ETag"]) == (200, "2", '"2"')
    assert api.patch(path, {"extra": {"edition": "3"}}, version=1).status_code == 412
    wrong = api.patch(path, {"extra": {"event_type": "storm"}}, version=2)
    assert (wrong.status_code, set(wrong.get_json()["fields"])) == (422, {"extra.event_type"})
    headers = {**world.headers("keeper_a"), "If-Match": '"2"'}
    assert client.delete(f"/api/v1{path}", headers=headers).status_code == 204
    assert api.get(PLANS).get_json()["total"] == 0
    assert api.get(PLANS, state="retired").get_json()["total"] == 1
    assert api.post(f"{path}/restore", {}, version=3).get_json()["version"] == 4
    told = api.get(f"{path}/history").get_json()["items"]
    assert [line["action"] for line in told] == ["恢复使用", "停用", "修改", "登记"]
    assert told[2]["changes"] == {"版本": ["", "2"]}


def test_rest_when_filtered_then_by_the_pack_s_fields_and_never_by_unknown_ones(
    client: FlaskClient, app: Flask, world: World
) -> None:
    api = Api(client, world, "keeper_a")
    for kind in ("accident", "health"):
        api.post(PLANS, body(world, extra={"name": kind, "event_type": kind}))
    assert [one["title"] for one in api.get(PLANS, **{"extra.event_type": "health"}).get_json()["items"]] == ["health"]
    assert api.get(PLANS, sort="-extra.name").get_json()["items"][0]["title"] == "health"
    for query in ({"colour": "red"}, {"extra.colour": "red"}, {"extra.event_type": "storm"}, {"sort": "colour"}):
        answer = api.get(PLANS, **query)
        assert (answer.status_code, set(answer.get_json()["fields"])) == (422, set(query))


def test_rest_when_a_plugin_s_register_is_asked_then_typed_and_gone_with_the_plugin(
    client: FlaskClient, app: Flask, world: World
) -> None:
    api = Api(client, world, "safety_a")
    path = "/registers/fire_facilities"
    made = api.post(path, {**facility(), "unit_id": str(world.units["school_a"]), "next_test_on": "2020-12-01"})
    assert made.status_code == 201, made.get_json()
    refused = api.post(path, {**facility(quantity=-1), "unit_id": str(world.units["school_a"])})
    assert (refused.status_code, set(refused.get_json()["fields"])) == (422, {"quantity"})
    assert api.get(path, kind="extinguisher", due="soon").get_json()["total"] == 1
    assert api.get(path, kind="pump").get_json()["total"] == 0
    assert api.get("/registers/supplier_documents").status_code == 200
    assert api.get("/registers/nothing").status_code == 404
    spec = client.get("/api/openapi.json").get_json()
    assert spec["components"]["schemas"]["registers.FireFacilitiesIn"]["required"] == [
        "kind",
        "quantity",
        "spot",
        "unit_id",
    ]
    listed = {one["slug"] for one in api.get("/registers").get_json()["items"]}
    assert listed >= {"emergency_plans", "fire_certificates", "fire_facilities", "supplier_documents"}
    with world.session() as session:
        session.scalars(select(PluginSwitch).where(PluginSwitch.plugin == "fire")).one().on_until = date(2020, 11, 1)
    assert api.get(path).status_code == 404
    assert "fire_facilities" not in {one["slug"] for one in api.get("/registers").get_json()["items"]}


@pytest.mark.parametrize(
    ("slug", "given"),
    [
        ("emergency_plans", plan()),
        ("fire_facilities", facility()),
        ("fire_certificates", {"holder": "staff", "quantity": 2}),
    ],
    ids=["of the pack", "of a plugin", "with files"],
)
def test_rest_when_listed_with_one_and_three_rows_then_as_many_queries(
    app: Flask, client: FlaskClient, world: World, slug: str, given: dict[str, Any]
) -> None:
    engine = app.extensions["xiaoan"].db.engine("app")
    api = Api(client, world, "head")
    api.get(f"/registers/{slug}")
    numbers = []
    for number in (1, 2):
        with world.session() as session:
            for _ in range(number):
                add(session, world, slug, given)
        with statements(engine) as sent:
            assert api.get(f"/registers/{slug}").status_code == 200
        numbers.append(len([one for one in sent if "FROM tenants" not in one]))
    assert numbers[0] == numbers[1]


def test_pages_when_walked_then_entered_changed_retired_and_restored(
    app: Flask, client: FlaskClient, world: World
) -> None:
    browser = Browser.of(app, world, "keeper_a")
    for path in ("/registers", PLANS, f"{PLANS}/new", f"{PLANS}/breaches"):
        text = browser.get(path).get_data(as_text=True)
        assert "应急预案台账" in text, path
        assert not re.search(r"<script(?![^>]*(src=|type=\"application/json\"))", text)
        assert " style=" not in text
    wrong = browser.post(
        PLANS, {"unit_id": str(world.units["school_a"]), "extra.name": "", "extra.event_type": "accident"}
    )
    assert wrong.status_code == 422
    assert "f-extra.name" in wrong.get_data(as_text=True)
    form = {
        "unit_id": str(world.units["school_a"]),
        "extra.name": "暴雨应急预案",
        "extra.event_type": "disaster",
        "valid_until": "2020-12-20",
    }
    made = browser.post(PLANS, form)
    assert made.status_code == 302, made.get_data(as_text=True)
    path = made.headers["Location"]
    text = browser.get(path).get_data(as_text=True)
    assert "暴雨应急预案" in text
    assert "自然灾害" in text
    assert "2020-12-20" in text
    assert "暴雨应急预案" in browser.get(f"{PLANS}?due=soon").get_data(as_text=True)
    assert browser.get(f"{path}/edit").status_code == 200
    changed = browser.post(
        path, {"version": "1", "extra.name": "暴雨应急预案", "extra.event_type": "disaster", "valid_until": ""}
    )
    assert changed.status_code == 302
    with world.session(read_only=True) as session:
        row = session.scalars(select(RegisterEntry)).one()
        assert (row.valid_until, row.extra["event_type"]) == (None, "disaster")
    assert browser.post(f"{path}/retire", {"version": "2"}).status_code == 302
    assert "恢复使用" in browser.get(path).get_data(as_text=True)
    assert browser.post(f"{path}/restore", {"version": "3"}).status_code == 302


def test_form_when_several_units_and_references_then_the_unit_is_chosen_first(
    app: Flask, client: FlaskClient, world: World
) -> None:
    browser = Browser.of(app, world, "head")
    text = browser.get("/registers/fire_facilities/new").get_data(as_text=True)
    assert "先选单位" in text
    assert 'name="quantity"' not in text
    text = browser.get(f"/registers/fire_facilities/new?unit_id={world.units['school_a']}").get_data(as_text=True)
    assert 'name="quantity"' in text


def test_drafts_when_a_rule_fails_then_listed_accepted_and_dismissed(
    app: Flask, client: FlaskClient, world: World
) -> None:
    with world.session() as session:
        check_rules(session, registers=registers(), register=get(session, "emergency_plans"))
        follow_breaches(session, register="emergency_plans")
    api = Api(client, world, "keeper_a")
    found = api.get("/hazard-drafts").get_json()
    assert [one["title"] for one in found["items"]] == ["每所学校、幼儿园至少有一份有效的应急预案"]
    draft = found["items"][0]
    browser = Browser.of(app, world, "keeper_a")
    assert "台账规则预警" in browser.get("/").get_data(as_text=True)
    text = browser.get(f"/hazards/drafts/{draft['id']}").get_data(as_text=True)
    assert "督促学校制定完善突发事件应急预案" in text, "the clause verbatim"
    assert Api(client, world, "safety_b").get(f"/hazard-drafts/{draft['id']}").status_code == 404
    assert api.post(f"/hazard-drafts/{draft['id']}/dismiss", {"reason": "x"}, version=7).status_code == 412
    made = browser.post(
        f"/hazards/drafts/{draft['id']}/accept",
        {"version": "1", "place": "全校", "description": "没有应急预案", "category": "emergency.plan"},
    )
    assert made.status_code == 302, made.get_data(as_text=True)
    hazard = browser.get(made.headers["Location"]).get_data(as_text=True)
    assert "台账预警" in hazard
    assert api.get("/hazard-drafts", state="accepted").get_json()["total"] == 1
    other = Api(client, world, "safety_b")
    theirs = other.get("/hazard-drafts").get_json()["items"][0]
    done = other.post(f"/hazard-drafts/{theirs['id']}/dismiss", {"reason": "并入总预案"}, version=1)
    assert (done.status_code, done.get_json()["state"]) == (200, "dismissed")
    assert other.post(f"/hazard-drafts/{uuid4()}/dismiss", {"reason": "x"}, version=1).status_code == 404


def test_index_when_nobody_within_reach_keeps_a_register_then_left_out(app: Flask, world: World) -> None:
    def shown(name: str) -> set[str]:
        return set(
            re.findall(
                r'href="/registers/(\w+)"', Browser.of(app, world, name).get("/registers").get_data(as_text=True)
            )
        )

    primary, junior, bureau = shown("safety_a"), shown("safety_b"), shown("head")
    assert "risk_list" in primary & junior & bureau
    assert "risky_labs" in junior - primary, "its domain is not for primary schools"
    assert "bus_offences" in bureau - junior - primary, "the bureau's own"
    with world.session() as session:
        lab = {"room": "仪器室", "place": "三楼", "hazards": "酒精", "keeper": "总务主任", "stage": "in_use"}
        add(session, world, "risky_labs", {"extra": lab})
    assert "risky_labs" in shown("safety_a"), "what has entries stays"


def test_index_when_there_are_dozens_of_registers_then_a_few_statements(app: Flask, world: World) -> None:
    head = Browser.of(app, world, "head")
    page = head.get("/registers").get_data(as_text=True)
    assert len(set(re.findall(r'href="/registers/(\w+)"', page))) > 20
    engine = app.extensions["xiaoan"].db.engine("app")
    with statements(engine) as sent:
        head.get("/registers")
    about = [one for one in sent if "register_" in one or "fire_facilities" in one]
    assert len(about) <= 4, "\n\n".join(about)
    assert len(sent) < 25, len(sent)
