"""Tongyu on 2018-12-06: two zero reports and a late one, and the grid says so; who is missing is urged, and the receipt comes back.

A small district of its own instead of the demo, so that the clock can go on to the next day.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from core.db.engines import Database
from core.kernel.clock import FixedClock
from tests.conftest import APP_CLOCK
from tests.core.reports.district import build_tongyu
from tests.core.reports.ground import Ground, at
from tests.factories.world import PASSWORD
from tests.journeys.conftest import Enter
from tests.journeys.pictures import Shooter

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
def url(app: Flask, ground: Ground, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The application, served on the district's clock."""
    monkeypatch.setattr("core.tenancy.directory.KEEP_S", 0.0)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    serving.join()


class Town:
    """The people of the district, who come in by the sign-in form."""

    def __init__(self, ground: Ground, url: str, open_page: Enter) -> None:
        self.ground, self.url, self.open_page = ground, url, open_page
        self.go(ground.clock.at.day, 9)

    def go(self, day: int, hour: int) -> None:
        self.ground.go(at(2018, 12, day, hour))
        APP_CLOCK.at = self.ground.clock.at

    def enter(self, who: str, *, phone: bool = False) -> Page:
        page = self.open_page(phone=phone)
        page.goto(f"{self.url}/sign-in?change=1")
        page.locator("[name=tenant]").select_option(self.ground.world.tenant.slug)
        page.locator("[name=login]").fill(who.replace("_", "."))
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("form[action$='/sign-in'] button[type=submit]").click()
        page.wait_for_url(lambda address: "/sign-in" not in address)
        return page

    def begin(self, page: Page, period: str) -> None:
        """From the list of what is owed into the form of the ten-day report."""
        page.goto(f"{self.url}/reports")
        row = (
            page.locator(".x-row-card, tbody tr")
            .filter(has_text=TEN_DAY)
            .filter(has_text=period)
            .locator("visible=true")
            .first
        )
        row.get_by_role("button", name="填报").click()
        page.wait_for_url(re.compile(r"/reports/filings/[0-9a-f-]{36}$"))


@pytest.fixture
def town(ground: Ground, url: str, open_page: Enter) -> Town:
    return Town(ground, url, open_page)


def test_two_zero_reports_and_a_late_one(town: Town, shot: Shooter, tmp_path: Path) -> None:
    # 12-06, the due day: two heads have nothing to report and say so by name
    for who, phone in (("principal_b", True), ("principal_k", False)):
        page = town.enter(who, phone=phone)
        town.begin(page, "第2期")
        page.get_by_text("本期无应报事项，签零报告").click()
        expect(page.locator("blockquote")).to_contain_text("期间，本单位无应报告事项，特此零报告。")
        page.locator("#f-zero-signed").fill(who)
        page.get_by_role("button", name="签署零报告").click()
        expect(page.locator("#alerts, main").first).to_contain_text("零报告已签")
        expect(page.locator(".x-head").first).to_contain_text("零报")

    # 12-07: the third one is told that it is late, and still files
    town.go(7, 8)
    page = town.enter("principal_a", phone=True)
    town.begin(page, "第2期")
    expect(page.locator("main")).to_contain_text("仍可补报，将记为迟报")
    page.locator("[name=summary]").fill("本期已排查，没有发现隐患。")
    page.locator("#f-signed_as").fill("principal_a")
    page.get_by_role("button", name="签名并报出").click()
    expect(page.locator(".x-head").first).to_contain_text("迟报")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, "the page fits a phone"
    expect(page.get_by_role("button", name="签名并报出")).to_have_count(0)

    # the grid says so
    officer = town.enter("officer")
    officer.goto(f"{town.url}/reports/grid?code=ten-day&round_id={town.ground.round()}")
    said = {row.locator("td").nth(2).inner_text(): row.inner_text() for row in officer.locator("#list tbody tr").all()}
    assert "迟报" in said["第一小学"] and "逾期未报" in said["第一小学"], "late for the second, missing for the first"
    assert all("零报" in said[name] and "逾期未报" in said[name] for name in ("第二初级中学", "第一幼儿园"))
    expect(officer.locator("main")).to_contain_text("应报3个单位，已报3个")
    expect(officer.locator("main")).to_contain_text("零报2个")

    # nobody filed the first one: all are urged with one click, and not twice
    first = f"{town.url}/reports/grid?code=ten-day&round_id={town.ground.round('ten-day@2018-11-26')}"
    officer.goto(first)
    officer.locator("[data-select-all]").check()
    officer.locator("[data-bulk]").get_by_role("button", name="催报").click()
    expect(officer.locator("main, #alerts").first).to_contain_text("已催报3个单位")
    officer.locator("[data-select-all]").check()
    officer.locator("[data-bulk]").get_by_role("button", name="催报").click()
    expect(officer.locator("main, #alerts").first).to_contain_text("3个单位今天已催过")

    # the head reads it, and the receipt comes back
    head = town.enter("principal_a")
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
    page = town.enter("principal_a", phone=True)
    town.begin(page, "第2期")
    page.locator("#f-signed_as").fill("principal_a")
    page.get_by_role("button", name="签名并报出").click()
    expect(page.locator(".x-head").first).to_contain_text("已报")
    path = page.url

    officer = town.enter("officer")
    officer.goto(f"{town.url}/reports/review")
    officer.get_by_role("link", name="第一小学").click()
    officer.locator("[name=words]").fill("请补充整改情况")
    officer.get_by_role("button", name="退回").click()
    expect(officer.locator(".x-head").first).to_contain_text("退回")

    page.goto(path)
    expect(page.locator("main")).to_contain_text("请补充整改情况")
    page.locator("[name=summary]").fill("已补充整改情况。")
    page.locator("#f-signed_as").fill("principal_a")
    page.get_by_role("button", name="签名并报出").click()
    expect(page.locator("main")).to_contain_text("第2版")
    expect(page.locator("main")).to_contain_text("第1版")

    officer.goto(path)
    officer.get_by_role("button", name="审核通过").click()
    expect(officer.locator("main")).to_contain_text("上级已审，不能修改")
