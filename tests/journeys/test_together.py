"""Two people on one hazard, and a net that fails: nobody overwrites unseen, nothing is reported twice or lost."""

from __future__ import annotations

from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.journeys.conftest import Enter
from tests.journeys.pictures import Shooter
from tests.journeys.site import Site
from tests.journeys.steps import BEFORE, amend, fill, move, open_form, remark, report, stage

pytestmark = pytest.mark.journey


def test_second_of_two_is_told_what_changed_and_keeps_the_words(site: Site, enter: Enter, shot: Shooter) -> None:
    staff = enter("sip", "staff.s040", phone=True)
    path = report(staff, site, domain="消防", kind="消防设施、器材缺失或失效", words="应急照明灯不亮")
    safety = enter("sip", "safety.s040", path=path)
    officer = enter("sip", "officer", path=path)

    form = open_form(officer, "登记")
    fill(form, {"ground": "fixable", "facts.grade": "一般隐患", "note": "区里代为登记"})
    move(safety, "登记", ground="fixable", facts__grade="一般隐患")
    assert refused(officer, form) == 412
    warning = officer.locator(".x-alert-warn", has_text="内容已被他人修改")
    expect(warning).to_contain_text("阶段：排查 → 登记")
    expect(warning).to_contain_text("您填写的内容没有保存")  # the step has been taken: there is no form left to keep it
    shot(officer, "stale")
    assert stage(officer) == "登记"

    plan = {"plan.responsibility": "条线责任人", "plan.measures": "更换电池", "note": "区里代拟"}
    form = open_form(officer, "开始整治")
    fill(form, plan)
    remark(safety, "已报修")
    amend(safety, "位置", "教学楼三层走廊")
    assert refused(officer, form) == 412
    expect(warning).to_contain_text("教学楼 → 教学楼三层走廊")
    expect(open_form(officer, "开始整治").locator("[name='plan.measures']")).to_have_value("更换电池")
    move(officer, "开始整治")
    assert stage(officer) == "整治"


def test_report_without_net_is_kept_on_the_phone_and_sent_once(site: Site, enter: Enter) -> None:
    staff = enter("wujin", "staff.s039", phone=True)
    words = f"操场篮球架底座松动{uuid4().hex[:4]}"
    write(staff, site, words)
    expect(staff.locator("[data-reports]")).to_have_attribute("data-kept", "yes")
    staff.context.set_offline(True)
    staff.get_by_role("button", name="上报").tap()
    expect(staff.locator("[data-sync-words]")).to_contain_text("1条未发送")
    expect(staff.locator("[name=description]")).to_have_value("")

    sent: list[Route] = []

    def lose_the_answer(route: Route) -> None:
        if route.request.method != "POST":
            return route.continue_()
        sent.append(route)
        if len(sent) > 1:
            return route.continue_()
        route.fetch(max_redirects=0)  # the server does its work …
        return route.abort("aborted")  # … and the phone never hears of it

    staff.route("**/hazards/new/kept", lose_the_answer)
    staff.context.set_offline(False)
    expect(staff.locator("[data-sync-words]")).to_have_text("全部已发送")
    assert len(sent) == 2
    staff.unroute_all()

    safety = enter("wujin", "safety.s039", path=f"/hazards?text={words}")
    assert safety.locator("#ledger tbody tr").count() == 1, "sent twice, kept once"


def refused(page: Page, form: Locator) -> int:
    """Sends a form that is not taken; the status of the answer, whose page stands then."""
    with page.expect_navigation() as answered:
        form.locator("button[type=submit]").click()
    answer = answered.value
    assert answer is not None
    return answer.status


def write(page: Page, site: Site, words: str) -> None:
    page.goto(f"{site.url}/hazards/new")
    page.locator("[name='evidence.before']").set_input_files([BEFORE])
    page.locator("label:has([name=place][value='操场'])").tap()
    page.locator("details", has=page.locator("summary:has-text('建筑')")).first.locator("summary").tap()
    page.locator("details[open] [name=kind]").first.check()
    page.locator("[name=description]").fill(words)
