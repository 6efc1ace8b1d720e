"""What a district's administrator does: rosters, plugins, posts; and everybody's own account."""

from __future__ import annotations

import re
from io import BytesIO
from uuid import uuid4

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Enter
from tests.journeys.pictures import Shooter
from tests.journeys.site import Site
from tests.journeys.steps import WORK_S, press, speak

pytestmark = pytest.mark.journey
HEAD = "单位代码,单位名称,单位类型,学段,学生数,自编号"
ROWS = 120


def test_roster_is_previewed_committed_by_the_worker_and_undone(site: Site, enter: Enter, shot: Shooter) -> None:
    office = enter("tongyu", "office", path="/imports")
    mark = uuid4().hex[:5]
    lines = [HEAD, *(f"N{mark}{row:03d},通榆新建{mark}第{row}小学,小学,小学,{300 + row},x{row}" for row in range(ROWS))]
    lines[3] = f"N{mark}x,通榆新建{mark}错误小学,小学,小学,很多,x"
    content = "\r\n".join(lines).encode("gb18030")
    office.locator("[name=file]").set_input_files(
        [{"name": f"名册{mark}.csv", "mimeType": "text/csv", "buffer": content}]
    )
    office.get_by_label("表格种类").select_option(label="单位名册")
    press(office, "上传", exact=True)
    expect(office.locator("h1")).to_have_text("核对列")
    expect(office.get_by_label("“学生数”对应到")).to_have_value("student_count")
    expect(office.get_by_label("“自编号”对应到")).to_have_value("")
    shot(office, "import-columns")
    press(office, "读取并预览")
    expect(office.locator("h1")).to_have_text(f"名册{mark}.csv")
    faulty = office.locator("tbody tr", has_text="有误")
    expect(faulty).to_have_count(1)
    expect(faulty).to_contain_text("学生数")
    assert faulty.locator("td").first.inner_text().strip() == "4", "the row as the spreadsheet counts it"
    shot(office, "roster")
    with office.expect_download() as waiting:
        office.get_by_role("link", name="下载错误行").click()
    sheet = load_workbook(BytesIO(waiting.value.path().read_bytes())).worksheets[0]  # it lies there without its suffix
    assert [cell.value for cell in sheet[1]][-1] == "错误原因"
    assert "学生数" in str([cell.value for cell in sheet[2]][-1])

    asked = re.compile(r"/imports/[0-9a-f-]{36}/progress")
    office.route(asked, lambda route: route.abort())  # the page does not follow its bar while it is being reloaded
    press(office, f"导入{ROWS - 1}行", sure=True)
    expect(office.locator("#alerts")).to_contain_text("已开始导入")
    office.reload()  # the bar survives it: the truth is on the server
    expect(office.locator(".x-progress").or_(office.get_by_role("button", name="撤销整批"))).to_be_visible()
    office.unroute(asked)
    expect(office.get_by_role("button", name="撤销整批")).to_be_visible(timeout=WORK_S * 1000)
    expect(office.locator(".x-kpi", has_text="新增")).to_contain_text(str(ROWS - 1))

    office.goto(f"{site.url}/units?text=N{mark}001")
    expect(office.locator("tbody tr")).to_contain_text("第1小学")
    office.go_back()
    press(office, "撤销整批", sure=True)
    expect(office.locator("#alerts")).to_contain_text("已撤销")
    office.goto(f"{site.url}/units?text=N{mark}001")
    expect(office.locator("#main")).to_contain_text("没有符合条件")


def test_plugin_switched_off_is_gone_and_its_data_comes_back(site: Site, enter: Enter, shot: Shooter) -> None:
    safety = enter("yongqiao", "safety.s040", path="/fire/places/new")
    place = f"配电房{uuid4().hex[:4]}"
    safety.locator("[name=name]").fill(place)
    safety.locator("[name=kind]").select_option(index=1)
    press(safety, "保存")
    expect(safety.locator("h1")).to_have_text(place)
    kept = safety.url

    office = enter("yongqiao", "office", path="/plugins")
    assert office.locator("#side a[href^='/fire']").count()
    shot(office, "plugins")
    office.goto(f"{site.url}/plugins/fire")
    since = office.locator("[name=on_from]").input_value()
    press(office, "立即停用", sure=True)
    expect(office.locator("#plugin-fire")).to_contain_text(re.compile("未启用|已停用"))
    assert office.locator("#side a[href^='/fire']").count() == 0
    assert office.goto(f"{site.url}/fire/places").status == 404
    assert safety.goto(kept).status == 404
    assert safety.locator("#side a[href^='/fire']").count() == 0

    office.goto(f"{site.url}/plugins/fire")
    office.locator("[name=on_from]").fill(since)
    if office.locator("[name=on_until]").input_value():
        office.locator("[name=on_until]").fill("")
    press(office, "保存")
    expect(office.locator("#side a[href^='/fire']").first).to_be_attached()
    folded = office.locator("#side details:not([open]) > summary")
    while folded.count():
        folded.first.click()
    expect(office.locator("#side a[href^='/fire']").first).to_be_visible()
    safety.goto(kept)
    expect(safety.locator("h1")).to_have_text(place)


def test_one_person_holds_two_posts_which_do_not_add_up(site: Site, enter: Enter, open_page: Enter) -> None:
    office = enter("sip", "office", path="/people/new")
    login = f"two.{uuid4().hex[:6]}"
    for name, value in {"name": "双岗人员", "login": login}.items():
        office.locator(f"[name={name}]").fill(value)
    first = appointed(office, "unit_id", 0)
    office.locator("[name=post_code]").select_option("safety_director")
    press(office, "新增并生成一次性密码")
    password = office.locator("code.x-code").inner_text()
    second = appointed(office, "unit_id", 1)
    office.locator("[name=post_code]").select_option("staff")
    press(office, "任命")
    expect(office.locator("#posts tbody tr, table:has(caption:text('在任岗位')) tbody tr")).to_have_count(2)

    person = open_page()
    site.sign_in(person, "sip", login, password)
    person.wait_for_url("**/account/password")
    fresh = f"长口令-{uuid4().hex[:10]}"
    person.locator("[name=current]").fill(password)
    person.locator("[name=new]").fill(fresh)
    person.locator("[name=again]").fill(fresh)
    person.locator("form.x-form button[type=submit]").click()
    person.wait_for_url(lambda url: "password" not in url)
    person.goto(f"{site.url}/account")
    expect(person.locator("details.x-fold").first).to_contain_text(first)
    assert second in person.locator("#main").inner_text()
    person.goto(f"{site.url}/hazards/new")
    units = person.locator("select[name=unit_id] option").all_inner_texts()
    assert first in units and second in units, "both may be reported in"
    person.goto(f"{site.url}/units")
    assert second not in person.locator("#main tbody").inner_text(), "administered is only the first"


def appointed(page: Page, name: str, nth: int) -> str:
    """Chooses the n-th primary school; returns its name."""
    box = page.locator(f"select[name={name}]")
    words = box.locator("option").all_inner_texts()
    school = [word for word in words if word.endswith("小学")][nth]
    box.select_option(label=school)
    return school.strip()


def test_linked_accounts_are_switched_between_from_the_top_bar(site: Site, enter: Enter) -> None:
    page = enter("wujin", "inspector", path="/switch")
    if page.get_by_role("button", name="切换", exact=True).count() == 0:
        page.locator("[name=tenant]").fill("苏州工业园区教育局")
        page.locator("form.x-form [name=login]").fill("inspector")
        page.locator("form.x-form [name=password]").fill("Xiaoan-Demo-2026")
        press(page, "验证并关联")
        expect(page.locator("table", has_text="苏州工业园区教育局")).to_be_visible()
    page.goto(site.url)
    expect(page.locator(".x-brand")).to_contain_text("常州市武进区教育局")
    page.locator("summary", has_text="切换单位").click()
    press(page, "苏州工业园区教育局")
    expect(page.locator(".x-brand")).to_contain_text("苏州工业园区教育局")
    site.states.pop(("wujin", "inspector"))  # the session there has ended


def test_language_follows_the_person(site: Site, enter: Enter) -> None:
    page = enter("lianyun", "officer")
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    speak(page, "en")
    assert page.locator("html").get_attribute("lang") == "en"
    expect(page.locator(".x-skip")).to_have_text("Skip to content")
    elsewhere = enter("lianyun", "officer", path="/hazards")
    assert elsewhere.locator("html").get_attribute("lang") == "en", "kept with the account, not only in the browser"
    speak(page, "zh")
    assert page.locator("html").get_attribute("lang") == "zh-CN"


def test_guessing_is_slowed_down_and_said_so(site: Site, open_page: Enter) -> None:
    page = open_page()
    login = f"nobody.{uuid4().hex[:6]}"
    for _ in range(4):
        site.sign_in(page, "tongyu", login, "wrong password")
        expect(page.locator(".x-error")).to_have_text("登录名或密码不对")
    site.sign_in(page, "tongyu", login, "wrong password")
    expect(page.locator(".x-alert-bad")).to_contain_text(re.compile(r"次数太多，请\d+(秒|分钟)后再试"))


def test_session_that_is_ended_elsewhere_is_over_at_once(site: Site, open_page: Enter) -> None:
    here, there = open_page(), open_page(phone=True)
    for page in (here, there):
        site.sign_in(page, "wujin", "line.s039")
        page.wait_for_url(lambda url: "/sign-in" not in url)
    here.goto(f"{site.url}/account")
    here.get_by_role("button", name="退出", exact=True).first.click()
    with here.expect_navigation():
        here.locator("[data-confirm-yes]").click()
    expect(here.locator("#alerts")).not_to_be_empty()
    there.goto(f"{site.url}/hazards")
    assert "/sign-in" in there.url or "请先登录" in there.locator("h1").inner_text()
