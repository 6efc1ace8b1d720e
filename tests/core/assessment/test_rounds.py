"""A round from opening to publication: computed from facts, seen by whom it concerns, corrected by appeal, nothing in silence."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from core.app import feature_modules
from core.assessment.models import AssessmentSheet, SheetVersion
from core.assessment.tables import Results
from core.hooks.manager import build_plugins
from core.hooks.tables import Question, TableWork
from core.notify.models import Notice
from tests.core.assessment.ground import Office, hazard
from tests.core.hazards.web import Api, statements
from tests.factories.world import World


@pytest.fixture
def office(client: FlaskClient, world: World) -> Office:
    with world.session() as session:
        hazard(session, world.units["school_a"], found=date(2020, 9, 2), due=date(2020, 9, 20), done=date(2020, 9, 20))
        hazard(session, world.units["school_a"], found=date(2020, 9, 3), due=date(2020, 9, 20), done=date(2020, 9, 24))
        hazard(session, world.units["school_b"], found=date(2020, 9, 4), due=date(2020, 9, 9), grade="major")
    return Office(client, world)


def test_round_when_followed_to_the_end_then_published_only_after_the_window(office: Office, world: World) -> None:
    assert office.open(agreed=False).status_code == 422
    assert office.open().status_code == 201
    assert office.step("announce").status_code == 409  # nothing computed
    office.compute()
    assert [one["unit_name"] for one in office.sheets()] == [
        "第一小学",
        "第一幼儿园",
        "第二初级中学",
    ]  # by name, not by points
    item = office.item("school_a", "on-time")
    assert (item["figure"], item["taken"], item["clauses"]) == ({"part": 1, "whole": 2}, 25.0, ["WJ-3.3-10"])
    assert [(fact["kind"], fact["against"]) for fact in item["facts"]] == [("hazard", True), ("hazard", False)]
    assert office.item("school_b", "major")["taken"] == 5.0
    assert office.item("school_a", "lectures")["verdict"] == "unknown"
    for unit in (office.school, office.other):  # nothing of a draft
        assert unit.get("/assessment/rounds").get_json()["total"] == 0
        assert unit.get(f"/assessment/rounds/{office.round}").status_code == 404
    office.compute()  # the same facts: no new version
    with world.session() as session:
        assert session.scalar(select(func.max(AssessmentSheet.latest_no))) == 1
    assert office.step("announce").status_code == 204
    assert office.order().status_code == 409
    with world.session() as session:
        told = set(session.scalars(select(Notice.person_id).where(Notice.kind == "assessment")))
    assert {world.people["safety_a"], world.people["safety_b"]} <= told
    assert [one["unit_name"] for one in office.sheets(office.school)] == ["第一小学"]
    office.later(date(2020, 12, 3))  # the seventh day
    assert office.step("publish").status_code == 409
    office.later(date(2020, 12, 4))
    assert office.step("publish").status_code == 204
    assert office.school.get("/assessment/rounds").get_json()["items"][0]["state"] == "published"


def test_appeal_when_upheld_then_a_new_version_by_another_person(office: Office, world: World) -> None:
    office.open()
    office.compute()
    mine = office.sheet("school_a")
    path = f"/assessment/sheets/{mine['id']}/appeals"
    body = {"item": "on-time", "text": "整改当天已报告，系统登记晚了"}
    assert office.school.post(path, body).status_code == 404  # a draft
    assert office.step("announce").status_code == 204
    assert office.other.post(path, body).status_code == 404  # another school
    assert office.head.post(path, body).status_code == 409  # the district does not appeal for a school
    for item in ("none", "lectures"):  # not there; costs nothing
        assert office.school.post(path, {**body, "item": item}).status_code == 422
    made = office.school.post(path, body)
    assert made.status_code == 201
    assert office.school.post(path, body).status_code == 409  # one at a time
    office.later(date(2020, 12, 4))
    assert office.step("publish").status_code == 409  # an appeal is open
    assert office.school.post(path, {**body, "item": "duties"}).status_code == 409  # the window is over
    decision = f"/assessment/appeals/{made.get_json()['id']}/decision"
    words = {"uphold": True, "decision": "核实属实", "points": 5}
    assert office.school.post(decision, words, version=1).status_code in (403, 404)
    assert office.head.post(decision, words, version=1).status_code == 409  # announced it
    assert office.leader.post(decision, {**words, "points": 25}, version=1).status_code == 422  # no less than before
    assert office.leader.post(decision, words, version=2).status_code == 412
    assert office.leader.post(decision, words, version=1).status_code == 204
    assert office.leader.post(decision, words, version=2).status_code == 409
    now = office.sheet("school_a", office.school)
    assert (now["no"], now["points"]) == (2, mine["points"] + 20)
    assert [one["kind"] for one in now["versions"]] == ["computed", "corrected"]
    changed = next(one for one in now["scored"] if one["code"] == "on-time")
    assert (changed["taken"], changed["corrected_from"]) == (5.0, 25.0)
    assert office.sheet("school_a", office.school, no=1)["points"] == mine["points"]
    assert office.step("publish").status_code == 204


def test_facts_when_they_change_before_the_announcement_then_a_new_version_and_the_old_stays(
    office: Office, world: World
) -> None:
    office.open(points={"lectures": 0, "on-time": 20})
    office.compute()
    before = office.sheet("school_b")
    assert {one["code"] for one in before["scored"]}.isdisjoint({"lectures"})
    with world.session() as session:
        hazard(session, world.units["school_b"], found=date(2020, 10, 4), due=date(2020, 11, 9), grade="major")
    office.compute()
    now = office.sheet("school_b")
    assert (now["no"], now["points"]) == (2, before["points"] - 5)
    with world.session() as session:
        kept = session.scalars(select(SheetVersion.content).where(SheetVersion.no == 1)).all()
    assert len(kept) == 3
    assert office.step("cancel").status_code == 422
    assert office.step("cancel", reason="重新安排").status_code == 204
    assert office.order().status_code == 409


def test_veto_when_the_event_is_there_then_the_word_and_no_grade(office: Office, world: World) -> None:
    unit = str(world.units["school_a"])
    at = "2020-10-09T09:00:00+08:00"
    body = {
        "unit_id": unit, "category": "traffic", "title": "机密", "occurred_at": at, "known_at": at, "grade": "general", "facts": "情况",
    }  # fmt: skip
    assert office.school.post("/records/incidents", body).status_code == 201
    office.open()
    office.compute()
    sheet = office.sheet("school_a")
    assert sheet["grade"] == "一票否决" and sheet["vetoes"][0]["holds"]
    assert "机密" not in str(sheet) and "交通事故" in str(sheet["vetoes"][0]["facts"])
    assert [one["vetoed"] for one in office.sheets(grade="vetoed")] == [True]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"ends": "2020-08-01"}, "ends"), ({"code": "none"}, "code"), ({"title": " "}, "title"), ({"points": {"none": 1}}, "points"),
        ({"points": {"on-time": 90}}, "points"),
    ],
)  # fmt: skip
def test_round_when_it_does_not_fit_then_said_where(office: Office, change: dict[str, Any], field: str) -> None:
    answer = office.open(**change)
    assert answer.status_code == 422 and field in str(answer.get_json())


def test_round_when_the_span_is_not_over_then_not_announced(office: Office) -> None:
    office.open(ends="2020-11-26")
    office.compute()
    assert office.step("announce").status_code == 409


def test_lists_when_there_are_more_rows_then_as_many_statements(office: Office, world: World) -> None:
    office.open()
    office.compute()
    counts = []
    for grade in ("excellent", ""):
        for path in (f"/assessment/rounds/{office.round}/sheets", "/assessment/rounds"):
            with statements(world.db.engine("app")) as sent:
                office.head.get(path, **({"grade": grade} if "sheets" in path else {}))
            counts.append(len(sent))
        office.open()
    assert counts[:2] == counts[2:]


def test_neighbour_when_asking_then_nothing_is_there(office: Office, client: FlaskClient, neighbour: World) -> None:
    office.open()
    office.compute()
    sheet = office.sheet("school_a")["id"]
    other = Api(client, neighbour, "head")
    for path in (f"/assessment/rounds/{office.round}", f"/assessment/sheets/{sheet}"):
        assert other.get(path).status_code == 404


def test_export_when_a_unit_takes_it_then_its_own_lines_with_points_as_numbers(office: Office, world: World) -> None:
    office.open()
    office.compute()
    assert office.step("announce").status_code == 204
    kind, question = Results(), Question({"round": (office.round,)})
    with world.session(read_only=True) as session:
        plugins = build_plugins(feature_modules(), points=())
        head, school = (
            TableWork(session, world.actor(name, session), plugins, frozenset()) for name in ("head", "safety_a")
        )
        every, own = list(kind.rows(head, question)), list(kind.rows(school, question))
        assert (kind.count(head, question), kind.count(school, question)) == (len(every), len(own)) == (18, 6)
        assert len(kind.columns(head)) == len(every[0]) and "公示中" in kind.said(head, question)
    line = dict(zip((column.name for column in kind.columns(head)), own[0], strict=True))
    assert (line["unit"], line["item"], line["figure"]) == ("第一小学", "隐患按时整改", "1/2")
    assert (line["taken"], line["against"]) == (25.0, 1)
