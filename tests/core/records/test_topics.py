"""按主题: which school did something on which topic, as a page and over REST."""

from __future__ import annotations

import re
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from core.orgs.services import create_unit
from core.orgs.services.creation import UnitFacts
from tests.core.hazards.web import Api, Browser, statements
from tests.core.records.ground import Ground


def lesson(ground: Ground, *topics: str, unit: str = "school_a", who: str = "safety_a", times: int = 1) -> None:
    ground.add(unit, who=who, kind="safety_lesson", topics=topics, times=times, details={})


def test_topics_when_counted_then_by_school_with_those_that_have_none(
    ground: Ground, client: FlaskClient, app: Flask
) -> None:
    lesson(ground, "traffic", "life_safety", times=2)
    lesson(ground, "traffic")
    lesson(ground, "fire", unit="school_b", who="safety_b")
    with ground.world.session() as session:  # opens later, so nothing is asked of it yet
        facts = UnitFacts(code="S9", name="第九小学", kind="school", valid_from=ground.today + timedelta(days=1))
        create_unit(session, actor=ground.world.system, facts=facts, parent_id=ground.world.units["root"])
    head, school = Api(client, ground.world, "head"), Api(client, ground.world, "safety_a")
    rows = {row["unit_name"]: row["counts"] for row in head.get("/records/topics").get_json()["items"]}
    assert rows == {"第一小学": {"traffic": 3, "life_safety": 2}, "第二初级中学": {"fire": 1}, "第一幼儿园": {}}
    assert [row["unit_name"] for row in school.get("/records/topics").get_json()["items"]] == ["第一小学"]
    assert head.get("/records/topics", kind="publicity").get_json()["items"][0]["counts"] == {}
    assert head.get("/records/topics", until="2020-09-30").get_json()["items"][0]["counts"] == {}
    numbers = []
    for size in (1, 3):
        with statements(app.extensions["xiaoan"].db.engine("app")) as sent:
            assert len(head.get("/records/topics", page_size=size).get_json()["items"]) == size
        numbers.append(len(sent))
    assert numbers[0] == numbers[1]


def test_page_when_opened_then_says_how_many_schools_did_it(ground: Ground, app: Flask) -> None:
    lesson(ground, "traffic", "fire")
    text = Browser.of(app, ground.world, "head").get("/records/topics").get_data(as_text=True)
    assert all(label in text for label in ("交通安全", "心理健康", "沉浸式互动体验", "第一幼儿园"))
    assert len(re.findall(r">1/3</a>", text)) == 2
    assert "按主题" in Browser.of(app, ground.world, "safety_a").get("/records").get_data(as_text=True)
