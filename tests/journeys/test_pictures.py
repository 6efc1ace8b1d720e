"""The pages that everybody sees first, as they stand in the README; without pictures only that they can be drawn."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Enter
from tests.journeys.pictures import Shooter
from tests.journeys.site import Site

pytestmark = pytest.mark.journey


def test_first_pages_can_be_drawn(site: Site, enter: Enter, open_page: Enter, shot: Shooter) -> None:
    door = open_page()
    door.goto(f"{site.url}/sign-in")
    shot(door, "sign-in")
    office = enter("wujin", "office")
    expect(office.locator("h1")).to_have_text("工作台")
    shot(office, "desk")
    office.goto(f"{site.url}/hazards?state=open&sort=due_on")
    assert office.locator("#ledger tbody tr").count() > 5
    shot(office, "ledger")


def test_dashboards_draw_their_charts_from_tables(site: Site, enter: Enter, open_page: Enter, shot: Shooter) -> None:
    office = enter("wujin", "office", path="/district")
    expect(office.locator("canvas").first).to_be_visible()
    figures = office.locator("[data-chart]").count()
    assert figures > 3
    expect(office.locator("canvas")).to_have_count(figures)
    shot(office, "district")
    screen = enter("wujin", "director", path="/district/screen", viewport={"width": 1920, "height": 1080})
    expect(screen.locator("canvas").first).to_be_visible()
    assert screen.evaluate("document.documentElement.scrollHeight") <= 1080, "the wall does not scroll"
    shot(screen, "screen")


def test_phone_pages(site: Site, enter: Enter, shot: Shooter) -> None:
    staff = enter("wujin", "staff.s042", phone=True, path="/hazards/new")
    expect(staff.get_by_role("button", name="上报")).to_be_in_viewport()
    shot(staff, "phone")
    officer = enter("wujin", "officer", phone=True, path="/hazards?state=open&sort=due_on")
    expect(officer.locator(".x-row-cards li").first).to_be_visible()
    shot(officer, "phone-ledger")
