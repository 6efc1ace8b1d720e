"""应知应会 on a phone: an exam is opened, sat, passed; the post is no longer short of it; the certificate is there with its scan."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from core.kernel.clock import FixedClock
from tests.core.exams.conftest import ANSWERS, Hall
from tests.core.exams.conftest import hall as hall  # noqa: PLC0414  a fixture, re-exported by name
from tests.journeys.conftest import Enter
from tests.journeys.pictures import Shooter
from tests.journeys.steps import BEFORE, press
from tests.journeys.town import Town, served

pytestmark = pytest.mark.journey


@pytest.fixture
def town(
    app: Flask, hall: Hall, clock: FixedClock, open_page: Enter, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Town]:
    monkeypatch.setattr("core.tenancy.directory.KEEP_S", 0.0)
    with served(app) as url:
        yield Town(hall.world, clock, url, open_page)


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, f"{page.url} fits a phone"


def answer(page: Page) -> None:
    """Every question rightly, each kept by the server before the next is touched."""
    questions = page.locator("li.x-question")
    expect(questions).to_have_count(len(ANSWERS))
    for no in range(1, len(ANSWERS) + 1):
        question = page.locator(f"#q{no}")
        stem = next(stem for stem in ANSWERS if stem in question.locator("legend").inner_text())
        for letter in ANSWERS[stem]:
            with page.expect_response(lambda sent: sent.url.endswith("/answers") and sent.status == 200):
                question.locator(f"label:has(input[value={letter}])").click()
            expect(question.locator(f"input[value={letter}]")).to_be_checked()
        expect(page.locator(f"#saved-{no}")).to_contain_text("已保存")
    expect(page.locator("#answered")).to_have_text(str(len(ANSWERS)))


def test_director_sits_on_a_phone_and_is_no_longer_short_of_it(town: Town, hall: Hall, shot: Shooter) -> None:
    exam = hall.draft(posts=["safety_director"], valid_months=12)
    series = hall.by("head").get(f"/exams/{exam}").get_json()["series"]
    asked = {"post_code": "safety_director", "series": series, "reason": "先通过考核再上岗"}
    assert hall.by("head").post("/exams/qualifications", asked).status_code == 201

    office = town.enter("head")
    town.see(office, f"/exams/{exam}")
    press(office, "开始考试", sure=True)
    expect(office.get_by_role("button", name="结束考试")).to_be_visible()

    director = town.enter("safety.a", phone=True)
    town.see(director, "/exams/mine")
    gate = director.locator(".x-todo").filter(has_text="消防应知应会")
    expect(gate).to_contain_text("未达标")
    press(director, "开始答题", sure=True)
    director.wait_for_url(re.compile(r"/exams/sittings/[0-9a-f-]{36}$"))
    fits(director)
    answer(director)
    shot(director, "exam-phone")
    press(director, "交卷", sure=True)
    expect(director.locator(".x-exam-result")).to_contain_text("考试通过")
    expect(director.locator(".x-exam-result")).to_contain_text("100%")
    expect(director.locator(".x-exam-result")).to_contain_text("有效期至")
    fits(director)

    with director.expect_navigation():
        director.get_by_role("link", name="返回我的考试").click()
    expect(director.locator(".x-exam")).to_contain_text("有效期至2021-11")
    expect(gate).to_have_count(0)

    unit = hall.world.units["school_a"]
    town.see(director, f"/registers/certificates/new?unit_id={unit}")
    director.get_by_label("证书种类").select_option("health")
    director.get_by_label("持证人（没有账号的）").fill("工号17")
    director.get_by_label("证书扫描件").set_input_files([BEFORE])
    fits(director)
    press(director, "保存")
    scan = director.locator(".x-gallery img")
    expect(scan).to_be_visible()
    expect(scan).not_to_have_js_property("naturalWidth", 0)
    fits(director)
    shot(director, "register-scan-phone")

    town.see(office, f"/exams/standing/{unit}")
    expect(office.locator("main")).to_contain_text("第一小学")
    expect(office.locator("main").get_by_text("消防应知应会")).to_have_count(0)
