"""Each district's campaign on its own dates: what is owed, one thing done at a school's phone, seen by the district, with the clause.

Tongyu's day is in test_reports.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from core.kernel.clock import FixedClock
from tests.core.obligations.conftest import district as district  # noqa: PLC0414  a fixture, re-exported by name
from tests.core.reports.ground import Ground
from tests.factories.world import World
from tests.journeys.conftest import Enter
from tests.journeys.steps import press
from tests.journeys.town import MakeTown, Town, at, employ, served

pytestmark = pytest.mark.journey


@pytest.fixture
def town(
    app: Flask, district: Callable[..., World], clock: FixedClock, open_page: Enter, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MakeTown]:
    """``town("sip", on=date(2020, 10, 28), hour=23, office=("safety", "safety_officer"))``."""
    monkeypatch.setattr("core.tenancy.directory.KEEP_S", 0.0)
    with ExitStack() as stack:

        def settle(pack: str, *, on: date, hour: int = 10, **posts: tuple[str, str]) -> Town:
            world = district(pack, on=on, at=hour)
            employ(world, posts)
            found = Town(world, clock, stack.enter_context(served(app)), open_page)
            found.go(clock.at)
            return found

        yield settle


def owed(page: Page, title: str) -> str:
    """What the line of an obligation says, in the list of a desk."""
    return page.locator("main tbody tr").filter(has_text=title).first.inner_text()


def follow(page: Page, clause: str, *, says: str = "") -> None:
    """One click on a clause, and the notice stands at its sentence, with how far it is."""
    page.get_by_role("link", name=clause, exact=True).locator("visible=true").first.click()
    page.wait_for_url(re.compile(r"/pack/documents/[a-z-]+#p\d+$"))
    expect(page.locator("#" + page.url.rsplit("#", 1)[1])).to_be_in_viewport()
    expect(page.locator(f"[id='c-{clause}'] summary")).to_contain_text(says)


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, f"{page.url} fits a phone"


def file_report(page: Page, town: Town, title: str, *, signed_as: str, words: str) -> None:
    """From the list of what is owed to the signed report, at a phone."""
    town.see(page, "/reports")
    page.locator(".x-row-card").filter(has_text=title).get_by_role("button", name="填报").first.click()
    page.wait_for_url(re.compile(r"/reports/filings/[0-9a-f-]{36}$"))
    page.locator("[name=summary]").fill(words)
    page.locator("#f-signed_as").fill(signed_as)
    fits(page)
    press(page, "签名并报出")
    expect(page.locator(".x-head").first).to_contain_text("已报")
    fits(page)


def file_by_service(town: Town, who: str, unit: str, key: str) -> None:
    """The same once more, where a browser would show nothing new."""
    ground = Ground(town.world, town.clock)
    ground.sign(who, ground.begin(who, unit, key))


def test_wujin_ends_its_first_year_on_2020_12_31(town: MakeTown) -> None:
    ours = town(
        "wujin", on=date(2020, 12, 31), hour=23, office=("safety", "safety_officer"), safety=("primary-1", "safety_director"),
    )  # fmt: skip
    school = ours.enter("safety", phone=True)
    ours.see(school, "/due?month=2020-12")
    expect(school.locator("main")).to_contain_text("完成全省一年安全专项整治任务")
    fits(school)

    ours.see(school, "/records/new/campaign_finished")
    school.locator("[name=summary]").fill("隐患责任、措施、资金、时限、预案五落实，全部销账。")
    fits(school)
    press(school, "记录")
    school.wait_for_url(re.compile(r"/records/[0-9a-f-]{36}$"))
    expect(school.locator("main")).to_contain_text("完成全省一年安全专项整治任务")

    office = ours.enter("office")
    ours.see(office, "/due/list?code=one-year-task&since=2020-12-01&until=2020-12-31")
    assert "已完成" in owed(office, "小学1") and "进行中" in owed(office, "初中1"), (
        "due at the end of the day, not before"
    )
    ours.go(at(2021, 1, 1, 0))
    office.reload()
    assert "已完成" in owed(office, "小学1") and "逾期" in owed(office, "初中1")
    ours.see(office, "/due/duties/one-year-task?since=2020-12-01&until=2020-12-31")
    follow(office, "WJ-3.2-10", says="逾期")


def test_sip_goes_from_the_28th_to_the_3rd(town: MakeTown) -> None:
    ours = town(
        "sip", on=date(2020, 10, 28), hour=23, office=("safety", "safety_officer"), head=("primary-1", "principal"),
        engineer=("third_party-1", "third_party_engineer"),
    )  # fmt: skip
    ours.open_rounds(since=date(2020, 10, 1))
    office = ours.enter("office")
    ours.see(office, "/due/list?since=2020-10-28&until=2020-11-03&page_size=200")
    chain = {title: owed(office, title) for title in ("隐患排查月报表", "问题隐患清单上传", "检查隐患整改反馈")}
    assert [re.findall(r"2020-1\d-\d\d", line)[0] for line in chain.values()] == [
        "2020-10-28",
        "2020-11-01",
        "2020-11-03",
    ]

    head = ours.enter("head", phone=True)
    file_report(head, ours, "隐患排查月报表", signed_as="head", words="本月排查，问题均已登记。")
    follow(head, "SIP-A2-051")

    ours.go(at(2020, 10, 29, 0))
    ours.see(office, "/reports/grid?code=a2-051")
    said = {row.locator("td").nth(2).inner_text(): row.inner_text() for row in office.locator("#list tbody tr").all()}
    assert "已报" in said["小学1"] and "逾期未报" in said["初中1"]

    ours.go(at(2020, 11, 3))
    ours.open_rounds(since=date(2020, 10, 1))
    file_by_service(ours, "engineer", "third_party-1", "a2-052@2020-10")
    office = ours.enter("office")
    ours.see(office, "/due/list?code=a2-052&since=2020-11-01&until=2020-11-30")
    assert "已完成" in owed(office, "2020-11-03")


def test_yongqiao_ends_its_first_phase_on_2023_03_31(town: MakeTown) -> None:
    ours = town(
        "yongqiao", on=date(2023, 3, 31), office=("safety", "safety_officer"), head=("primary-1", "principal"),
        area=("central_school-1", "area_officer"),
    )  # fmt: skip
    ours.join("primary-1", "central_school-1")
    ours.open_rounds(since=date(2023, 3, 22))
    head = ours.enter("head", phone=True)
    ours.see(head, "/due?month=2023-03")
    expect(head.locator("main")).to_contain_text("“强基础、补短板、铸安提质年”活动方案")
    file_report(
        head, ours, "“强基础、补短板、铸安提质年”活动方案", signed_as="head", words="成立领导小组，分四个方面推进。"
    )
    filing = head.url

    area = ours.enter("area")
    ours.see(area, "/reports/review")
    area.get_by_role("link", name="小学1").click()
    press(area, "核转区级")
    expect(area.locator(".x-head").first).to_contain_text("片区已核")

    office = ours.enter("office")
    office.goto(filing)
    press(office, "审核通过")
    expect(office.locator(".x-head").first).to_contain_text("已审")
    ours.see(office, f"/reports/grid?code=school-plan&cluster_id={ours.world.units['central_school-1']}")
    expect(office.locator("#list tbody tr")).to_have_count(1)
    expect(office.locator("#list tbody tr")).to_contain_text("小学1")
    office.goto(filing)
    follow(office, "YQ-3.1-04", says="到期事项1/")


def test_lianyun_closes_the_survey_on_2021_06_30(town: MakeTown) -> None:
    ours = town(
        "lianyun", on=date(2021, 6, 30), hour=23, office=("safety", "safety_officer"), safety=("primary-1", "safety_director"),
    )  # fmt: skip
    school = ours.enter("safety", phone=True)
    ours.see(school, "/due?month=2021-06")
    expect(school.locator("main")).to_contain_text("危险化学品排查整治")
    expect(school.locator("main")).to_contain_text("安全隐患排查")
    ours.see(school, "/records/new/campaign_finished")
    school.get_by_label("危化品排查").check()
    school.locator("[name=summary]").fill("实验室、食堂、保洁用化学品全部登记，逐项有整改方案。")
    fits(school)
    press(school, "记录")
    school.wait_for_url(re.compile(r"/records/[0-9a-f-]{36}$"))
    follow(school, "LY-10-08")

    ours.go(at(2021, 7, 1, 0))
    office = ours.enter("office")
    ours.see(office, "/due/list?code=chemicals-survey&since=2021-06-01&until=2021-06-30")
    assert "已完成" in owed(office, "小学1") and "逾期" in owed(office, "初中1")
    ours.see(office, "/due/list?code=hazard-check&since=2021-03-01&until=2021-06-30&page_size=200")
    assert "待确认" in owed(office, "小学1"), "the notice names no period, so nobody is late"
    months = {line.split()[0] for line in office.locator("main tbody tr").filter(has_text="小学1").all_inner_texts()}
    assert months == {"2021-03-31", "2021-04-30", "2021-05-31", "2021-06-30"}
