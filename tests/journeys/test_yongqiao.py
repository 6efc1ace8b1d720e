"""埇桥: five elements of its own (方案、责任、时限、措施、资金), and the cluster confirms before the school closes."""

from __future__ import annotations

import re

import pytest

from tests.journeys.conftest import Enter
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
)

pytestmark = pytest.mark.journey
SCHOOL, CLUSTER, OTHER_CLUSTER = "s040", "c10", "c11"


def test_yongqiao_cluster_confirms_what_the_school_put_right(site: Site, enter: Enter) -> None:
    office = enter("yongqiao", "office", path="/district")
    closed_before = kpi(office, "本月整改完成")

    staff = enter("yongqiao", f"staff.{SCHOOL}", phone=True)
    path = report(
        staff, site, domain="消防", kind="用电用火用气、电气线路隐患", place="教学楼", words="教师办公室插线板串接使用"
    )
    assert (stage(staff), steps(staff)) == (
        "自查发现",
        ["自查发现", "列入清单", "整改方案", "整改", "申请销号", "片区确认", "销号"],
    )

    safety = enter("yongqiao", f"safety.{SCHOOL}", path=path)
    move(safety, "列入清单", facts__grade="一般隐患")
    issued = number(safety)
    assert re.fullmatch(r"YQ-2023-\d{5}", issued)
    principal = enter("yongqiao", f"principal.{SCHOOL}", path=path)
    assert asked_for(principal, "制定整改方案", "ordinary") == ["方案", "责任", "时限", "措施", "资金"]
    plan = {"plan__scheme": "一周内改造线路", "plan__measures": "拆除临时线路，新增固定插座", "plan__funds": "0"}
    send(principal, "制定整改方案", ground="ordinary", **plan)
    assert stage(principal) == "列入清单" and "责任" in faults(principal)
    move(principal, "制定整改方案", plan__responsibility="条线责任人")
    move(principal, "开始整改")
    assert stage(principal) == "整改"

    line = enter("yongqiao", f"line.{SCHOOL}", phone=True, path=path)
    move(line, "申请销号", facts__measure_done="线路已穿管固定", evidence__after=[AFTER])
    assert stage(line) == "申请销号"
    safety.goto(site.url + path)
    assert "确认消除" not in open_moves(safety), "the school does not confirm itself"

    stranger = enter("yongqiao", f"cluster.{OTHER_CLUSTER}")
    assert stranger.goto(site.url + path).status == 404, "another cluster sees nothing of it"
    cluster = enter("yongqiao", f"cluster.{CLUSTER}", path=path)
    move(cluster, "确认消除", verification__gone="yes", verification__note="中心校现场确认")
    assert stage(cluster) == "片区确认"

    safety.goto(site.url + path)
    move(safety, "销号")
    assert stage(safety) == "销号"

    office.goto(f"{site.url}/district")
    assert kpi(office, "本月整改完成") == closed_before + 1
    office.goto(f"{site.url}/hazards?text={issued}")
    (row, _watermark) = exported(office)
    assert (row["编号"], row["阶段"], row["方案"], row["资金（元）"]) == (issued, "销号", "一周内改造线路", 0)
