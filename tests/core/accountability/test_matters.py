"""Matters: decided about a unit, followed up, accepted by another person, never shown where they do not belong."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from core.accountability.models import Matter, MatterStep
from core.accountability.words import ACCEPTED, ASKED, STEPS
from core.hazards.models import Hazard
from core.notify.models import Notice
from tests.core.assessment.ground import hazard
from tests.core.hazards.web import Api, Browser, statements
from tests.factories.world import World


class Desk:
    """The section that decides, and a school that answers."""

    def __init__(self, client: FlaskClient, world: World) -> None:
        self.world = world
        self.head, self.school = Api(client, world, "head"), Api(client, world, "safety_a")

    def decide(self, **change: Any) -> str:
        answer = self.head.post("/accountability/matters", self.body(**change))
        assert answer.status_code == 201, answer.get_json()
        return str(answer.get_json()["id"])

    def body(self, unit: str = "school_a", **change: Any) -> dict[str, Any]:
        listing = {
            "measure": "listing",
            "title": "宿舍消防通道重大隐患",
            "facts": "疏散楼梯被占用。",
            "due_on": "2020-12-31",
        }
        return {**listing, "unit_id": str(self.world.units[unit]), **change}

    def card(self, matter: str, api: Api | None = None) -> dict[str, Any]:
        found: dict[str, Any] = (api or self.head).get(f"/accountability/matters/{matter}").get_json()
        return found

    def step(self, matter: str, step: str, *, by: Api | None = None, **more: Any) -> int:
        version = self.card(matter)["version"]
        body = {"step": step, "text": "情况说明", **more}
        return int((by or self.head).post(f"/accountability/matters/{matter}/steps", body, version=version).status_code)


@pytest.fixture
def desk(client: FlaskClient, world: World) -> Desk:
    return Desk(client, world)


def test_listing_when_followed_to_the_end_then_accepted_by_another_person(desk: Desk, world: World) -> None:
    matter = desk.decide(ground="wj-4_3-09")
    assert desk.card(matter)["clauses"] == ["WJ-2.2-12", "WJ-4.3-07", "WJ-4.3-08", "WJ-4.3-09"]
    with world.session() as session:
        told = set(session.scalars(select(Notice.person_id).where(Notice.kind == "accountability")))
    assert world.people["safety_a"] in told and world.people["safety_b"] not in told
    assert desk.step(matter, "ended") == 409  # a listing ends by acceptance
    assert desk.step(matter, "accepted") == 409  # nobody asked
    assert desk.step(matter, "progress", by=desk.school) == 204
    assert desk.step(matter, "extended", due_on="2020-12-30") == 422
    assert desk.step(matter, "extended", due_on="2021-01-31") == 204
    assert desk.step(matter, "asked", by=desk.school) == 204
    assert desk.step(matter, "accepted", by=desk.school) in (403, 404)
    assert desk.step(matter, "refused") == 204
    assert desk.step(matter, "asked", by=desk.school) == 204
    assert desk.step(matter, "accepted") == 204
    card = desk.card(matter)
    assert (card["line"]["state"], card["closed_on"], card["line"]["due_on"]) == ("closed", "2020-11-26", "2021-01-31")
    assert [own["step"] for own in card["steps"]] == ["progress", "extended", "asked", "refused", "asked", "accepted"]
    assert desk.step(matter, "progress") == 409


def test_acceptance_when_the_hazard_is_open_then_refused(desk: Desk, world: World) -> None:
    facts = {
        "unit_id": str(world.units["school_a"]), "domain": "fire", "category": "fire.other", "title": "通道", "description": "占用",
        "place": "一楼", "grade": "major", "source": "self_check",
    }  # fmt: skip
    hazard = desk.school.post("/hazards", facts).get_json()["id"]
    matter = desk.decide(hazard_id=hazard)
    assert desk.step(matter, "asked", by=desk.school) == 409
    assert desk.head.post("/accountability/matters", desk.body("school_b", hazard_id=hazard)).status_code == 422


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"due_on": None}, "due_on"), ({"due_on": "2020-01-01"}, "due_on"), ({"decided_on": "2020-12-01"}, "decided_on"),
        ({"persons": -1}, "persons"), ({"ground": "none"}, "ground"), ({"facts": " "}, "facts"), ({"measure": "shame"}, "measure"),
    ],
)  # fmt: skip
def test_matter_when_it_does_not_fit_then_said_where(desk: Desk, change: dict[str, Any], field: str) -> None:
    answer = desk.head.post("/accountability/matters", desk.body(**change))
    assert answer.status_code == 422 and field in str(answer.get_json())


def test_matter_when_of_another_school_or_district_then_not_there(
    desk: Desk, client: FlaskClient, world: World, neighbour: World
) -> None:
    matter = desk.decide()
    assert Api(client, world, "safety_b").get(f"/accountability/matters/{matter}").status_code == 404
    assert Api(client, world, "safety_b").get("/accountability/matters").get_json()["total"] == 0
    assert Api(client, neighbour, "head").get(f"/accountability/matters/{matter}").status_code == 404
    assert desk.school.get("/accountability/matters").get_json()["total"] == 1
    assert desk.school.post("/accountability/matters", desk.body()).status_code == 403
    assert desk.school.get("/accountability/signs").status_code == 403
    theirs = Desk(client, neighbour)
    assert theirs.card(theirs.decide())["line"]["no"] == "2020-1"  # numbers are each district's own


def test_steps_when_two_act_on_the_same_version_then_the_second_is_told(desk: Desk) -> None:
    matter = desk.decide()
    body = {"step": "progress", "text": "进展"}
    path, version = f"/accountability/matters/{matter}/steps", desk.card(matter)["version"]
    assert desk.head.post(path, body).status_code == 428
    assert desk.head.post(path, body, version=version).status_code == 204
    assert desk.school.post(path, body, version=version).status_code == 412


def test_signs_when_the_ledger_shows_overdue_then_the_unit_is_named_without_rank(desk: Desk, world: World) -> None:
    with world.session() as session:
        assert session.scalar(select(func.count()).select_from(Matter)) == 0
    for unit, api in (("school_a", desk.school), ("school_b", Api(desk.head.client, world, "safety_b"))):
        facts = {
            "unit_id": str(world.units[unit]), "domain": "fire", "category": "fire.other", "title": "通道", "description": "占用",
            "place": "一楼", "grade": "general", "source": "self_check",
        }  # fmt: skip
        assert api.post("/hazards", facts).status_code == 201
    with world.session() as session:
        hazard(session, world.units["kindergarten"], found=date(2020, 10, 4), due=date(2020, 10, 9), false_alarm=True)
        for row in session.scalars(select(Hazard)):
            row.clock_on = date(2020, 11, 1)
    lines = desk.head.get("/accountability/signs").get_json()["items"]
    assert [(own["unit_name"], own["sign"], own["hazards"]) for own in lines] == [
        ("第一小学", "overdue_hazards", 1), ("第二初级中学", "overdue_hazards", 1),
    ]  # fmt: skip
    desk.decide()
    assert [own["decided"] for own in desk.head.get("/accountability/signs").get_json()["items"]] == [1, 0]


def test_lists_when_longer_then_no_more_queries(desk: Desk, app: Flask, world: World) -> None:
    browser, counts = Browser.of(app, world, "head"), []
    engine = app.extensions["xiaoan"].db.engine("app")
    for units in (("school_a",), ("school_b", "kindergarten")):
        for unit in units:
            desk.decide(unit=unit)
        browser.get("/accountability")
        desk.head.get("/accountability/matters")
        with statements(engine) as sent:
            assert browser.get("/accountability").status_code == 200
            assert desk.head.get("/accountability/matters").status_code == 200
        counts.append(sum("tenants" not in statement for statement in sent))
    assert counts[0] == counts[1]


def test_pages_when_decided_and_answered_then_as_people_do_it(desk: Desk, app: Flask, world: World) -> None:
    browser, school = Browser.of(app, world, "head"), Browser.of(app, world, "safety_a")
    assert "作出事项" in browser.get("/accountability/new").get_data(as_text=True)
    form = desk.body() | {
        "idempotency_key": "018f3c2e-0000-7000-8000-000000000002",
        "persons": "0",
        "decided_on": "2020-11-26",
    }
    assert browser.post("/accountability/new", form | {"due_on": ""}).status_code == 422
    made = browser.post("/accountability/new", form)
    assert made.status_code == 302
    assert "督办事项" in school.get("/").get_data(as_text=True)
    shown = school.get(made.location).get_data(as_text=True)
    assert "申请验收" in shown and "验收通过" not in shown
    assert school.post(f"{made.location}/steps", {"version": "1", "step": "asked", "text": " "}).status_code == 422
    assert school.post(f"{made.location}/steps", {"version": "1", "step": "asked", "text": "已完成"}).status_code == 302
    assert "待验收督办" in browser.get("/").get_data(as_text=True)
    assert "验收通过" in browser.get(made.location).get_data(as_text=True)
    assert browser.get("/accountability/signs").status_code == 200


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(list(STEPS)), st.booleans()), max_size=8))
def test_listing_when_any_steps_are_tried_then_closed_only_after_asked_and_accepted(
    desk: Desk, tried: list[tuple[str, bool]]
) -> None:
    matter = desk.decide()
    for step, school in tried:
        desk.step(matter, step, by=desk.school if school else desk.head, due_on="2021-06-30")
    with desk.world.session() as session:
        row = session.scalars(select(Matter).where(Matter.id == matter)).one()
        done = list(
            session.execute(
                select(MatterStep.step, MatterStep.by_id).where(MatterStep.matter_id == row.id).order_by(MatterStep.at, MatterStep.id)
            )
        )  # fmt: skip
    if row.state == "closed":
        assert [step for step, _ in done][-2:] == [ASKED, ACCEPTED] or done[-1][0] == ACCEPTED
        asked = [by for step, by in done if step == ASKED][-1]
        assert asked != done[-1][1]
    else:
        assert ACCEPTED not in [step for step, _ in done]
