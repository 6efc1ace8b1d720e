"""检查执行 in a real browser with the network off: nothing is lost, nothing counts twice, nobody's word is dropped."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import func, select
from werkzeug.serving import make_server

from core.files.models import File
from core.hazards.models import Hazard
from core.identity.services.sessions import open_session
from core.inspections.models import Answer, AnswerVersion, Signature, Visit, VisitPhoto
from tests.conftest import APP_CLOCK, NOW
from tests.core.inspections.ground import Ground
from tests.factories.world import World
from tests.journeys.conftest import PATIENCE_MS, PHONE
from tests.journeys.pictures import photo

pytestmark = pytest.mark.journey
Opened = Callable[..., Page]


@dataclass
class Gate:
    """The product behind a door: counts what comes in, and can keep an answer back after the work was done."""

    wsgi: Callable[..., Iterable[bytes]]
    seen: list[str] = field(default_factory=list)
    hold: str = ""
    done: threading.Event = field(default_factory=threading.Event)
    free: threading.Event = field(default_factory=threading.Event)

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
        self.seen.append(path)
        answer = self.wsgi(environ, start)
        with closing(answer) if hasattr(answer, "close") else nullcontext():
            body = list(answer)
        if self.hold and path.endswith(self.hold):
            self.hold = ""
            self.done.set()
            self.free.wait(PATIENCE_MS / 1000)
        return body

    def posts(self, end: str) -> int:
        return sum(path.startswith("POST") and path.endswith(end) for path in self.seen)


@dataclass
class Live:
    """A served application, a visit under way, and phones."""

    url: str
    gate: Gate
    ground: Ground
    visit_id: UUID
    browser: Browser
    faults: list[str]
    contexts: list[BrowserContext] = field(default_factory=list)

    @property
    def path(self) -> str:
        return f"/inspections/visits/{self.visit_id}/go"

    def phone(self, who: str = "inspector") -> Page:
        """A device of its own, signed in, with the visit open and kept."""
        with self.ground.session() as session:
            secret = open_session(session, person_id=self.ground.world.people[who], ip="127.0.0.1", user_agent="test")
        context = self.browser.new_context(viewport=PHONE, locale="zh-CN", has_touch=True, is_mobile=True)
        context.set_default_timeout(PATIENCE_MS)
        value = f"{self.ground.world.tenant.id}.{secret}"
        context.add_cookies([{"name": "xiaoan", "value": value, "url": self.url}])
        self.contexts.append(context)
        return self.open(context)

    def open(self, context: BrowserContext) -> Page:
        page = context.new_page()
        page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        page.on("console", lambda said: self.faults.append(said.text) if "Content Security" in said.text else None)
        page.goto(self.url + self.path)
        expect(page.locator("[data-visit]")).to_have_attribute("data-ready", "yes")
        return page

    def count(self, table: Any, *conditions: Any) -> int:
        with self.ground.session() as session:
            return session.scalar(select(func.count()).select_from(table).where(*conditions)) or 0


@pytest.fixture
def live(app: Flask, ground: Ground, browser: Browser) -> Iterator[Live]:
    APP_CLOCK.at = NOW
    gate = Gate(app.wsgi_app)
    server = make_server("127.0.0.1", 0, gate, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    visit_id = ground.special(people=("inspector", "officer"))
    ground.start(visit_id)
    made = Live(f"http://127.0.0.1:{server.server_port}", gate, ground, visit_id, browser, [])
    yield made
    gate.free.set()
    for context in made.contexts:
        context.close()
    server.shutdown()
    thread.join()
    server.server_close()
    assert made.faults == []


@pytest.fixture
def ground(world: World, tmp_path: Path) -> Ground:
    made = Ground(world, tmp_path)
    made.take()
    return made


def tap(page: Page, item: str, verdict: str) -> None:
    page.locator(f"[data-item={item}] [data-verdict={verdict}]").click()


def sync(page: Page) -> Any:
    return page.locator("[data-sync-words]")


def kept(page: Page) -> None:
    """The page has been put away for times without network."""
    expect(page.locator("[data-visit]")).to_have_attribute("data-kept", "yes")


def stored(page: Page) -> None:
    """What was tapped lies in the phone's store: the page may go."""
    expect(page.locator("[data-sync]")).to_have_attribute("data-stored", "yes")


def shoot(page: Page, item: str) -> None:
    page.locator(f"[data-item={item}] [data-shoot]").set_input_files([photo("before")])


def draw(page: Page, role: str) -> None:
    page.locator(f"#sign-{role}").fill("某某")
    pad = page.locator(f"[data-sign={role}] [data-pad]")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 30, box["y"] + 80)
    page.mouse.down()
    for step in range(8):
        page.mouse.move(box["x"] + 30 + step * 20, box["y"] + 80 + (step % 2) * 30)
    page.mouse.up()
    page.locator(f"[data-sign={role}] [data-sign-keep]").click()
    expect(page.locator(f"[data-sign={role}] [data-sign-state]")).to_contain_text("已签名")


def test_visit_when_the_network_goes_then_everything_is_done_and_sent_once(live: Live) -> None:
    page = live.phone()
    kept(page)
    page.context.set_offline(True)
    before = len(live.gate.seen)
    items = live.ground.items(live.visit_id)
    for item in items:
        tap(page, item, "fail" if item == "passage" else "pass")
    page.locator("[data-item=passage] [data-note]").fill("疏散通道堆放课桌")
    page.locator("[data-item=passage] [data-note]").blur()
    shoot(page, "passage")
    expect(page.locator("[data-item=passage] .x-visit-photos img")).to_be_visible()
    page.locator("[data-item=passage] [data-report]").click()
    expect(page.locator("[data-item=passage] [data-reported]")).to_contain_text("待发送")
    expect(sync(page)).to_have_text(f"{len(items) + 4}条未发送")
    page.locator("[data-sync-list] summary").click()
    expect(page.locator(".x-sync-items li").first).to_contain_text("未发送")
    stored(page)
    page.reload()
    expect(page.locator("[data-visit]")).to_have_attribute("data-ready", "yes")
    expect(sync(page)).to_have_text(f"{len(items) + 4}条未发送")
    expect(page.locator("[data-item=passage] [data-note]")).to_have_value("疏散通道堆放课桌")
    expect(page.locator("[data-item=passage] [data-verdict=fail]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[data-item=passage] .x-visit-photos img")).to_be_visible()
    assert live.gate.seen[before:] == [], "the network was off"
    assert live.count(AnswerVersion) == 0
    draw(page, "inspector")
    draw(page, "unit")

    page.context.set_offline(False)
    expect(sync(page)).to_have_text("全部已发送")
    assert live.count(Answer, Answer.verdict == "pass") == len(items) - 1
    assert (live.count(VisitPhoto), live.count(Hazard), live.count(Signature)) == (1, 1, 2)
    assert live.count(AnswerVersion) == len(items) + 2
    page.locator("[data-summary]").fill("通道问题当场告知")
    page.locator("[data-finish]").click()
    page.wait_for_url(f"**/inspections/visits/{live.visit_id}")
    expect(page.locator(".x-head")).to_contain_text("已完成")
    with live.ground.session() as session:
        visit = session.get_one(Visit, (live.ground.world.tenant.id, live.visit_id))
        assert (visit.state, visit.failed, visit.summary) == ("finished", 1, "通道问题当场告知")


def test_page_when_killed_in_the_middle_of_sending_then_nothing_is_lost_or_doubled(live: Live) -> None:
    page = live.phone()
    kept(page)
    context = page.context
    context.set_offline(True)
    for item in ("passage", "dorm", "labs"):
        tap(page, item, "fail")
    shoot(page, "passage")
    expect(sync(page)).to_have_text("5条未发送")
    stored(page)
    live.gate.hold = "/answers"
    context.set_offline(False)
    assert live.gate.done.wait(PATIENCE_MS / 1000), "the server has done the work, and the phone has not heard of it"
    page.close()
    live.gate.free.set()
    page = live.open(context)
    expect(sync(page)).to_have_text("全部已发送")
    assert live.count(AnswerVersion) == 4
    assert live.gate.posts("/answers") >= 2
    assert (live.count(VisitPhoto), live.count(File)) == (1, 1)
    assert all(len(live.ground.heads(live.visit_id, item)) == 1 for item in ("passage", "dorm", "labs"))


def test_devices_when_both_work_without_network_then_merged_and_the_clash_is_asked(live: Live) -> None:
    first, second = live.phone("inspector"), live.phone("officer")
    for page in (first, second):
        kept(page)
        page.context.set_offline(True)
    tap(first, "passage", "fail")
    tap(first, "dorm", "pass")
    tap(second, "passage", "pass")
    tap(second, "labs", "fail")
    first.context.set_offline(False)
    expect(sync(first)).to_have_text("全部已发送")
    second.context.set_offline(False)
    expect(sync(second)).to_have_text("全部已发送")
    torn = second.locator("[data-item=passage] [data-torn]")
    expect(torn).to_be_visible()
    expect(torn.locator("button")).to_have_count(2)
    expect(torn).to_contain_text("另一台设备")
    expect(second.locator("[data-item=dorm] [data-verdict=pass]")).to_have_attribute("aria-pressed", "true")
    expect(second.locator("[data-item=labs] [data-verdict=fail]")).to_have_attribute("aria-pressed", "true")
    torn.locator("button", has_text="不合格").click()
    expect(torn).to_be_hidden()
    expect(sync(second)).to_have_text("全部已发送")
    first.reload()
    expect(first.locator("[data-item=passage] [data-torn]")).to_be_hidden()
    expect(first.locator("[data-item=passage] [data-verdict=fail]")).to_have_attribute("aria-pressed", "true")
    expect(first.locator("[data-item=labs] [data-verdict=fail]")).to_have_attribute("aria-pressed", "true")
    assert live.count(AnswerVersion) == 5


def test_taps_when_quick_then_one_line_of_versions_and_no_clash_with_oneself(live: Live) -> None:
    page = live.phone()
    for verdict in ("pass", "fail", "na", "pass", "fail"):
        tap(page, "dorm", verdict)
    expect(sync(page)).to_have_text("全部已发送")
    assert len(live.ground.heads(live.visit_id, "dorm")) == 1
    with live.ground.session() as session:
        assert session.scalar(select(Answer.verdict).where(Answer.item == "dorm")) == "fail"


def test_sign_out_when_done_then_the_phone_holds_nothing_and_asks_first_about_what_is_unsent(live: Live) -> None:
    page = live.phone()
    kept(page)
    tap(page, "dorm", "pass")
    expect(sync(page)).to_have_text("全部已发送")
    page.context.set_offline(True)
    tap(page, "labs", "fail")
    expect(sync(page)).to_have_text("1条未发送")
    page.context.set_offline(False)
    expect(sync(page)).to_have_text("全部已发送")
    page.goto(live.url + "/")
    assert (
        page.evaluate("async () => (await caches.keys()).filter(name => name.startsWith('xiaoan-page:')).length") == 1
    )
    page.locator("details.x-pop summary:visible").last.click()
    with page.expect_navigation():
        page.locator("form[action$='/sign-out'] button:visible").click()
    left = page.evaluate(
        "async () => [await caches.keys(), (await indexedDB.databases()).map(own => own.name).filter(name => name.startsWith('xiaoan-'))]"
    )
    assert left == [[], []]
