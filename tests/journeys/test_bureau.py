"""The bureau above the districts sees what they consented to, and nothing after they take it back. Both sides keep a record."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Enter
from tests.journeys.pictures import Shooter
from tests.journeys.site import Site
from tests.journeys.steps import look_again, press

pytestmark = pytest.mark.journey
NAMES = {
    "wujin": "常州市武进区教育局", "sip": "苏州工业园区教育局", "yongqiao": "宿州市埇桥区教育体育局", "lianyun": "连云港市连云区教育局",
    "tongyu": "通榆县教育局",
}  # fmt: skip


def test_bureau_sees_consenting_districts_until_they_take_it_back(site: Site, enter: Enter, shot: Shooter) -> None:
    officer = enter("monitoring", "officer", path="/bureau")
    rows = {name: line(officer, name) for name in NAMES.values()}
    for slug in ("wujin", "sip", "yongqiao", "lianyun"):
        assert "已授权" in rows[NAMES[slug]] and re.search(r"\d+/\d+", rows[NAMES[slug]]), (
            "figures with their denominators"
        )
    assert "未授权" in rows[NAMES["tongyu"]] and not re.search(r"\d+/\d+", rows[NAMES["tongyu"]])
    shot(officer, "bureau")

    links = officer.locator("#main table").first.locator("tbody a")
    assert links.all_inner_texts() == [NAMES["lianyun"]], "rows were opened by one district only"
    opened = str(links.first.get_attribute("href"))
    with officer.expect_navigation():
        links.first.click()
    expect(officer.locator("h1")).to_have_text(NAMES["lianyun"])
    assert officer.locator("table tbody tr").count() > 5
    here = int(opened.rsplit("/", 1)[1])
    for other in range(here - 8, here + 8):
        if other != here:
            assert officer.goto(f"{site.url}/bureau/districts/{other}").status == 404

    office = enter("yongqiao", "office", path="/consents")
    reads = office.locator("section", has=office.get_by_role("heading", name="上级看了什么"))
    look_again(office, lambda: "/bureau" in reads.inner_text())  # a worker there takes it over
    press(office, "收回授权", sure=True)
    expect(office.locator("#alerts")).to_contain_text("已收回")
    officer.goto(f"{site.url}/bureau")
    taken = line(officer, NAMES["yongqiao"])
    assert "已收回" in taken and not re.search(r"\d+/\d+", taken), "gone with the very next request"

    admin = enter("monitoring", "admin")
    assert "上级查看" in log(admin, site), "the bureau's own log"
    assert "上级查看" in log(office, site), "and the district's"

    office.goto(f"{site.url}/consents/new")
    with office.expect_navigation():
        office.locator("form.x-form button[type=submit]").click()
    expect(office.locator("#alerts")).to_contain_text("已授权")
    officer.goto(f"{site.url}/bureau")
    assert "已授权" in line(officer, NAMES["yongqiao"])


def line(page: Page, name: str) -> str:
    """The words of a district's line in the comparison."""
    return page.locator("#main table").first.locator("tbody tr", has_text=name).inner_text()


def log(page: Page, site: Site) -> str:
    page.goto(f"{site.url}/audit?action=oversight.read")
    return page.locator("#main tbody").first.inner_text()
