"""Pages of campaigns as people of a district and of a school open them."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from core.campaigns.pages.notice import PLACES
from tests.factories.world import World
from tests.plugins.fire.test_web import Browser

PAGES = (
    "/campaigns", "/campaigns/tasks", "/campaigns/tasks?mine=1", "/campaigns/tasks/wj-2_1-19", "/campaigns/tasks/matrix",
    "/campaigns/matrix", "/campaigns/duties", "/campaigns/letters", "/campaigns/schemes", "/pack/documents/notice",
)  # fmt: skip


@pytest.mark.parametrize("who", ["head", "leader", "safety_a", "staff_a"])
def test_every_page_opens(app: Flask, client: FlaskClient, world: World, who: str) -> None:
    browser = Browser(app, world, who)
    for page in PAGES:
        assert "<h1>" in browser.get(page), page


def test_a_task_is_added_reported_and_signed_on_its_page(app: Flask, client: FlaskClient, world: World) -> None:
    head, leader = Browser(app, world, "head"), Browser(app, world, "leader")
    head.get("/campaigns/tasks/new")
    made = head.post(
        "/campaigns/tasks/new",
        {
            "title": "召开开学安全会",
            "campaign": "three_year",
            "responsible": ["教育局"],
            "sign_off": "1",
            "idempotency_key": "k1",
        },
    )
    assert made.headers["Location"] == "/campaigns/tasks/own-1"
    root = str(world.units["root"])
    assert "由他人签认" in head.get("/campaigns/tasks/own-1")
    sent = head.post(
        "/campaigns/tasks/own-1/report", {"version": "0", "unit_id": root, "done_on": "2020-11-25", "note": "已召开"}
    )
    assert sent.status_code == 302
    assert "填报人不能签认自己的任务" in head.get("/campaigns/tasks/own-1") or "待签认" in head.get(
        "/campaigns/tasks/own-1"
    )
    assert "签认" in leader.get("/campaigns/tasks/own-1")
    assert leader.post("/campaigns/tasks/own-1/sign", {"version": "2", "unit_id": root}).status_code == 302
    assert "已办结" in leader.get("/campaigns/tasks/own-1")


def test_a_wrong_form_comes_back_with_its_fault(app: Flask, client: FlaskClient, world: World) -> None:
    browser = Browser(app, world, "safety_a")
    browser.get("/campaigns/tasks/wj-2_1-19")
    wrong = browser.post(
        "/campaigns/tasks/wj-2_1-19/report",
        {"version": "0", "unit_id": str(world.units["school_a"]), "done_on": "2020-12-25"},
    )
    assert (wrong.status_code, "不能晚于今天" in wrong.get_data(as_text=True)) == (422, True)
    right = browser.post(
        "/campaigns/tasks/wj-2_1-19/report",
        {"version": "0", "unit_id": str(world.units["school_a"]), "done_on": "2020-11-25"},
    )
    assert right.status_code == 302


def test_a_gate_is_confirmed_with_a_file_and_shown_with_who_and_when(
    app: Flask, client: FlaskClient, world: World
) -> None:
    browser = Browser(app, world, "head")
    page = browser.get("/campaigns")
    assert "阶段已结束，还有2项要求没有确认" in page
    browser.get("/campaigns/three_year/p1/gates/1")
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(picture, "PNG")
    picture.seek(0)
    sent = browser.post(
        "/campaigns/three_year/p1/gates/1", {"version": "0", "note": "已印发", "files": (picture, "文件.png")}
    )
    assert sent.status_code == 302
    page = browser.get("/campaigns")
    assert "已印发" in page and "阶段已结束，还有1项要求没有确认" in page


def test_the_notice_says_how_each_clause_stands(app: Flask, client: FlaskClient, world: World) -> None:
    browser = Browser(app, world, "head")
    assert "常州市武进区教育系统安全专项整治三年行动实施方案" in browser.get("/campaigns"), "its title, word for word"
    page = browser.get("/pack/documents/notice")
    assert "运行中" in page and "仅文本" in page
    assert 'id="c-WJ-2.1-19"' in page
    answer = browser.client.get("/pack/clauses/WJ-2.1-19")
    assert answer.status_code == 302 and "#p" in answer.headers["Location"]
    only = browser.get("/pack/documents/notice?standing=overdue")
    assert len(only) < len(page)


def test_what_carries_a_clause_leads_to_its_page_for_those_who_may_open_it(app: Flask, world: World) -> None:
    assert set(PLACES.values()) <= set(app.view_functions)
    head, staff = (Browser(app, world, name).get("/pack/documents/notice") for name in ("head", "staff_a"))
    main = {name: page[page.index('<main id="main"') :] for name, page in (("head", head), ("staff", staff))}
    for link in ('href="/pack/settings"', 'href="/inspections/checklists"', 'href="/due"'):
        assert link in main["head"] and link not in main["staff"]
    assert 'href="/imports"' in head and 'href="/imports"' not in staff, "the menu"


def test_holes_of_the_matrix_are_said_and_filled(app: Flask, client: FlaskClient, world: World) -> None:
    browser = Browser(app, world, "head")
    assert "11项主要任务文件没有写明责任处室" in browser.get("/campaigns/matrix")
    sent = browser.post("/campaigns/matrix/t4", {"version": "0", "responsible": ["safety"]})
    assert sent.status_code == 302
    page = browser.get("/campaigns/matrix")
    assert "10项主要任务文件没有写明责任处室" in page and "本区指定" in page
    assert "深入开展学校消防安全专项整治" in browser.get("/campaigns/duties")


def test_duty_list_says_what_the_notice_asks_of_a_department_and_who_stands_behind_it(
    app: Flask, client: FlaskClient, world: World
) -> None:
    page = Browser(app, world, "head").get("/campaigns/duties")
    card = page[page.index('id="department-safety"') :]
    assert "文件对该处室的要求" in card and "WJ-4.1-10" in card, "sentences of the department"
    assert "测试leader" in page and "测试head" in page, "holders, to who may see accounts of the bureau"
    for_staff = Browser(app, world, "staff_a").get("/campaigns/duties")
    assert "文件对该处室的要求" in for_staff and "测试leader" not in for_staff
