"""通榆: who finds it closes it; who rectified it never does."""

from __future__ import annotations

import re

import pytest

from tests.journeys.conftest import Enter
from tests.journeys.site import Site
from tests.journeys.steps import (
    AFTER,
    exported,
    faults,
    kpi,
    move,
    number,
    open_moves,
    refusal,
    report,
    send,
    stage,
    steps,
    unit_of,
)

pytestmark = pytest.mark.journey
SCHOOL = "s040"
PLAN = {"plan__responsibility": "条线责任人", "plan__measures": "补齐救生器材", "plan__funds": "300"}


def test_tongyu_only_the_finder_closes(site: Site, enter: Enter) -> None:
    office = enter("tongyu", "office", path="/district")
    closed_before = kpi(office, "本月整改完成")
    safety = enter("tongyu", f"safety.{SCHOOL}")
    school = unit_of(safety)

    inspector = enter("tongyu", "inspector", phone=True)
    path = report(
        inspector,
        site,
        domain="消防",
        kind="消防设施、器材缺失或失效",
        place="宿舍",
        words="灭火器压力不足",
        unit=school,
    )
    assert (stage(inspector), steps(inspector)) == ("排查", ["排查", "列入清单", "整改", "整改到位", "销号"])

    safety.goto(site.url + path)
    move(safety, "列入清单", facts__grade="一般隐患")
    issued = number(safety)
    assert re.fullmatch(r"TY-2018-\d{5}", issued)
    send(safety, "开始整改", **PLAN)
    assert stage(safety) == "列入清单" and "预案" in faults(safety)
    move(safety, "开始整改", plan__contingency_plan__waived="更换灭火器，无需预案")
    assert stage(safety) == "整改"

    line = enter("tongyu", f"line.{SCHOOL}", phone=True, path=path)
    move(line, "整改到位", facts__measure_done="更换灭火器6具", evidence__after=[AFTER])
    assert "销号" not in open_moves(line), "the rectifier cannot close"
    safety.goto(site.url + path)
    assert "销号" not in open_moves(safety), "nor can the school: it did not find it"
    office.goto(site.url + path)
    inspector.goto(site.url + path)
    move(inspector, "销号", verification__gone="yes", verification__note="复查压力正常")
    assert stage(inspector) == "销号"

    office.goto(f"{site.url}/district")
    assert kpi(office, "本月整改完成") == closed_before + 1
    office.goto(f"{site.url}/hazards?text={issued}")
    (row, _watermark) = exported(office)
    assert (row["编号"], row["阶段"], row["来源"]) == (issued, "销号", "县局检查")


def test_tongyu_finder_who_rectified_at_once_leaves_closing_to_a_second_person(site: Site, enter: Enter) -> None:
    safety = enter("tongyu", f"safety.{SCHOOL}", phone=True)
    given = {
        "plan__responsibility": "条线责任人", "plan__measures": "当场清理", "plan__funds": "0", "plan__contingency_plan__waived": "当场改好",
        "facts__grade": "一般隐患", "facts__measure_done": "通道已清空", "evidence__after": [AFTER],
    }  # fmt: skip
    path = report(
        safety,
        site,
        domain="消防",
        kind="消防通道、疏散通道不畅通",
        place="楼梯走廊",
        words="楼梯口堆放纸箱",
        at_once=given,
    )
    assert stage(safety) == "整改到位"
    assert "销号" not in open_moves(safety), "found it, but rectified it too"
    assert "需由另一人办理" in refusal(safety, "销号")
    principal = enter("tongyu", f"principal.{SCHOOL}", path=path)
    move(principal, "销号", verification__gone="yes")
    assert stage(principal) == "销号"
