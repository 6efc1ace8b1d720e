"""Tongyu on 2018-12-06: two zero reports and a late one, and the grid says so; who is missing is urged, and the receipt comes back.

A small district of its own instead of the demo, so that the clock can go on to the next day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from core.db.engines import Database
from core.kernel.clock import FixedClock
from tests.core.reports.district import build_tongyu
from tests.core.reports.ground import Ground, at
from tests.journeys.conftest import Enter
from tests.journeys.pictures import Shooter
from tests.journeys.steps import press
from tests.journeys.town import Town, served

TEN_DAY = "冬春安全整治大会战十日报表"


@pytest.fixture
def ground(db: Database, clock: FixedClock) -> Ground:
    clock.at = at(2018, 11, 21)
    made = Ground(build_tongyu(db), clock)
    made.open()
    made.go(at(2018, 12, 6))
    made.open()
    return made


@pytest.fixture
def town(app: Flask, ground: Ground, open_page: Enter, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    monkeypatch.setattr("core.tenancy.directory.KEEP_S", 0.0)
    with served(app) as url:
        found = Town(ground.world, ground.clock, url, open_page)
        found.go(ground.clock.at)
        yield found


def begin(page: Page, town: Town, period: str) -> None:
    """From the list of what is owed into the form of the ten-day report."""
    town.see(page, "/reports")
    row = (
        page.locator(".x-row-card, tbody tr")
        .filter(has_text=TEN_DAY)
        .filter(has_text=period)
        .locator("visible=true")
        .first
    )
    row.get_by_role("button", name="填报").click()
    page.wait_for_url(re.compile(r"/reports/filings/[0-9a-f-]{36}$"))


def test_two_zero_reports_and_a_late_one(town: Town, ground: Ground, shot: Shooter, tmp_path: Path) -> None:
    # 12-06, the due day: two heads have nothing to report and say so by name
    for who, phone in (("principal_b", True), ("principal_k", False)):
        page = town.enter(who.replace("_", "."), phone=phone)
        begin(page, town, "第2期")
        page.get_by_text("本期无应报事项，签零报告").click()
        expect(page.locator("blockquote")).to_contain_text("期间，本单位无应报告事项，特此零报告。")
        page.locator("#f-zero-signed").fill(who)
        press(page, "签署零报告")
        expect(page.locator("#alerts, main").first).to_contain_text("零报告已签")
        expect(page.locator(".x-head").first).to_contain_text("零报")

    # 12-07: the third one is told that it is late, and still files
    town.go(at(2018, 12, 7, 8))
    page = town.enter("principal.a", phone=True)
    begin(page, town, "第2期")
    expect(page.locator("main")).to_contain_text("仍可补报，将记为迟报")
    page.locator("[name=summary]").fill("本期已排查，没有发现隐患。")
    page.locator("#f-signed_as").fill("principal_a")
    press(page, "签名并报出")
    expect(page.locator(".x-head").first).to_contain_text("迟报")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, "the page fits a phone"
    expect(page.get_by_role("button", name="签名并报出")).to_have_count(0)

    # the grid says so
    officer = town.enter("officer")
    officer.goto(f"{town.url}/reports/grid?code=ten-day&round_id={ground.round()}")
    said = {row.locator("td").nth(2).inner_text(): row.inner_text() for row in officer.locator("#list tbody tr").all()}
    assert "迟报" in said["第一小学"] and "逾期未报" in said["第一小学"], "late for the second, missing for the first"
    assert all("零报" in said[name] and "逾期未报" in said[name] for name in ("第二初级中学", "第一幼儿园"))
    expect(officer.locator("main")).to_contain_text("应报3个单位，已报3个")
    expect(officer.locator("main")).to_contain_text("零报2个")

    # nobody filed the first one: all are urged with one click, and not twice
    first = f"{town.url}/reports/grid?code=ten-day&round_id={ground.round('ten-day@2018-11-26')}"
    officer.goto(first)
    officer.locator("[data-select-all]").check()
    press(officer, "催报")
    expect(officer.locator("main, #alerts").first).to_contain_text("已催报3个单位")
    officer.locator("[data-select-all]").check()
    press(officer, "催报")
    expect(officer.locator("main, #alerts").first).to_contain_text("3个单位今天已催过")

    # the head reads it, and the receipt comes back
    head = town.enter("principal.a")
    head.goto(f"{town.url}/notices")
    head.locator(".x-todo").filter(has_text="催报：").get_by_role("button", name="查看").click()
    head.wait_for_url(re.compile(r"/reports$"))
    officer.goto(first)
    expect(officer.locator("#list tbody tr").filter(has_text="第一小学")).to_contain_text("1/2人已阅")

    # and away with it
    with officer.expect_download() as saved:
        officer.get_by_role("link", name="导出", exact=True).click()
    path = tmp_path / "grid.xlsx"
    saved.value.save_as(path)
    sheet = load_workbook(path).active
    assert sheet is not None
    words = "\n".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None)
    assert "已报·迟报" in words and words.count("已报·零报") == 2


def test_the_district_sends_one_back_and_the_school_improves_it(town: Town) -> None:
    page = town.enter("principal.a", phone=True)
    begin(page, town, "第2期")
    page.locator("#f-signed_as").fill("principal_a")
    press(page, "签名并报出")
    expect(page.locator(".x-head").first).to_contain_text("已报")
    path = page.url

    officer = town.enter("officer")
    officer.goto(f"{town.url}/reports/review")
    officer.get_by_role("link", name="第一小学").click()
    officer.locator("[name=words]").fill("请补充整改情况")
    press(officer, "退回")
    expect(officer.locator(".x-head").first).to_contain_text("退回")

    page.goto(path)
    expect(page.locator("main")).to_contain_text("请补充整改情况")
    page.locator("[name=summary]").fill("已补充整改情况。")
    page.locator("#f-signed_as").fill("principal_a")
    press(page, "签名并报出")
    expect(page.locator("main")).to_contain_text("第2版")
    expect(page.locator("main")).to_contain_text("第1版")

    officer.goto(path)
    press(officer, "审核通过")
    expect(officer.locator("main")).to_contain_text("上级已审，不能修改")
