"""随手拍 in a real browser with the network off: kept, shown, sent once with a receipt, never in somebody else's name."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import func, select
from werkzeug.serving import make_server

from core.files.models import File
from core.hazards.models import Hazard
from core.identity.services.sessions import open_session
from tests.conftest import APP_CLOCK, NOW
from tests.factories.world import World
from tests.journeys.conftest import PATIENCE_MS, PHONE
from tests.journeys.pictures import photo
from tests.journeys.test_offline import Gate

pytestmark = pytest.mark.journey
PAGE = "/hazards/new"


@dataclass
class Live:
    """A served application and phones of people of a school."""

    url: str
    gate: Gate
    world: World
    browser: Browser
    faults: list[str]
    contexts: list[BrowserContext] = field(default_factory=list)

    def phone(self, who: str = "staff_a") -> Page:
        context = self.browser.new_context(viewport=PHONE, locale="zh-CN", has_touch=True, is_mobile=True)
        context.set_default_timeout(PATIENCE_MS)
        self.contexts.append(context)
        self.sign_in(context, who)
        return self.open(context)

    def sign_in(self, context: BrowserContext, who: str) -> None:
        with self.world.session() as session:
            secret = open_session(session, person_id=self.world.people[who], ip="127.0.0.1", user_agent="test")
        value = f"{self.world.tenant.id}.{secret}"
        context.add_cookies([{"name": "xiaoan", "value": value, "url": self.url}])

    def open(self, context: BrowserContext, path: str = PAGE) -> Page:
        page = context.new_page()
        page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        page.on("console", lambda said: self.faults.append(said.text) if "Content Security" in said.text else None)
        page.goto(self.url + path)
        if path == PAGE:
            expect(page.locator("[data-reports]")).to_have_attribute("data-ready", "yes")
        return page

    def count(self, table: Any) -> int:
        with self.world.session() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture
def live(app: Flask, world: World, browser: Browser) -> Iterator[Live]:
    APP_CLOCK.at = NOW
    gate = Gate(app.wsgi_app)
    server = make_server("127.0.0.1", 0, gate, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    made = Live(f"http://127.0.0.1:{server.server_port}", gate, world, browser, [])
    yield made
    gate.free.set()
    for context in made.contexts:
        context.close()
    server.shutdown()
    thread.join()
    server.server_close()
    assert made.faults == []


def kept(page: Page) -> None:
    expect(page.locator("[data-reports]")).to_have_attribute("data-kept", "yes")


def fill(page: Page, words: str, *, picture: bool = True) -> None:
    if picture:
        page.locator("input[type=file]").first.set_input_files([photo("before")])
        expect(page.locator("[data-upload-item]")).to_have_count(1)
    page.locator("[name=place_typed]").fill("教学楼三层东侧")
    page.locator("[name=description]").fill(words)


def send(page: Page) -> None:
    page.locator(".x-phone-go button").click()


def said(page: Page) -> Any:
    return page.locator("[data-sync-words]")


def test_reports_when_the_network_goes_then_kept_shown_and_sent_once(live: Live) -> None:
    page = live.phone()
    kept(page)
    page.context.set_offline(True)
    before = len(live.gate.seen)
    page.reload()
    expect(page.locator("[data-reports]")).to_have_attribute("data-ready", "yes")
    fill(page, "疏散通道堆放课桌")
    send(page)
    expect(said(page)).to_contain_text("1条未发送")
    expect(said(page)).to_contain_text("已存在手机里")
    expect(page.locator("[name=description]")).to_have_value("")
    expect(page.locator("[data-upload-item]")).to_have_count(0)
    fill(page, "消火栓没有水", picture=False)
    send(page)
    expect(said(page)).to_contain_text("2条未发送")
    page.reload()
    expect(said(page)).to_contain_text("2条未发送")
    lines = page.locator(".x-kept-reports li")
    expect(lines).to_have_count(2)
    expect(lines.first).to_contain_text("疏散通道堆放课桌 · 教学楼三层东侧 · 1张照片")
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"], "nothing is wider than the phone"
    assert live.gate.seen[before:] == [] and live.count(Hazard) == 0

    page.context.set_offline(False)
    expect(said(page)).to_have_text("全部已发送")
    assert (live.count(Hazard), live.count(File)) == (2, 1)
    expect(lines.first.locator("a")).to_have_text("查看")
    lines.first.locator("a").click()
    page.wait_for_url("**/hazards/*-*")
    expect(page.locator("main")).to_contain_text("疏散通道堆放课桌")


def test_report_when_the_receipt_is_lost_then_sent_again_and_there_once(live: Live) -> None:
    page = live.phone()
    kept(page)
    context = page.context
    context.set_offline(True)
    fill(page, "消火栓没有水")
    send(page)
    expect(said(page)).to_contain_text("1条未发送")
    live.gate.hold = "POST /hazards/new/kept"
    context.set_offline(False)
    assert live.gate.done.wait(PATIENCE_MS / 1000), "the server has done the work, and the phone has not heard of it"
    page.close()
    live.gate.free.set()
    page = context.new_page()
    with page.expect_response(lambda answer: answer.request.method == "POST" and answer.url.endswith("/kept")):
        page.goto(live.url + "/")  # any page of that person sends what waits
    page = live.open(context)
    expect(said(page)).to_have_text("全部已发送")
    assert (live.count(Hazard), live.count(File)) == (1, 1)
    assert live.gate.posts("/hazards/new/kept") >= 2


def test_report_when_sent_at_once_then_its_page_and_when_wrong_then_the_form_says_what(live: Live) -> None:
    page = live.phone()
    page.locator("[name=place_typed]").fill("操场")
    send(page)
    expect(page.locator(".x-alert")).to_contain_text("请说明是什么隐患")
    expect(page.locator("[name=place_typed]")).to_have_value("操场")
    expect(page.locator("[data-reports]")).to_have_attribute("data-ready", "yes")
    page.locator("[name=description]").fill("看台松动")
    send(page)
    page.wait_for_url("**/hazards/*-*")
    expect(page.locator("main")).to_contain_text("看台松动")
    assert live.count(Hazard) == 1


def test_report_when_refused_later_then_kept_and_can_be_put_right(live: Live) -> None:
    page = live.phone()
    kept(page)
    page.context.set_offline(True)
    fill(page, " ")
    page.locator("[name=description]").fill("")
    send(page)
    expect(said(page)).to_contain_text("1条未发送")
    page.context.set_offline(False)
    expect(said(page)).to_contain_text("1条没有被接受")
    line = page.locator(".x-kept-reports li")
    expect(line).to_contain_text("请说明是什么隐患")
    line.get_by_role("button", name="改一改再报").click()
    expect(page.locator("[name=place_typed]")).to_have_value("教学楼三层东侧")
    expect(page.locator("[data-upload-item]")).to_have_count(1)
    page.locator("[name=description]").fill("疏散通道堆放课桌")
    send(page)
    page.wait_for_url("**/hazards/*-*")
    assert (live.count(Hazard), live.count(File)) == (1, 1)


def test_reports_when_somebody_else_signs_in_then_wait_for_their_own_person(live: Live) -> None:
    page = live.phone()
    kept(page)
    context = page.context
    context.set_offline(True)
    fill(page, "疏散通道堆放课桌", picture=False)
    send(page)
    expect(said(page)).to_contain_text("1条未发送")
    live.sign_in(context, "safety_b")
    context.set_offline(False)
    expect(said(page)).to_contain_text("请重新登录")
    page.close()
    other = live.open(context)
    expect(other.locator("[data-reports]")).to_be_hidden()
    assert live.count(Hazard) == 0
    other.close()
    live.sign_in(context, "staff_a")
    page = live.open(context)
    expect(said(page)).to_have_text("全部已发送")
    with live.world.session() as session:
        hazard = session.scalars(select(Hazard)).one()
        assert hazard.found_by == live.world.people["staff_a"]
        assert NOW - timedelta(minutes=10) <= hazard.found_at <= NOW
