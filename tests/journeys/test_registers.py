"""台账 at a school of wujin: entered and edited; a rule fails, becomes a draft, a hazard, or clears by itself."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Enter
from tests.journeys.pictures import Shooter
from tests.journeys.site import Site
from tests.journeys.steps import look_again, press

pytestmark = pytest.mark.journey
PLANS = "/registers/emergency_plans"
RULE = "每所学校、幼儿园至少有一份有效的应急预案"


def wait_for(page: Page, words: str, *, path: str, there: bool = True) -> None:
    """The worker asks the rules after the commit: looked at again until it has."""
    page.goto(path)
    look_again(page, lambda: (page.get_by_text(words).count() > 0) is there)


def enter_plan(page: Page, site: Site, *, name: str, until: str) -> str:
    page.goto(f"{site.url}{PLANS}/new")
    page.get_by_label("预案名称").fill(name)
    page.get_by_label("事件类型").select_option(label="事故灾难")
    page.get_by_label("批准日期").fill("2020-09-01")
    page.get_by_label("下次修订日期").fill(until)
    press(page, "保存")
    page.wait_for_url(re.compile(rf"{PLANS}/[0-9a-f-]{{36}}$"))
    return page.url


def test_school_keeps_its_plans_and_the_rule_follows(site: Site, enter: Enter, shot: Shooter) -> None:
    keeper = enter("wujin", "keeper.s041", path="/registers")
    expect(keeper.get_by_role("heading", name="应急预案台账")).to_be_visible()
    entry = enter_plan(keeper, site, name="火灾应急预案", until="2021-06-30")
    expect(keeper.locator(".x-timeline")).to_contain_text("登记")
    # The nightly round may have asked before there was a plan: what it drew up must not be taken for what comes below.
    wait_for(keeper, RULE, path=f"{site.url}/hazards/drafts", there=False)
    keeper.goto(entry)

    keeper.get_by_role("link", name="修改").click()
    keeper.get_by_label("版本").fill("2.0")
    press(keeper, "保存")
    expect(keeper.locator(".x-timeline")).to_contain_text("2.0")
    shot(keeper, "register-entry")

    # Expired: the school has no valid plan any more, the rule fails.
    keeper.goto(f"{entry}/edit")
    keeper.get_by_label("下次修订日期").fill("2020-10-01")
    press(keeper, "保存")
    wait_for(keeper, RULE, path=f"{site.url}/hazards/drafts")
    keeper.get_by_role("link", name=RULE).first.click()
    expect(keeper.locator("main")).to_contain_text("火灾应急预案")
    expect(keeper.locator("main")).to_contain_text("督促学校制定完善突发事件应急预案")
    draft = keeper.url
    shot(keeper, "register-draft")

    # Valid again: the draft withdraws by itself.
    keeper.goto(f"{entry}/edit")
    keeper.get_by_label("下次修订日期").fill("2021-08-31")
    press(keeper, "保存")
    wait_for(keeper, "已自动撤回", path=draft)

    # Out of use: it fails anew, and this time it becomes a hazard.
    keeper.goto(entry)
    keeper.get_by_role("button", name="停用").click()
    with keeper.expect_navigation():
        keeper.locator("dialog[open]").get_by_role("button", name=re.compile("确定|停用")).click()
    expect(keeper.locator("main")).to_contain_text("恢复使用")
    wait_for(keeper, RULE, path=f"{site.url}/hazards/drafts")
    keeper.get_by_role("link", name=RULE).first.click()
    press(keeper, "转为隐患")
    keeper.wait_for_url(re.compile(r"/hazards/[0-9a-f-]{36}$"))
    expect(keeper.locator("main")).to_contain_text("台账预警")


def test_register_on_a_phone_is_cards_and_a_form(site: Site, enter: Enter, shot: Shooter) -> None:
    safety = enter("wujin", "safety.s040", phone=True, path="/registers/fire_facilities")
    expect(safety.locator(".x-row-cards li").first).to_be_visible()
    expect(safety.locator("table.x-table")).to_be_hidden()
    shot(safety, "register-phone")
    safety.goto(f"{site.url}/registers/fire_facilities/new")
    if safety.get_by_label("先选单位").count():  # a school with campuses
        press(safety, "下一步")
    safety.get_by_label("种类").select_option(label="消火栓")
    safety.get_by_role("textbox", name="位置").fill("教学楼二层")
    safety.get_by_label("数量").fill("3")
    press(safety, "保存")
    expect(safety.locator("main")).to_contain_text("消火栓 · 教学楼二层")


def test_register_of_the_district_is_wide_and_its_first_columns_stay(site: Site, enter: Enter, shot: Shooter) -> None:
    office = enter("wujin", "office", path="/registers/fire_facilities?due=overdue")
    expect(office.locator("table.x-table tbody tr").first).to_be_visible()
    assert office.locator("[data-ledger]").get_attribute("data-frozen") == "2"
    shot(office, "register")
    expect(office.get_by_text("没有检测过期的消防设施")).to_be_visible()
    office.goto(f"{site.url}/registers/fire_facilities/breaches")
    expect(office.locator("main")).to_contain_text("已过期")
