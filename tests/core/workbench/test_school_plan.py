"""一校一策: only what is wrong today, of one school, from the facts; page, paper and REST say the same."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

from docx import Document
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from core.hazards.models import Hazard
from core.hooks.manager import build_plugins
from core.http.runtime import KEY
from tests.core.hazards.ledger import Ledger
from tests.core.hazards.web import Api, Browser, statements
from tests.core.inspections.ground import Ground
from tests.core.registers.ground import add, plan
from tests.factories.world import World


def words(docx: bytes) -> str:
    paper = Document(io.BytesIO(docx))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(line.text for line in paper.paragraphs), *cells])


def late(world: World, title: str) -> None:
    with world.session() as session:
        ledger = Ledger(world, session, build_plugins((), points=()))
        ledger.row(ledger.walk(ledger.report("safety_a", title=title), to="register")).clock_on = date(2020, 11, 20)
        ledger.report("safety_b", title="别校的", unit="school_b")


def ends(world: World, name: str, day: date, unit: str = "school_a") -> None:
    with world.session() as session:
        add(session, world, "emergency_plans", plan(name, valid_until=day), unit=unit)


def test_plan_when_asked_then_what_is_wrong_at_this_school_and_nothing_else(
    app: Flask, client: FlaskClient, world: World, tmp_path: Path
) -> None:
    late(world, "楼梯扶手松动")
    ends(world, "已过期预案", date(2020, 11, 1))
    ends(world, "将到期预案", date(2020, 12, 10))
    ends(world, "还早的预案", date(2022, 1, 1))
    ends(world, "别校预案", date(2020, 11, 1), unit="school_b")
    ground = Ground(world, tmp_path)
    ground.take()
    ground.done("passage", "electric")
    unit, path = Api(client, world, "safety_a"), f"/school-plans/{world.units['school_a']}"
    found: dict[str, Any] = unit.get(path).get_json()
    assert {own["title"]: own["overdue"] for own in found["hazards"]}["楼梯扶手松动"] is True
    assert all(own["title"] != "别校的" for own in found["hazards"])
    assert found["hazards_total"] == 3 == sum(own["major"] + own["general"] for own in found["sums"])
    assert (found["failed_total"], {own["note"] for own in found["failed"]}) == (2, {"堆放课桌"})
    assert [(own["title"], own["days_left"] < 0) for own in found["endings"]] == [
        ("已过期预案", True),
        ("将到期预案", False),
    ]
    assert found["duties_total"] == len(found["duties"]) > 0
    paper = words(unit.get(f"{path}/paper.docx").get_data())
    assert "第一小学校园安全“一校一策”" in paper and "楼梯扶手松动" in paper and "2020-11-20（已逾期）" in paper
    assert "2020-11-01（已过期）" in paper and "别校" not in paper
    assert f"未办结隐患3条，其中重大隐患{sum(own['major'] for own in found['sums'])}条" in paper
    browser = Browser.of(app, world, "safety_a")
    page = browser.get("/school-plan").get_data(as_text=True)
    assert "楼梯扶手松动" in page and "将到期预案" in page and "别校" not in page
    assert "楼梯扶手松动" in words(browser.client.get(f"/school-plan.docx?unit_id={world.units['school_a']}").data)
    assert browser.get(f"/school-plan?unit_id={world.units['school_b']}").status_code == 404
    assert unit.get(f"/school-plans/{world.units['school_b']}").status_code == 404
    head = Browser.of(app, world, "head")
    assert "请选择一所学校" in head.get("/school-plan").get_data(as_text=True)
    assert head.get("/school-plan.docx").status_code == 422
    with world.session() as session:
        for row in session.scalars(select(Hazard)):  # one of what the visit found is settled
            if row.category == "fire.passage":
                row.canonical = row.stage = "closed"
    assert unit.get(path).get_json()["failed_total"] == 1
    again = ground.special()
    ground.start(again)
    ground.fill(again)
    for role in ("inspector", "unit"):
        ground.sign(again, role)
    ground.finish(again)
    assert unit.get(path).get_json()["failed_total"] == 0  # the newest answer counts


def test_plan_when_there_is_more_then_costs_the_same(app: Flask, world: World) -> None:
    head, engine, counts = Browser.of(app, world, "head"), app.extensions[KEY].db.engine("app"), []
    address = f"/school-plan?unit_id={world.units['school_a']}"
    for times in (1, 2):
        for place in range(times):
            late(world, f"隐患{times}{place}")
            ends(world, f"预案{times}{place}", date(2020, 11, 1))
        head.get(address)
        with statements(engine) as sent:
            assert "隐患10" in head.get(address).get_data(as_text=True)
        counts.append(len(sent))
    assert counts[0] == counts[1]
