"""园区: the ground decides what must be filled in; long-running cases are numbered and supervised; five steps end in 销账."""

from __future__ import annotations

import re

import pytest

from tests.journeys.conftest import Enter
from tests.journeys.pictures import Shooter
from tests.journeys.site import Site
from tests.journeys.steps import (
    AFTER,
    asked_for,
    exported,
    faults,
    kpi,
    move,
    number,
    open_moves,
    report,
    send,
    stage,
    steps,
    supervise,
)

pytestmark = pytest.mark.journey
SCHOOL = "s040"


def test_sip_ground_decides_the_elements_and_long_cases_are_supervised(site: Site, enter: Enter, shot: Shooter) -> None:
    officer = enter("sip", "officer", path="/district")
    found_before = kpi(officer, "发现")

    staff = enter("sip", f"staff.{SCHOOL}", phone=True)
    path = report(
        staff,
        site,
        domain="治安",
        kind="安防设施、技防建设不到位",
        place="校门口",
        words="围墙西北角监控探头故障，存在盲区",
    )
    assert (stage(staff), steps(staff)) == ("排查", ["排查", "登记", "整治", "报告", "销账"])

    safety = enter("sip", f"safety.{SCHOOL}", path=path)
    move(safety, "登记", ground="long_term", facts__grade="一般隐患")
    issued = number(safety)
    assert stage(safety) == "登记" and re.fullmatch(r"SIP-2020-\d{5}", issued)

    wanted = {
        ground: asked_for(safety, "开始整治", ground)
        for ground in ("fixable", "not_fixable_now", "not_fully_fixable", "long_term")
    }
    assert wanted == {
        "fixable": ["整改责任", "整改措施"],
        "not_fixable_now": ["整改措施", "整改责任单位", "整改要求", "整改时限"],
        "not_fully_fixable": ["整改责任", "整改措施", "整改时限", "资金", "预案"],
        "long_term": ["整改责任", "整改措施", "整改责任单位", "整改时限"],
    }
    shot(safety, "elements")

    officer.goto(site.url + path)
    supervise(officer, "分管安全工作局领导", "需更换主机，列入督办")
    assert re.search(r"督〔2020〕\d{3}号", officer.locator(".x-head").inner_text())

    principal = enter("sip", f"principal.{SCHOOL}", path=path)
    plan = {"plan__responsibility": "条线责任人", "plan__measures": "更换主机和探头，录像保存30天"}
    send(principal, "开始整治", ground="long_term", **plan)
    assert stage(principal) == "登记" and "整改责任单位" in faults(principal)
    move(principal, "开始整治", plan__unit="园区")
    assert stage(principal) == "整治"

    line = enter("sip", f"line.{SCHOOL}", phone=True, path=path)
    move(line, "报告整改完成", facts__measure_done="探头更换，角度校准", evidence__after=[AFTER])
    assert stage(line) == "报告" and "销账" not in open_moves(line)

    safety.goto(site.url + path)
    move(safety, "销账", verification__gone="yes", verification__note="调看录像，无盲区")
    assert stage(safety) == "销账"

    officer.goto(f"{site.url}/district")
    assert kpi(officer, "发现") == found_before + 1
    officer.goto(f"{site.url}/hazards?text={issued}")
    (row, _watermark) = exported(officer)
    assert (row["编号"], row["阶段"], row["整改情形"]) == (issued, "销账", "需要较长整改期限")
    assert re.fullmatch(r"督〔2020〕\d{3}号", row["督办编号"])
