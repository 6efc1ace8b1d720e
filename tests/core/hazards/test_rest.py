"""REST: envelope, ETag and If-Match, idempotent creation, the form of a move, problems that name fields."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from tests.core.hazards.web import Api
from tests.factories.world import World


@pytest.fixture(autouse=True)
def seen_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.tenancy.directory.KEEP_S", 0.0)


@pytest.fixture
def staff(client: FlaskClient, world: World) -> Api:
    return Api(client, world, "staff_a")


@pytest.fixture
def keeper(client: FlaskClient, world: World) -> Api:
    return Api(client, world, "keeper_a")


def told(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "unit_id": str(world.units["school_a"]), "place": "教学楼二层", "description": "疏散通道堆放课桌", "domain": "fire",
        "category": "fire.passage", **changes,
    }  # fmt: skip


REGISTER = {"move": "register", "facts": {"grade": "general"}}


def test_report_then_created_with_etag_and_location(staff: Api, world: World) -> None:
    answer = staff.post("/hazards", told(world))
    assert answer.status_code == 201
    body = answer.get_json()
    assert answer.headers["ETag"] == '"1"' and answer.headers["Location"] == f"/api/v1/hazards/{body['id']}"
    assert body["stage"] == "found" and body["no"] is None
    card = staff.get(f"/hazards/{body['id']}")
    assert card.headers["ETag"] == '"1"' and card.get_json()["title"] == "疏散通道堆放课桌"


def test_report_when_sent_twice_with_one_key_then_one_hazard(staff: Api, world: World) -> None:
    key = str(uuid4())
    first, second = (staff.post("/hazards", told(world), key=key) for _ in range(2))
    assert first.get_json() == second.get_json() and second.headers["Idempotency-Replayed"] == "true"
    assert staff.get("/hazards").get_json()["total"] == 1


def test_report_when_something_is_wrong_then_fields_are_named(staff: Api, world: World) -> None:
    answer = staff.post("/hazards", told(world, place="", category="food.rules"))
    assert answer.status_code == 422 and "place" in answer.get_json()["fields"]
    answer = staff.post("/hazards", told(world, category="food.rules"))
    assert answer.status_code == 422 and "category" in answer.get_json()["fields"]
    answer = staff.post("/hazards", told(world, description="a\0b"))
    assert answer.status_code == 422 and "description" in answer.get_json()["fields"]
    answer = staff.post("/hazards", told(world, unit_id=str(world.units["school_b"])))
    assert answer.status_code == 404


def test_move_when_the_category_is_unknown_then_the_field_of_its_form_is_named(
    keeper: Api, staff: Api, world: World
) -> None:
    hazard_id = staff.post("/hazards", told(world)).get_json()["id"]
    move = {"move": "register", "facts": {"grade": "general", "category": "fire.nope"}}
    answer = keeper.post(f"/hazards/{hazard_id}/moves", move, version=1)
    assert answer.status_code == 422 and list(answer.get_json()["fields"]) == ["facts.category"]


def test_moves_then_say_what_is_asked(keeper: Api, staff: Api, world: World) -> None:
    hazard_id = staff.post("/hazards", told(world)).get_json()["id"]
    moves = {move["code"]: move for move in keeper.get(f"/hazards/{hazard_id}/moves").get_json()["moves"]}
    assert set(moves) >= {"register", "cancel"}
    missing = [ask["field"] for ask in moves["register"]["asks"] if not ask["filled"]]
    assert missing == ["facts.grade"]
    others = staff.get(f"/hazards/{hazard_id}/moves")
    assert others.get_json()["moves"] == []
    assert others.get_json()["version"] == 1 and others.headers["ETag"] == '"1"'
    assert {"label": "登记", "who": "台账专人、区（县）教育局、责任科室"} in others.get_json()["waits_for"]


def test_move_then_new_etag_and_the_timeline_tells(keeper: Api, staff: Api, world: World) -> None:
    hazard_id = staff.post("/hazards", told(world)).get_json()["id"]
    assert keeper.post(f"/hazards/{hazard_id}/moves", REGISTER).status_code == 428
    answer = keeper.post(f"/hazards/{hazard_id}/moves", {"move": "register"}, version=1)
    assert answer.status_code == 422 and answer.get_json()["fields"] == {"facts.grade": "请选择"}
    assert answer.get_json()["title"] == "“登记”还缺：隐患等级"
    answer = keeper.post(f"/hazards/{hazard_id}/moves", REGISTER, version=1)
    assert answer.status_code == 200 and answer.headers["ETag"] == '"2"' and answer.get_json()["no"] == "WJ-2020-00001"
    page = keeper.get(f"/hazards/{hazard_id}/events").get_json()
    assert [event["code"] for event in page["items"]] == ["register", "report"]
    assert (page["total"], page["page"], page["page_size"]) == (2, 1, 20)
    assert page["items"][0]["changes"]["grade"] == [None, "一般隐患"]
    second = keeper.get(f"/hazards/{hazard_id}/events", page=2, page_size=1).get_json()
    assert [event["code"] for event in second["items"]] == ["report"] and second["total"] == 2
    assert keeper.get(f"/hazards/{hazard_id}/events", sort="at").status_code == 422


def test_move_when_changed_by_another_then_412_with_changes(keeper: Api, staff: Api, world: World) -> None:
    hazard_id = staff.post("/hazards", told(world)).get_json()["id"]
    keeper.post(f"/hazards/{hazard_id}/moves", REGISTER, version=1)
    answer = keeper.post(f"/hazards/{hazard_id}/moves", {"move": "cancel", "reason": "误报"}, version=1)
    assert answer.status_code == 412
    assert answer.get_json()["changes"]["stage"] == ["排查", "登记"]


def test_move_when_not_mine_to_make_then_403_and_out_of_reach_404(
    staff: Api, client: FlaskClient, world: World
) -> None:
    hazard_id = staff.post("/hazards", told(world)).get_json()["id"]
    assert staff.post(f"/hazards/{hazard_id}/moves", REGISTER, version=1).status_code == 403
    other = Api(client, world, "safety_b")
    for path in ("", "/moves", "/events"):
        assert other.get(f"/hazards/{hazard_id}{path}").status_code == 404
    assert other.post(f"/hazards/{hazard_id}/moves", REGISTER, version=1).status_code == 404
    assert other.post(f"/hazards/{hazard_id}/follow-ups", {"note": "看看"}).status_code == 404
    assert other.patch(f"/hazards/{hazard_id}", {"place": "操场"}, version=1).status_code == 404


def test_amend_and_follow_up(keeper: Api, staff: Api, world: World) -> None:
    hazard_id = staff.post("/hazards", told(world)).get_json()["id"]
    assert staff.patch(f"/hazards/{hazard_id}", {"place": "操场"}).status_code == 428
    assert staff.patch(f"/hazards/{hazard_id}", {"stage": "closed"}, version=1).status_code == 422
    assert staff.patch(f"/hazards/{hazard_id}", {"place": "操场"}, version=1).headers["ETag"] == '"2"'
    keeper.post(f"/hazards/{hazard_id}/moves", REGISTER, version=2)
    answer = keeper.post(f"/hazards/{hazard_id}/follow-ups", {"track": "tracking", "note": "已督促"})
    assert answer.status_code == 201 and answer.headers["ETag"] == '"4"'
    answer = keeper.post(f"/hazards/{hazard_id}/follow-ups", {"track": "nothing", "note": "已督促"})
    assert answer.status_code == 422 and "track" in answer.get_json()["fields"]


def test_list_envelope_filters_and_sort(staff: Api, world: World) -> None:
    for place in ("一层", "二层", "三层"):
        staff.post("/hazards", told(world, place=place, description=f"{place}灭火器失效", category="fire.facility"))
    body = staff.get("/hazards", page_size=2, sort="found_at").get_json()
    assert (body["total"], body["page"], body["page_size"], len(body["items"])) == (3, 1, 2, 2)
    assert staff.get("/hazards", text="三层").get_json()["total"] == 1
    assert staff.get("/hazards", sort="password").status_code == 422
    assert staff.get("/hazards", due="someday").status_code == 422
    assert staff.get("/hazards", domain=["fire", "food"]).get_json()["total"] == 3


def test_on_the_spot_then_reported_at_once(client: FlaskClient, world: World) -> None:
    from tests.core.hazards.ledger import Ledger, bare_plugins

    safety = Api(client, world, "safety_a")
    with world.session() as session:
        after = Ledger(world, session, bare_plugins()).photo("safety_a", "after")
    entry = {
        "facts": {"grade": "general", "measure_done": "当场清走", "done_at": "2020-11-26T01:30:00Z"}, "ground": "ordinary",
        "plan": {
            "responsibility": {"value": str(world.people["line_a"])}, "measures": {"value": "清走课桌"}, "funds": {"value": 0},
            "deadline": {"value": "2020-11-26"}, "contingency_plan": {"waived": "当场可改"},
        },
        "report_to": "工作专班",
    }  # fmt: skip
    body = told(world, shortcut="at_once", entry=entry, file_ids=[str(after)])
    answer = safety.post("/hazards/on-the-spot", body)
    assert answer.status_code == 201, answer.get_json()
    card = safety.get(f"/hazards/{answer.get_json()['id']}").get_json()
    assert card["canonical"] == "reported" and card["on_the_spot"] and card["responsible_name"] == "测试line.a"
    entry["plan"]["responsibility"] = {"value": str(uuid4())}
    answer = safety.post("/hazards/on-the-spot", {**body, "file_ids": []})
    assert answer.status_code == 422 and "plan.responsibility" in answer.get_json()["fields"]
    assert safety.get("/hazards").get_json()["total"] == 1, "the refused one left nothing"


def test_ledger_when_a_filter_is_misspelt_then_refused_by_name(client: FlaskClient, world: World) -> None:
    answer = client.get("/api/v1/hazards?domian=fire", headers=world.headers("head"))
    assert answer.status_code == 422
    assert "domian" in answer.get_json()["fields"]
    assert client.get("/api/v1/hazards?domain=fire", headers=world.headers("head")).status_code == 200
