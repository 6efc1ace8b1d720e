"""Tables that come in from a school and go out again: an old ledger, faults that are put right, the ledger, a case as Word."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any
from uuid import uuid4

import pytest
from openpyxl import Workbook, load_workbook
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Enter
from tests.journeys.site import Site
from tests.journeys.steps import WORK_S, newest, press, taken

pytestmark = pytest.mark.journey
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEAD = ["序号", "学校", "隐患部位", "存在的问题", "等级", "排查时间", "责任人", "是否销号"]


def book(rows: list[list[Any]], name: str) -> dict[str, Any]:
    """A workbook as the file field takes it."""
    made = Workbook()
    for row in rows:
        made.worksheets[0].append(row)
    target = io.BytesIO()
    made.save(target)
    return {"name": name, "mimeType": XLSX, "buffer": target.getvalue()}


def upload(page: Page, site: Site, file: dict[str, Any]) -> None:
    page.goto(f"{site.url}/imports?kind=hazards")
    page.locator("[name=file]").set_input_files([file])
    press(page, "上传", exact=True)
    page.wait_for_url(re.compile(r"/imports/[0-9a-f-]{36}"))


def commit(page: Page, rows: int) -> None:
    press(page, f"导入{rows}行", sure=True)
    # The page follows its bar by itself: a reload would meet it half way, and what it said at the start may be gone already.
    expect(page.get_by_role("button", name="撤销整批")).to_be_visible(timeout=WORK_S * 1000)
    page.wait_for_load_state()  # asking before what cannot be undone is a script's work


def test_old_ledger_comes_in_faults_are_put_right_and_the_batch_is_undone(site: Site, enter: Enter) -> None:
    safety = enter("wujin", "safety.s040", path="/account")
    school = re.findall(r"[^\s·]+小学", safety.locator("#main").inner_text())[0]
    mark = uuid4().hex[:6]
    rows: list[list[Any]] = [
        ["附件2：隐患排查整改台账"], HEAD, [1, school, "食堂后门", f"疏散门被杂物堵住{mark}", "一般", "2020年3月5日", "甲", "未销号"],
        [2, school, "实验楼", f"危化品柜无双锁{mark}", "重大", "2019.10.12", "乙", "已销号"], [3, school, "操场", f"看台松动{mark}", "", "2020-13-01", "", "未销号"],
    ]  # fmt: skip
    upload(safety, site, book(rows, f"台账{mark}.xlsx"))
    if safety.url.endswith("/mapping"):  # 序号 is not known until somebody has said once that it means nothing
        expect(safety.get_by_label("表头所在的行")).to_have_value("2")
        expect(safety.get_by_label("“存在的问题”对应到")).to_have_value("description")
        safety.set_viewport_size({"width": 390, "height": 844})
        for choice in safety.locator("select[name^=column_]").all():
            box = choice.bounding_box()
            assert box is not None and box["x"] + box["width"] <= 390, "every choice is on the phone's screen"
        safety.set_viewport_size({"width": 1440, "height": 900})
        press(safety, "读取并预览")
    expect(safety.locator("tbody tr", has_text="有误")).to_contain_text("发现时间")
    with safety.expect_download() as waiting:
        safety.get_by_role("link", name="下载错误行").click()
    with open(waiting.value.path(), "rb") as file:
        faulty = load_workbook(io.BytesIO(file.read())).worksheets[0]
    assert [cell.value for cell in faulty[1]] == [*HEAD, "错误原因"]
    commit(safety, 2)
    first = safety.url

    faulty.cell(2, HEAD.index("排查时间") + 1, "2020-03-01")
    upload(safety, site, book([[cell.value for cell in row] for row in faulty], f"台账{mark}-错误行.xlsx"))
    assert not safety.url.endswith("/mapping"), "its headers are remembered"
    assert "错误原因" not in safety.locator("main").inner_text()
    commit(safety, 1)

    safety.goto(f"{site.url}/hazards?text={mark}")
    expect(safety.locator("#ledger tbody tr")).to_have_count(2)
    safety.goto(f"{site.url}/hazards/history?text={mark}")
    expect(safety.locator("main")).to_contain_text(f"危化品柜无双锁{mark}")
    safety.goto(first)
    press(safety, "撤销整批", sure=True)
    expect(safety.locator("#alerts")).to_contain_text("已撤销")
    safety.goto(f"{site.url}/hazards?text={mark}&state=open")
    expect(safety.locator("#ledger tbody tr"), "the case is struck out, not deleted").to_have_count(1)
    safety.goto(f"{site.url}/hazards/history?text={mark}")
    expect(safety.locator("main")).not_to_contain_text(f"危化品柜无双锁{mark}")


def test_ledger_is_ordered_on_a_phone_and_a_case_is_taken_as_word(site: Site, enter: Enter) -> None:
    safety = enter("wujin", "safety.s040", phone=True, path="/exports")
    safety.get_by_label("表格种类").select_option("hazards")
    press(safety, "导出全部")
    box = newest(safety).bounding_box()
    assert box is not None and box["x"] + box["width"] <= 390, "the button is on the phone's screen"
    sheet = load_workbook(io.BytesIO(taken(safety).read_bytes())).worksheets[0]
    lines = list(sheet.iter_rows(values_only=True))
    assert str(lines[0][0]).endswith("导出") and lines[1][0] == "序号"
    assert str(lines[-1][0]).startswith(f"共{len(lines) - 3}行，照片")
    assert not [cell for row in sheet for cell in row if cell.data_type == "f"], "no formulas"

    row = dict(zip(lines[1], next(line for line in lines[2:-1] if line[1]), strict=True))
    desk = enter("wujin", "safety.s040", path=f"/hazards?text={row['编号']}")
    desk.goto(site.url + str(desk.locator("#ledger tbody a").first.get_attribute("href")))
    desk.get_by_role("link", name="纸质单").click()
    with desk.expect_download() as waiting:
        desk.get_by_role("link", name="下载 Word").click()
    assert row["编号"] in waiting.value.suggested_filename
    with open(waiting.value.path(), "rb") as file, zipfile.ZipFile(io.BytesIO(file.read())) as paper:
        words = paper.read("word/document.xml").decode()
        assert f"编号：{row['编号']}" in words and "扫码看网上台账" in words
        assert any(name.startswith("word/media/") for name in paper.namelist()), "the QR code"
