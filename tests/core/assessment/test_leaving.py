"""A unit that no longer takes part keeps its sheet, with the day and why; it counts in nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from core.app import feature_modules
from core.assessment.queries.rounds import waiting
from core.assessment.tables import Results
from core.hooks.manager import build_plugins
from core.hooks.tables import Question, TableWork
from core.notify.models import Notice
from core.orgs.models import OrgUnit
from core.orgs.services import close_unit
from tests.core.assessment.ground import Office, words
from tests.core.hazards.web import Browser
from tests.factories.world import World

LAST_DAY = date(2020, 11, 20)


@pytest.fixture
def office(client: FlaskClient, world: World) -> Office:
    own = Office(client, world)
    assert own.open().status_code == 201
    own.compute()
    return own


def card(office: Office) -> dict[str, Any]:
    found: dict[str, Any] = office.head.get(f"/assessment/rounds/{office.round}").get_json()
    return found


def test_unit_when_it_closed_then_marked_last_in_the_list_and_counted_nowhere(
    office: Office, world: World, client: FlaskClient
) -> None:
    before = office.sheet("school_a")
    with world.session() as session:
        for unit in ("campus_a", "school_a"):
            close_unit(session, actor=world.system, unit_id=world.units[unit], last_day=LAST_DAY)
    office.compute()
    sheets = office.sheets()
    assert [one["unit_name"] for one in sheets][-1] == "第一小学"  # first by name, and yet the last
    assert [(one["left_on"], one["left_why"]) for one in sheets[1:]] == [(None, ""), ("2020-11-20", "closed")]
    now = office.sheet("school_a")
    assert (now["points"], now["no"], now["left_on"]) == (before["points"], before["no"], "2020-11-20")
    whole = card(office)
    assert (whole["line"]["units"], whole["left"], sum(one["units"] for one in whole["grades"])) == (2, 1, 2)
    assert [one["unit_name"] for one in office.sheets(grade="left")] == ["第一小学"]
    assert len(office.sheets(grade=next(one["code"] for one in whole["grades"] if one["units"]))) == 2
    assert office.step("announce").status_code == 204
    kind, question = Results(), Question({"round": (office.round,)})
    with world.session(read_only=True) as session:
        told = set(session.scalars(select(Notice.person_id).where(Notice.kind == "assessment")))
        assert world.people["safety_b"] in told and world.people["safety_a"] not in told
        work = TableWork(
            session, world.actor("head", session), build_plugins(feature_modules(), points=()), frozenset()
        )
        rows = list(kind.rows(work, question))
        assert {row[0] for row in rows} == {one["unit_name"] for one in sheets[:-1]}
        assert kind.count(work, question) == len(rows) and "不再参评的1家" in kind.said(work, question)
        assert waiting(session, world.actor("safety_b", session))[1] == 1
    paper = words(office.head, now["id"])
    assert (
        "2020年11月20日单位已停办，你单位不再参评" in paper
        and "没有结果可以申诉" in paper
        and "逐项提出申诉" not in paper
    )
    page = Browser.of(client.application, world, "head").get(f"/assessment/{office.round}").get_data(as_text=True)
    assert "不再参评" in page and "单位已停办" in page


def test_unit_when_its_type_is_not_assessed_then_marked_and_back_again_when_it_is(office: Office, world: World) -> None:
    own = update(OrgUnit).where(OrgUnit.id == world.units["school_b"])
    with world.session() as session:
        was = session.scalars(select(OrgUnit.org_type).where(OrgUnit.id == world.units["school_b"])).one()
        session.execute(own.values(org_type="section"))
    office.compute()
    assert [(one["left_on"], one["left_why"]) for one in office.sheets(grade="left")] == [("2020-11-26", "scope")]
    office.later(date(2020, 11, 30))
    office.compute()
    assert [one["left_on"] for one in office.sheets(grade="left")] == ["2020-11-26"]  # the day on which it was found
    with world.session() as session:
        session.execute(own.values(org_type=was))
    office.compute()
    assert office.sheets(grade="left") == [] and office.sheet("school_b")["no"] == 1


def test_unit_when_exempted_then_out_with_the_reason_until_it_is_taken_back_and_computed_again(
    office: Office, world: World, client: FlaskClient
) -> None:
    sheet = office.sheet("school_a")
    path, api = f"/assessment/sheets/{sheet['id']}/exemption", f"/api/v1/assessment/sheets/{sheet['id']}/exemption"
    reason = {"reason": "校舍改建，本年度停课"}
    assert office.head.post(path, {"reason": ""}, version=1).status_code == 422
    assert office.head.post(path, reason, version=9).status_code == 412
    assert office.school.post(path, reason, version=1).status_code in (403, 404)
    assert office.head.post(path, reason, version=1).status_code == 204
    assert office.head.post(path, reason, version=2).status_code == 409
    office.compute()
    now = office.sheet("school_a")
    assert (now["left_why"], now["left_reason"], now["left_on"]) == ("exempted", reason["reason"], "2020-11-26")
    browser = Browser.of(client.application, world, "head")
    page = browser.get(f"/assessment/sheets/{sheet['id']}").get_data(as_text=True)
    assert reason["reason"] in page and "恢复参评" in page
    back = {**world.headers("head"), "If-Match": '"2"'}
    assert client.delete(api, headers=back).status_code == 204
    assert office.step("announce").status_code == 409  # what it says may be old
    assert card(office)["left"] == 0
    office.compute()
    form = {**reason, "version": str(office.sheet("school_a")["version"])}
    browser.get(f"/assessment/sheets/{sheet['id']}")
    assert browser.post(f"/assessment/sheets/{sheet['id']}/exemption", form).status_code == 302
    assert office.step("announce").status_code == 204
    mine = {"item": "on-time", "text": "理由"}
    assert office.school.post(f"/assessment/sheets/{sheet['id']}/appeals", mine).status_code == 409
    assert client.delete(api, headers={**back, "If-Match": '"4"'}).status_code == 409  # announced
