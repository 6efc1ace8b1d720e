"""武进: six steps, five elements for every hazard, a tracking entry before the ledger is struck, and always a second person."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Enter
from tests.journeys.pictures import Shooter
from tests.journeys.site import Site
from tests.journeys.steps import (
    AFTER,
    exported,
    faults,
    kpi,
    move,
    number,
    open_moves,
    remark,
    report,
    send,
    stage,
    steps,
)

pytestmark = pytest.mark.journey
SCHOOL = "s040"
PLAN = {
    "plan__measures": "清空通道，划黄线并挂标识",
    "plan__funds": "1200.50",
    "plan__contingency_plan": "值班教师引导从西侧楼梯疏散",
}


def test_wujin_hazard_goes_from_discovery_to_closure_by_two_persons(site: Site, enter: Enter, shot: Shooter) -> None:
    office = enter("wujin", "office", path="/district")
    found_before, closed_before = kpi(office, "发现"), kpi(office, "本月整改完成")

    staff = enter("wujin", f"staff.{SCHOOL}", phone=True)
    path = report(
        staff,
        site,
        domain="消防安全",
        kind="消防通道、疏散通道不畅通",
        place="楼梯走廊",
        words="二层东侧楼梯口堆放课桌椅，通行宽度不足",
    )
    assert stage(staff) == "排查" and number(staff) == "待编号"
    assert steps(staff) == ["排查", "登记", "整治", "报告", "销账"]
    assert staff.locator("h3", has_text="整改前").count() == 1, "the photo is evidence"
    assert open_moves(staff) == [], "who reports does not register"

    keeper = enter("wujin", f"keeper.{SCHOOL}", path=path)
    move(keeper, "登记", facts__grade="一般隐患")
    assert stage(keeper) == "登记"
    issued = number(keeper)
    assert re.fullmatch(r"WJ-2020-\d{5}", issued)

    safety = enter("wujin", f"safety.{SCHOOL}", path=path)
    send(safety, "开始整治", plan__responsibility="条线责任人", **{**PLAN, "plan__funds": ""})
    assert stage(safety) == "登记" and "资金" in faults(safety), "four of five elements are not enough"
    move(safety, "开始整治", plan__funds="1200.50")
    assert stage(safety) == "整治"
    keeper.goto(site.url + path)
    remark(keeper, "已联系后勤，下午搬离")

    line = enter("wujin", f"line.{SCHOOL}", phone=True, path=path)
    send(line, "报告整治完成", facts__measure_done="课桌椅已搬离，通道恢复1.4米")
    assert stage(line) == "整治" and "整改后" in faults(line), "no report without a photo of the result"
    move(line, "报告整治完成", evidence__after=[AFTER])
    assert stage(line) == "报告"
    assert "销账" not in open_moves(line), "who rectified does not strike off"
    safety.goto(site.url + path)
    assert "销账" not in open_moves(safety), "nor who ordered it: the keeper does"

    keeper.goto(site.url + path)
    move(keeper, "销账", verification__gone="yes", verification__note="现场复核，通道畅通")
    assert stage(keeper) == "销账"
    expect(keeper.locator(".x-lock")).to_contain_text("已经办结")
    keeper.get_by_role("heading", name="整改要素").evaluate(
        "head => scrollTo(0, head.getBoundingClientRect().top + scrollY - 80)"
    )
    shot(keeper, "hazard")

    office.goto(f"{site.url}/district")
    assert (kpi(office, "发现"), kpi(office, "本月整改完成")) == (found_before + 1, closed_before + 1)
    office.goto(f"{site.url}/hazards?text={issued}")
    assert office.locator("#ledger tbody tr").count() == 1
    (row, watermark) = exported(office)
    assert (row["编号"], row["阶段"], row["资金（元）"]) == (issued, "销账", 1200.5)
    assert str(row["责任"]).endswith("条线责任人")
    assert row["销账人"] and row["整改情况"] == "课桌椅已搬离，通道恢复1.4米"
    assert "共1行，照片2张" in str(watermark["序号"]) and "导出" in str(watermark["序号"])
