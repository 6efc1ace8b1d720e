"""Pages: from the figure to the fact in one click, a round opened and decided by forms, a unit sees itself only."""

from __future__ import annotations

import re
from datetime import date
from uuid import UUID

import pytest
from flask import Flask, url_for
from sqlalchemy import select

from core.assessment.pages.blueprint import PAGES
from core.assessment.services.computing import JOB
from core.jobs.models import Job
from tests.core.assessment.ground import AUTUMN, hazard, works_of
from tests.core.hazards.web import Browser
from tests.factories.world import World

ALIKE = UUID("00000000-0000-7000-8000-000000000001")
YEAR = "starts=2020-01-01&ends=2020-11-25"


@pytest.fixture
def late(world: World) -> str:
    """A hazard of school A that was not rectified in time."""
    with world.session() as session:
        return str(hazard(session, world.units["school_a"], found=date(2020, 9, 3), due=date(2020, 9, 20)))


def version_of(browser: Browser, path: str) -> str:
    """What a form of the page says."""
    found = re.search(r'name="version" value="(\d+)"', browser.get(path).get_data(as_text=True))
    assert found is not None
    return found[1]


def test_indicator_when_followed_then_the_hazard_is_two_clicks_away(app: Flask, world: World, late: str) -> None:
    browser = Browser.of(app, world, "head")
    page = browser.get(f"/indicators?{YEAR}").get_data(as_text=True)
    assert "隐患按时整改率" in page and "/indicators/wj-3_3-10" in page and "WJ-3.3-10" in page
    units = browser.get(f"/indicators/wj-3_3-10?{YEAR}&verdict=missed").get_data(as_text=True)
    assert "第一小学" in units and "第二初级中学" not in units and "确保按时整改销案" in units
    facts = browser.get(f"/indicators/wj-3_3-10/units/{world.units['school_a']}?{YEAR}").get_data(as_text=True)
    assert f"/hazards/{late}" in facts
    school = Browser.of(app, world, "safety_b")
    assert "第一小学" not in school.get(f"/indicators/wj-3_3-10?{YEAR}").get_data(as_text=True)
    assert school.get(f"/indicators/wj-3_3-10/units/{world.units['school_a']}").status_code == 404
    assert browser.get("/indicators/none").status_code == 404


def test_fact_when_of_any_kind_then_its_page_is_there(app: Flask) -> None:
    with app.test_request_context():
        for endpoint, argument, _permission in PAGES.values():
            assert url_for(endpoint, **{argument: str(ALIKE)}).endswith(str(ALIKE))


def test_figure_when_typed_then_on_the_page_and_only_where_there_are_no_facts(app: Flask, world: World) -> None:
    browser = Browser.of(app, world, "head")
    path = "/indicators/wj-2_1-07"
    assert "待填报" in browser.get(path).get_data(as_text=True)
    form = {"unit_id": str(world.units["school_a"]), "as_of": "2020-11-20", "part": "3", "whole": "4", "basis": ""}
    key = {"idempotency_key": "a" * 32}
    answer = browser.post(f"{path}/entries", form | key)
    assert answer.status_code == 422 and "依据" in answer.get_data(as_text=True)
    assert browser.post(f"{path}/entries", form | key | {"basis": "宣讲签到表"}).status_code == 302
    assert "75%" in browser.get(path).get_data(as_text=True)
    assert browser.post("/indicators/wj-3_3-10/entries", form | {"basis": "x"}).status_code in (409, 422)


def test_round_when_opened_by_the_form_then_computed_appealed_and_decided_on_pages(
    app: Flask, world: World, late: str
) -> None:
    head, school, leader = (Browser.of(app, world, name) for name in ("head", "safety_a", "leader"))
    page = head.get("/assessment/new").get_data(as_text=True)
    assert "points.on-time" in page and "推荐值" not in page
    form = {"code": "annual", "title": "秋季考核", **AUTUMN, "points.on-time": "20", "idempotency_key": "b" * 32}
    assert head.post("/assessment/new", form).status_code == 422  # not agreed
    made = head.post("/assessment/new", {**form, "agreed": "1", "idempotency_key": "c" * 32})
    assert made.status_code == 302
    path = made.headers["Location"]
    assert head.get(f"{path}/computation").status_code == 404  # nothing ordered
    seen = version_of(head, path)
    assert head.post(f"{path}/computation", {"version": seen}).status_code == 302
    assert head.post(f"{path}/computation", {"version": seen}).status_code == 302  # two at once: the same work
    page, bar = head.get(path).get_data(as_text=True), head.get(f"{path}/computation").get_json()
    assert "data-progress-follow" in page and "按今天的事实计算" not in page and bar["state"] == "queued"
    assert "/indicators/wj-2_1-07/table?starts=2020-09-01" in page  # what people must judge is one click away
    with world.session() as session:
        (job_id,) = session.scalars(select(Job.id).where(Job.kind == JOB))
    assert works_of(world, head.client).runner.run(world.tenant.id, job_id) == "done"
    bar = head.get(f"{path}/computation").get_json()
    assert (bar["state"], bar["done"], bar["total"], bar["result_url"]) == ("done", 3, 3, path)
    assert "data-progress-follow" not in head.get(path).get_data(as_text=True)
    assert head.post(f"{path}/steps", {"step": "announce", "version": version_of(head, path)}).status_code == 302
    assert "第一小学" in head.get(path).get_data(as_text=True)
    own = school.get(path).get_data(as_text=True)
    assert "第一小学" in own and "第二初级中学" not in own and "公示中" in own
    sheet = re.search(r"/assessment/sheets/[0-9a-f-]{36}", own)
    assert sheet is not None
    page = school.get(sheet[0]).get_data(as_text=True)
    assert f"/hazards/{late}" in page and "确保按时整改销案" in page and "扣20分" in page
    appeal = {"item": "on-time", "text": "已当天整改", "idempotency_key": "d" * 32}
    assert school.post(f"{sheet[0]}/appeals", appeal).status_code == 302
    assert "提交处理" not in head.get(sheet[0]).get_data(as_text=True)  # announced it
    page = leader.get(sheet[0]).get_data(as_text=True)
    action = re.search(r"/appeals/[0-9a-f-]{36}", page)
    assert action is not None and "提交处理" in page
    decided = leader.post(
        f"{sheet[0]}{action[0]}", {"version": "1", "uphold": "true", "points": "0", "decision": "属实"}
    )
    assert decided.status_code == 302
    page = school.get(sheet[0]).get_data(as_text=True)
    assert "申诉成立" in page and "申诉后更正" in page
