"""考核结果单: the paper says what the sheet says, of each version, to whoever may see the sheet."""

from __future__ import annotations

from datetime import date

from flask.testing import FlaskClient

from tests.core.assessment.ground import Office, hazard, words
from tests.factories.world import World


def test_paper_when_printed_then_each_point_has_its_facts_and_a_correction_its_reason(
    client: FlaskClient, world: World
) -> None:
    with world.session() as session:
        hazard(session, world.units["school_a"], found=date(2020, 9, 3), due=date(2020, 9, 20))
    office = Office(client, world)
    office.open()
    office.compute()
    sheet = office.sheet("school_a")
    assert "结果编制中" in words(office.head, sheet["id"])
    assert office.school.get(f"/assessment/sheets/{sheet['id']}/paper").status_code == 404  # a draft
    assert office.step("announce").status_code == 204
    said = words(office.school, sheet["id"])
    assert "常州市武进区教育局" in said and "第一小学：" in said and f"得分{sheet['points']:g}分" in said
    assert "隐患按时整改（扣30分）：" in said and "—隐患0903（2020年9月3日）" in said and "0.0%（0/1）" in said
    assert "WJ-3.3-10" in said and "2020年12月3日（含当日）前逐项提出申诉" in said
    body = {"item": "on-time", "text": "整改当天已报告"}
    appeal = office.school.post(f"/assessment/sheets/{sheet['id']}/appeals", body).get_json()["id"]
    decision = {"uphold": True, "decision": "核实属实", "points": 0}
    assert office.leader.post(f"/assessment/appeals/{appeal}/decision", decision, version=1).status_code == 204
    now = words(office.school, sheet["id"])
    assert "隐患按时整改：申诉成立。核实属实" in now and "扣30分" not in now and "（第2版" in now
    assert "隐患按时整改（扣30分）：" in words(office.school, sheet["id"], no=1)
    office.later(date(2020, 12, 4))
    assert "申诉截至2020年12月3日，现已结束" in words(office.school, sheet["id"])
    assert office.other.get(f"/assessment/sheets/{sheet['id']}/paper").status_code == 404
