"""Fire safety over REST and as pages, in the state a school leaves it in."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import Engine, event, select

from core.http import csrf
from core.identity.keys import csrf_key, unpack
from core.identity.services.sessions import open_session
from core.sdk.domain import hazard_briefs
from core.tenancy.models import PluginSwitch
from plugins.fire.acceptance import Facts, Step
from plugins.fire.models import Patrol
from plugins.fire.services.acceptances import take_step
from plugins.fire.services.patrols import record_activity, record_patrol
from tests.factories.world import World
from tests.plugins.fire.ground import building, enter, place

PAGES = (
    "/fire", "/fire/places", "/fire/places/new", "/fire/acceptances", "/fire/acceptances/board", "/fire/acceptances/new",
    "/registers/fire_facilities", "/registers/fire_facilities/new", "/registers/fire_certificates", "/fire/activities", "/fire/patrols", "/fire/patrol",
    "/fire/hazards",
)  # fmt: skip


class Browser:
    """A signed-in person with a form's token."""

    def __init__(self, app: Flask, world: World, name: str) -> None:
        with world.session() as session:
            secret = open_session(session, person_id=world.people[name], ip="127.0.0.1", user_agent="test")
        self.client = app.test_client()
        self.client.set_cookie("xiaoan", f"{world.tenant.id}.{secret}")
        found = unpack(f"{world.tenant.id}.{secret}")
        assert found is not None
        self.token = csrf.token(csrf_key(found[1]))

    def get(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.get_data(as_text=True)[:2000])
        return answer.get_data(as_text=True)

    def post(self, path: str, data: dict[str, Any], **options: Any) -> Any:
        return self.client.post(path, data={"csrf_token": self.token, **data}, **options)


@pytest.fixture
def furnished(world: World) -> World:
    """A district in which something of everything is there."""
    with world.session() as session:
        actor = world.system
        mine = place(session, world)
        place(session, world, "school_b", "实验楼")
        record_patrol(session, actor=actor, place_id=mine, result="finding", note="安全出口上锁")
        case = building(session, world)
        for version, (step, facts) in enumerate(
            [(Step.FIND_REASON, Facts(reason="缺图纸")), (Step.CHOOSE_B, Facts(note="不能补办"))], 1
        ):
            take_step(session, actor=actor, acceptance_id=case, version=version, step=step, facts=facts)
        building(session, world, "school_b", "宿舍楼")
        given = {
            "kind": "extinguisher",
            "spot": "走廊",
            "quantity": 4,
            "next_test_on": date(2020, 11, 1),
            "place_id": mine,
        }
        enter(session, world, "fire_facilities", **given)
        enter(session, world, "fire_certificates", holder="staff", quantity=1)
        record_activity(
            session, actor=actor, unit_id=world.units["school_a"], kind="training", on=date(2020, 11, 2), headcount=80
        )
    return world


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    sent: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        # which tenants there are is asked once a second, whoever asks
        if not statement.startswith("SET LOCAL") and "FROM tenants" not in statement:
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("variant", ["wujin", "sip", "yongqiao", None])
def test_pages_when_opened_in_each_variant_then_shown(
    app: Flask, client: FlaskClient, furnished: World, variant: str | None
) -> None:
    with furnished.session() as session:
        session.scalars(select(PluginSwitch).where(PluginSwitch.plugin == "fire")).one().variant = variant
    browser = Browser(app, furnished, "safety_a")
    for path in PAGES:
        if path == "/fire/patrol":
            continue
        body = browser.get(path)
        assert not re.search(r"<script(?![^>]*(src=|type=\"application/json\"))", body), f"inline script in {path}"
        assert " style=" not in body, path
        assert "onclick" not in body, path
    assert browser.client.get("/fire/patrol").status_code == 302, "one unit with places: straight to its round"


def test_overview_when_read_by_the_bureau_then_has_both_schools_and_all_charts(
    app: Flask, client: FlaskClient, furnished: World
) -> None:
    body = Browser(app, furnished, "head").get("/fire")
    for chart in ("fire-acceptance", "fire-tests"):
        assert f'id="{chart}-option"' in body
        assert f'id="{chart}-table"' in body
    assert "漏查情况" in body
    assert "途径B须在2020年12月31日前取得合格报告" in body


def test_details_when_opened_then_shown(app: Flask, client: FlaskClient, furnished: World) -> None:
    browser = Browser(app, furnished, "safety_a")
    for path in ("/fire/places", "/fire/acceptances", "/registers/fire_facilities"):
        listed = browser.get(path)
        for found in sorted(set(re.findall(rf'"({path}/[0-9a-f-]{{36}})"', listed))):
            browser.get(found)
            assert "宿舍楼" not in browser.get(found), "the neighbour school's building"


def test_round_when_walked_on_the_phone_then_one_tap_each(app: Flask, client: FlaskClient, furnished: World) -> None:
    browser = Browser(app, furnished, "safety_a")
    with furnished.session() as session:
        place_id = place(session, furnished, name="宿舍一层")
    path = f"/fire/patrol/{furnished.units['school_a']}"
    assert "其余1处全部正常" in browser.get(path)
    row = browser.post(f"/fire/patrol/places/{place_id}", {}, headers={"HX-Request": "true"})
    assert (row.status_code, "今天正常" in row.get_data(as_text=True)) == (200, True)
    assert "都巡查过了" in browser.get(path)


def picture() -> io.BytesIO:
    data = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(data, "JPEG")
    data.seek(0)
    return data


def test_finding_when_sent_with_a_photo_then_one_form_makes_patrol_hazard_and_evidence(
    app: Flask, client: FlaskClient, furnished: World
) -> None:
    browser = Browser(app, furnished, "safety_a")
    with furnished.session() as session:
        place_id = place(session, furnished, name="宿舍一层")
    path = f"/fire/patrol/places/{place_id}/finding"
    browser.get(path)
    empty = browser.post(path, {"note": " "})
    assert (empty.status_code, "必填" in empty.get_data(as_text=True)) == (422, True)
    wrong = browser.post(path, {"note": "灭火器失效", "category": "fire.no_such"})
    assert wrong.status_code == 422
    with furnished.session() as session:
        assert session.scalars(select(Patrol).where(Patrol.place_id == place_id)).all() == [], "nothing half-written"
    sent = {"note": "灭火器失效", "category": "fire.facility", "photos": (picture(), "前.jpg")}
    answer = browser.post(path, sent, content_type="multipart/form-data")
    assert answer.status_code == 302, answer.get_data(as_text=True)[-3000:]
    with furnished.session() as session:
        patrol = session.scalars(select(Patrol).where(Patrol.place_id == place_id)).one()
        assert patrol.hazard_id is not None
        assert hazard_briefs(session, [patrol.hazard_id])[patrol.hazard_id].category == "fire.facility"
    assert browser.client.get(f"/hazards/{patrol.hazard_id}").status_code == 200


def test_acceptance_when_stepped_in_the_browser_then_faults_are_shown_beside_the_field(
    app: Flask, client: FlaskClient, furnished: World
) -> None:
    browser = Browser(app, furnished, "safety_a")
    (path,) = set(re.findall(r'"(/fire/acceptances/[0-9a-f-]{36})"', browser.get("/fire/acceptances")))
    version = re.search(r'name="version" value="(\d+)"><input type="hidden" name="step"', browser.get(path))
    assert version is not None
    data = {"version": version[1], "step": "assess", "on": "2020-11-26"}
    refused = browser.post(f"{path}/steps", data)
    assert (refused.status_code, "填写消防第三方机构名称" in refused.get_data(as_text=True)) == (422, True)
    assert browser.post(f"{path}/steps", {**data, "agency": "某消防技术公司"}).status_code == 302
    assert "第三方机构完成评估" in browser.get(path)
    assert browser.post(f"{path}/steps", {**data, "agency": "某消防技术公司"}).status_code == 412
    upload = browser.post(
        f"{path}/documents", {"document": (picture(), "评估报告.jpg")}, content_type="multipart/form-data"
    )
    assert upload.status_code == 302
    shown = browser.get(path)
    (file_url,) = set(re.findall(r'href="(/files/[0-9a-f-]{36})"', shown))
    assert browser.client.get(file_url).status_code == 200
    other = Browser(app, furnished, "safety_b")
    assert other.client.get(file_url).status_code == 404
    reported = browser.post(f"{path}/hazard", {"version": int(version[1]) + 1})
    assert reported.status_code == 302, reported.get_data(as_text=True)[:2000]
    hazard = browser.get(reported.headers["Location"])
    assert "消防验收" in hazard
    assert "未办结消防验收前" in hazard


def test_rest_when_a_place_lives_its_life_then_versions_guard_it(app: Flask, client: FlaskClient, world: World) -> None:
    headers = world.headers("safety_a")
    body = {"unit_id": str(world.units["school_a"]), "name": "食堂", "kind": "学生食堂"}
    assert client.post("/api/v1/fire/places", json=body, headers=headers).status_code == 422, "no Idempotency-Key"
    key = {**headers, "Idempotency-Key": str(uuid4())}
    made = client.post("/api/v1/fire/places", json=body, headers=key)
    assert (made.status_code, made.headers["ETag"]) == (201, '"1"')
    assert client.post("/api/v1/fire/places", json=body, headers=key).get_json() == made.get_json()
    path = f"/api/v1/fire/places/{made.get_json()['id']}"
    assert client.patch(path, json={"marked": True}, headers=headers).status_code == 428
    assert client.patch(path, json={"marked": True}, headers={**headers, "If-Match": '"9"'}).status_code == 412
    assert (
        client.patch(path, json={"marked": True}, headers={**headers, "If-Match": '"1"'}).get_json()["marked"] is True
    )
    assert client.delete(path, headers={**headers, "If-Match": '"2"'}).get_json()["retired_on"] == "2020-11-26"
    wrong = client.post(
        "/api/v1/fire/places", json={**body, "patrol_days": 0}, headers={**headers, "Idempotency-Key": "b"}
    )
    assert wrong.get_json()["fields"] == {"patrol_days": "应在1到366之间"}


@pytest.mark.parametrize(
    "path",
    [
        "fire/places",
        "fire/acceptances",
        "fire/patrols",
        "fire/activities",
        "registers/fire_facilities",
        "registers/fire_certificates",
    ],
)
def test_rest_when_listed_with_one_and_three_rows_then_as_many_queries(
    app: Flask, client: FlaskClient, world: World, path: str
) -> None:
    engine = app.extensions["xiaoan"].db.engine("app")
    numbers = []
    client.get(f"/api/v1/{path}", headers=world.headers("head"))  # what is asked once a process
    for round_ in range(2):
        with world.session() as session:
            for index in range(1 if round_ == 0 else 2):
                name = f"甲{round_}{index}"
                unit = ("school_a", "school_b")[index]
                spot = place(session, world, unit, name)
                building(session, world, unit, name)
                record_patrol(session, actor=world.system, place_id=spot, result="normal")
                enter(session, world, "fire_facilities", unit, kind="hydrant", spot=name, quantity=1, place_id=spot)
                enter(session, world, "fire_certificates", unit, holder="staff", quantity=1)
                record_activity(
                    session, actor=world.system, unit_id=world.units[unit], kind="check", on=date(2020, 11, 2)
                )
        with statements(engine) as sent:
            answer = client.get(f"/api/v1/{path}", headers=world.headers("head"))
        assert answer.status_code == 200
        assert set(answer.get_json()) == {"items", "total", "page", "page_size"}
        numbers.append(len(sent))
    assert numbers[0] == numbers[1]


def test_rest_when_a_finding_is_sent_then_patrol_and_hazard_are_named(
    app: Flask, client: FlaskClient, furnished: World
) -> None:
    listed = client.get("/api/v1/fire/places", headers=furnished.headers("safety_a")).get_json()["items"]
    headers = {**furnished.headers("safety_a"), "Idempotency-Key": str(uuid4())}
    made = client.post("/api/v1/fire/findings", json={"place_id": listed[0]["id"], "note": "线路老化"}, headers=headers)
    assert (made.status_code, set(made.get_json())) == (201, {"patrol_id", "hazard_id"})
    overview = client.get("/api/v1/fire/overview", headers=furnished.headers("head")).get_json()
    assert (overview["domain"], overview["open"]) == ("fire", 1)


def test_plugin_when_off_then_not_there(app: Flask, client: FlaskClient, furnished: World) -> None:
    with furnished.session() as session:
        session.scalars(select(PluginSwitch).where(PluginSwitch.plugin == "fire")).one().on_until = date(2020, 11, 25)
    for path in ("/fire", "/fire/places", "/api/v1/fire/places", "/api/v1/fire/overview"):
        assert client.get(path, headers=furnished.headers("head")).status_code == 404
