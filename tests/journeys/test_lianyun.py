"""连云: a thin ledger form (责任、措施、限期); the school closes by a second person, the bureau may send it back."""

from __future__ import annotations

import re

import pytest

from tests.journeys.conftest import Enter
from tests.journeys.pictures import photo
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
SCHOOL = "s020"


def test_lianyun_ledger_form_from_finding_to_removal(site: Site, enter: Enter) -> None:
    office = enter("lianyun", "office", path="/district")
    closed_before = kpi(office, "本月整改完成")

    staff = enter("lianyun", f"staff.{SCHOOL}", phone=True)
    path = report(staff, site, domain="消防", kind="易燃易爆物品存放不当", place="实验室", words="酒精与杂物混放")
    assert (stage(staff), steps(staff)) == ("排查", ["排查", "建立台账", "限期整改", "整改完成", "消除销号"])

    safety = enter("lianyun", f"safety.{SCHOOL}", path=path)
    move(safety, "建立台账", facts__grade="一般隐患")
    issued = number(safety)
    assert re.fullmatch(r"LY-2021-\d{5}", issued)
    principal = enter("lianyun", f"principal.{SCHOOL}", path=path)
    wanted = asked_for(principal, "落实整改责任", "ordinary")
    assert wanted == ["整改责任", "整改措施", "限期"], "this notice knows no funds and no plan"
    send(principal, "落实整改责任", ground="ordinary", plan__measures="设专柜，双人双锁")
    assert stage(principal) == "建立台账" and "整改责任" in faults(principal)
    move(principal, "落实整改责任", plan__responsibility="条线责任人")
    assert stage(principal) == "限期整改"

    line = enter("lianyun", f"line.{SCHOOL}", phone=True, path=path)
    move(line, "整改完成", facts__measure_done="酒精入柜", evidence__after=[AFTER])
    assert "核验销号" not in open_moves(line)

    office.goto(site.url + path)
    move(office, "退回整改", reason="照片看不清标签")
    assert stage(office) == "限期整改"
    line.goto(site.url + path)
    send(line, "整改完成", facts__measure_done="标签已补齐")
    assert stage(line) == "限期整改" and "退回之前的不再作数" in faults(line), "the old photo shows nothing any more"
    move(line, "整改完成", facts__measure_done="标签已补齐", evidence__after=[photo("labels")])

    safety.goto(site.url + path)
    move(safety, "核验销号", verification__gone="yes")
    assert stage(safety) == "消除销号"

    office.goto(f"{site.url}/district")
    assert kpi(office, "本月整改完成") == closed_before + 1
    office.goto(f"{site.url}/hazards?text={issued}")
    (row, _watermark) = exported(office)
    assert (row["编号"], row["阶段"], row["整改措施"]) == (issued, "消除销号", "设专柜，双人双锁")
    assert "资金" not in row, "the ledger has this district's columns"
