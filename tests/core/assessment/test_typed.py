"""One indicator typed for many units: all of it or nothing, faults by the unit's name, and nobody's figure overwritten unseen."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from core.assessment.models import IndicatorEntry
from core.audit.models import AuditEntry
from tests.core.hazards.web import Api, Browser, statements
from tests.factories.world import World

PATH = "/assessment/indicators/wj-2_1-07"
PAGE = "/indicators/wj-2_1-07/table"
SCHOOLS = ("school_a", "school_b", "kindergarten")


@pytest.fixture
def head(client: FlaskClient, world: World) -> Api:
    return Api(client, world, "head")


def rows(world: World, *figures: tuple[str, int, int | None]) -> list[dict[str, Any]]:
    return [{"unit_id": str(world.units[unit]), "part": part, "whole": whole} for unit, part, whole in figures]


def table(world: World, *figures: tuple[str, int, int | None], **change: Any) -> dict[str, Any]:
    return {"as_of": "2020-11-20", "basis": "宣讲签到表", "rows": rows(world, *figures), **change}


def kept(world: World) -> int:
    with world.session(read_only=True) as session:
        return session.scalar(select(func.count()).select_from(IndicatorEntry)) or 0


def test_table_when_typed_then_in_force_for_all_and_the_second_of_two_sees_a_stale_one(head: Api, world: World) -> None:
    seen = head.get(f"{PATH}/table")
    assert [one["part"] for one in seen.get_json()["items"]] == [None] * seen.get_json()["total"]
    version = int(seen.headers["ETag"].strip('"'))
    body = table(world, ("school_a", 3, 4), ("school_b", 5, 5))
    body["rows"][1]["basis"] = "现场核查"
    assert head.post(f"{PATH}/table", body).status_code == 428
    answer = head.post(f"{PATH}/table", body, version=version)
    assert (answer.status_code, answer.get_json()) == (200, {"kept": 2})
    again = head.post(f"{PATH}/table", table(world, ("school_a", 0, 4)), version=version)
    assert again.status_code == 412 and kept(world) == 2
    now = head.get(f"{PATH}/table")
    assert now.headers["ETag"] == '"2"'
    found = {one["unit_name"]: one for one in now.get_json()["items"]}
    assert (found["第一小学"]["part"], found["第一小学"]["whole"], found["第一小学"]["basis"]) == (3, 4, "宣讲签到表")
    assert found["第二初级中学"]["basis"] == "现场核查"
    assert {one["unit_name"] for one in head.get(f"{PATH}/table", untyped="true").get_json()["items"]} == {"第一幼儿园"}
    assert head.get(f"{PATH}/table", text="第二").get_json()["total"] == 1
    units = head.get(f"{PATH}/units", starts="2020-01-01", ends="2020-11-26").get_json()["items"]
    assert {one["unit_name"]: one["figure"] for one in units}["第一小学"] == {"part": 3, "whole": 4}
    with world.session(read_only=True) as session:
        audited = session.scalars(select(AuditEntry.data).where(AuditEntry.action == "indicator.typed")).all()
    assert [own["units"] for own in audited] == [2]
    one = {"unit_id": str(world.units["school_a"]), "as_of": "2020-11-21", "part": 4, "whole": 4, "basis": "补充"}
    assert head.post(f"{PATH}/entries", one).status_code == 201  # of one unit: another version of the table too
    assert head.post(f"{PATH}/table", table(world, ("school_b", 1, 5)), version=2).status_code == 412


def test_table_when_rows_are_wrong_then_each_is_named_and_nothing_is_kept(head: Api, world: World) -> None:
    a, b = world.units["school_a"], world.units["school_b"]
    body = table(world, ("school_a", 5, 4), ("school_b", 1, None), ("kindergarten", 1, 1), basis="")
    faults = head.post(f"{PATH}/table", body, version=0)
    assert faults.status_code == 422
    said = str(faults.get_json())
    assert (
        f"part.{a}" in said
        and "第一小学：应在0到总数之间" in said
        and f"whole.{b}" in said
        and "第二初级中学：请填写总数" in said
    )
    assert "第一幼儿园：请写明依据" in said
    twice = head.post(f"{PATH}/table", table(world, ("school_a", 1, 4), ("school_a", 2, 4)), version=0)
    assert twice.status_code == 422 and "第一小学：填了不止一次" in str(twice.get_json())
    office = head.post(f"{PATH}/table", table(world, ("school_a", 1, 4), ("section", 1, 1)), version=0)
    assert office.status_code == 422 and "不适用" in str(office.get_json())
    assert (
        head.post(f"{PATH}/table", table(world, ("school_a", 1, 4), as_of="2020-11-27"), version=0).status_code == 422
    )
    assert head.post(f"{PATH}/table", table(world), version=0).status_code == 422
    computed = "/assessment/indicators/wj-3_3-10/table"
    assert head.get(computed).status_code == 404
    assert head.post(computed, table(world, ("school_a", 1, 4)), version=0).status_code == 409
    school = Api(head.client, world, "safety_a")
    assert school.get(f"{PATH}/table").status_code == 403
    assert school.post(f"{PATH}/table", table(world, ("school_a", 1, 4)), version=0).status_code == 403
    assert kept(world) == 0


def test_table_when_neighbours_unit_is_named_then_not_found(head: Api, world: World, neighbour: World) -> None:
    assert head.post(f"{PATH}/table", table(neighbour, ("school_a", 1, 4)), version=0).status_code == 404
    assert kept(world) == 0


def test_table_when_it_has_more_rows_then_as_many_statements(head: Api, world: World) -> None:
    counts = []
    for size, version in ((1, 0), (3, 1)):
        with statements(world.db.engine("app")) as sent:
            head.get(f"{PATH}/table", page_size=size)
        read = len(sent)
        body = table(world, *[(unit, 1, 2) for unit in SCHOOLS[:size]])
        with statements(world.db.engine("app")) as sent:
            assert head.post(f"{PATH}/table", body, version=version).status_code == 200
        counts.append((read, len(sent)))
    assert counts[0] == counts[1]


def test_page_when_filled_then_saved_and_when_refused_then_what_was_typed_stays(app: Flask, world: World) -> None:
    head = Browser.of(app, world, "head")
    assert f"{PAGE}?starts" in head.get("/indicators/wj-2_1-07").get_data(as_text=True)
    page = head.get(f"{PAGE}?page_size=3").get_data(as_text=True)
    unit, other = world.units["school_a"], world.units["school_b"]
    assert f'name="part.{unit}"' in page and "第二初级中学" in page
    form = {
        "version": "0",
        "as_of": "2020-11-20",
        "basis": "宣讲签到表",
        f"part.{unit}": "九",
        f"whole.{unit}": "4",
        f"whole.{other}": "3",
    }
    wrong = head.post(f"{PAGE}?page_size=3", form)
    said = wrong.get_data(as_text=True)
    assert wrong.status_code == 422 and "第一小学：应为不小于0的整数" in said and "第二初级中学：请填写数值" in said
    assert 'value="九"' in said and re.search(r"第\d行", said) and 'aria-invalid="true"' in said
    assert head.post(PAGE, form | {f"part.{unit}": "", f"whole.{unit}": "", f"whole.{other}": ""}).status_code == 422
    right = form | {f"part.{unit}": "3", f"whole.{other}": ""}
    saved = head.post(f"{PAGE}?page_size=3&untyped=true&_external=1", right)
    assert (
        saved.status_code == 302
        and saved.headers["Location"].startswith(PAGE)
        and "untyped=true" in saved.headers["Location"]
    )
    page = head.get(PAGE).get_data(as_text=True)
    assert "75%" in page and 'name="version" value="1"' in page
    stale = head.post(PAGE, right | {f"part.{unit}": "2"})
    said = stale.get_data(as_text=True)
    assert (
        stale.status_code == 412
        and "已被他人修改" in said
        and 'value="2"' in said
        and 'name="version" value="1"' in said
    )
    assert kept(world) == 1
    assert head.post(PAGE, right | {"version": "1", f"part.{world.units['root']}x": "2"}).status_code == 404


def test_page_when_an_earlier_day_is_typed_than_the_one_in_force_then_a_warning_says_so(
    app: Flask, world: World
) -> None:
    head, unit = Browser.of(app, world, "head"), world.units["school_a"]
    head.get(PAGE)
    form = {"version": "0", "as_of": "2020-11-20", "basis": "宣讲签到表", f"part.{unit}": "3", f"whole.{unit}": "4"}
    assert head.post(PAGE, form).status_code == 302
    assert "现行数没有变" not in head.get(PAGE).get_data(as_text=True)
    assert head.post(PAGE, form | {"version": "1", "as_of": "2020-11-10", f"part.{unit}": "1"}).status_code == 302
    page = head.get(PAGE).get_data(as_text=True)
    assert "1个单位已有更晚日期的数，现行数没有变：第一小学" in page and "3/4" in page
    one = {"unit_id": str(unit), "as_of": "2020-11-12", "part": "2", "whole": "4", "basis": "补充"}
    head.get("/indicators/wj-2_1-07")
    assert head.post("/indicators/wj-2_1-07/entries", one).status_code == 302
    assert "现行数没有变：第一小学" in head.get("/indicators/wj-2_1-07").get_data(as_text=True)
