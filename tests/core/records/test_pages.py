"""Pages of the records as people use them: the quick form, a drill on the phone, an incident, duty, a plan."""

from __future__ import annotations

import io
import re
from uuid import uuid4

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from core.records.models import DutyShift, Record
from tests.core.hazards.web import Browser
from tests.core.records.ground import Ground
from tests.core.records.test_duty_and_plans import issue, shift
from tests.core.records.test_incidents import first


@pytest.fixture
def school(ground: Ground, app: Flask) -> Browser:
    return Browser.of(app, ground.world, "safety_a")


def text(answer: object) -> str:
    return answer.get_data(as_text=True)  # type: ignore[attr-defined,no-any-return]  # a test response


def version(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    return found[1]


def test_quick_form_when_sent_with_a_photo_then_recorded_and_shown(ground: Ground, school: Browser) -> None:
    chosen = text(school.get("/records/new"))
    assert "/records/new/meeting" in chosen and "安全会议" in chosen
    page = text(school.get("/records/new/meeting"))
    assert "第一小学" in page
    picture = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(picture, "PNG")
    picture.seek(0)
    form = {
        "unit_id": str(ground.world.units["school_a"]), "held_on": "2020-11-26", "topics": ["safety", "fire"], "people": "12",
        "details.chair": "head", "summary": "部署冬季防火", "idempotency_key": str(uuid4()), "photos": (picture, "会议.png"),
    }  # fmt: skip
    sent = school.post("/records/new/meeting", form)
    assert sent.status_code == 302, text(sent)
    page = text(school.get(sent.headers["Location"]))
    for word in ("安全会议（安全、消防安全）", "部署冬季防火", "主要负责人", "已完成", "会议.png"):
        assert word in page
    assert "安全会议（安全、消防安全）" in text(school.get("/records"))


def test_quick_form_when_wrong_then_shown_again_with_what_was_typed(ground: Ground, school: Browser) -> None:
    school.get("/records/new/film_showing")
    form = {
        "unit_id": str(ground.world.units["school_a"]), "held_on": "2030-01-01", "summary": "全体学生", "details.film": "",
        "idempotency_key": str(uuid4()),
    }  # fmt: skip
    answer = school.post("/records/new/film_showing", form)
    page = text(answer)
    assert answer.status_code == 422
    assert "不能晚于今天" in page and "全体学生" in page
    assert school.get("/records/new/unheard_of").status_code == 404


def test_record_when_corrected_and_struck_on_its_page_then_all_is_there_to_read(
    ground: Ground, school: Browser
) -> None:
    made = ground.add(topics=("safety",), people=10)
    page = text(school.get(f"/records/{made}/correct"))
    form = {
        "unit_id": str(ground.world.units["school_a"]), "held_on": "2020-11-26", "topics": ["fire"], "people": "20", "reason": "议题记错",
        "version": version(page),
    }  # fmt: skip
    assert school.post(f"/records/{made}/correct", form).status_code == 302
    page = text(school.get(f"/records/{made}"))
    assert "议题记错" in page and "第1版" in page and "第2版" in page
    refused = school.post(f"/records/{made}/correct", {**form, "version": "1"})
    assert refused.status_code == 412
    assert school.post(f"/records/{made}/strike", {"reason": "重复", "version": "2"}).status_code == 302
    assert "这条记录已作废" in text(school.get(f"/records/{made}"))
    assert school.get(f"/records/{made}/correct").headers["Location"] == f"/records/{made}"


def test_drill_when_run_on_the_phone_then_counts(ground: Ground, school: Browser) -> None:
    school.get("/records/drills/new")
    plan = {
        "unit_id": str(ground.world.units["school_a"]), "topics": ["fire_evacuation"], "scenario": "一楼起火", "planned_on": "2020-11-26",
        "target_s": "120", "idempotency_key": str(uuid4()),
    }  # fmt: skip
    sent = school.post("/records/drills/new", plan)
    assert sent.status_code == 302, text(sent)
    address = sent.headers["Location"]
    page = text(school.get(address))
    assert "开始计时" in page
    assert school.post(f"{address}/start", {"version": version(page)}).status_code == 302
    page = text(school.get(address))
    assert "data-stopwatch" in page and "停止计时" in page
    school.post(f"{address}/stop", {"version": version(page)})
    page = text(school.get(address))
    bad = school.post(f"{address}/heads", {"version": version(page), "expected": "10", "present": "11"})
    assert bad.status_code == 422 and "实到不能多于应到" in text(bad)
    school.post(f"{address}/heads", {"version": version(page), "expected": "600", "present": "600"})
    assert school.post(f"{address}/findings", {"text": "门打不开", "place": "东侧"}).status_code == 302
    page = text(school.get(address))
    assert "登记为隐患" in page
    reported = re.search(r'action="(/records/[^"]+/report)"', page)
    assert reported
    assert "/hazards/" in school.post(reported[1], {}).headers["Location"]
    assert school.post(f"{address}/review", {"version": version(page), "plan_revision": "none"}).status_code == 302
    assert "已总结" in text(school.get(address))
    assert [row[0] for row in ground.counted()] == ["drill"]
    assert school.post(f"{address}/dance", {}).status_code == 404


def test_incident_when_told_on_the_page_then_the_clock_is_shown(ground: Ground, school: Browser, app: Flask) -> None:
    assert "60分钟内首报" in text(school.get("/records/incidents/new"))
    form = {
        "unit_id": str(ground.world.units["school_a"]), "category": "blaze", "title": "食堂电线起火", "occurred_at": "2020-11-26T09:30",
        "known_at": "2020-11-26T09:40", "grade": "general", "facts": "已扑灭", "dead": "0", "injured": "0", "missing": "0",
        "told_to": ["消防救援"], "idempotency_key": str(uuid4()),
    }  # fmt: skip
    sent = school.post("/records/incidents/new", form)
    assert sent.status_code == 302, text(sent)
    page = text(school.get(sent.headers["Location"]))
    assert "按时" in page and "最迟" in page and "消防救援" in page
    further = {"version": version(page), "grade": "general", "facts": "恢复供餐", "loss": "3500.5", "final": "1"}
    refused = school.post(f"{sent.headers['Location']}/reports", further)
    assert refused.status_code == 422 and "恢复供餐" in text(refused)
    done = school.post(f"{sent.headers['Location']}/reports", {**further, "cause": "线路老化"})
    assert done.status_code == 302, text(done)
    page = text(school.get(sent.headers["Location"]))
    assert "已终报" in page and "3,500.50" in page
    assert "食堂电线起火" in text(school.get("/records/incidents"))
    keeper = Browser.of(app, ground.world, "keeper_a")
    assert keeper.get(sent.headers["Location"]).status_code == 403
    assert "突发事件" not in text(keeper.get("/records"))


def test_duty_when_handed_over_on_the_page_then_another_takes_it(ground: Ground, school: Browser, app: Flask) -> None:
    staff = str(ground.world.people["staff_a"])
    assert staff in text(school.get("/records/duty/new"))
    form = {
        "unit_id": str(ground.world.units["school_a"]), "starts_at": "2020-11-27T17:00", "ends_at": "2020-11-28T08:00", "person_id": staff,
        "idempotency_key": str(uuid4()),
    }  # fmt: skip
    assert school.post("/records/duty/new", form).status_code == 302
    made = shift(ground)
    school.get("/records/duty")
    assert school.post(f"/records/duty/{made}/hand-over", {"version": "1", "said": "东门灯坏"}).status_code == 302
    keeper = Browser.of(app, ground.world, "keeper_a")
    assert "东门灯坏" in text(keeper.get("/records/duty"))
    assert keeper.post(f"/records/duty/{made}/take-over", {"version": "2"}).status_code == 302
    assert "已交接" in text(keeper.get("/records/duty"))
    with ground.world.session(read_only=True) as session:
        assert len(session.scalars(select(DutyShift.id)).all()) == 2


def test_plan_when_revised_on_its_page_then_both_versions_are_there(ground: Ground, school: Browser) -> None:
    school.get("/records/plans/new")
    form = {
        "unit_id": str(ground.world.units["school_a"]), "title": "火灾专项预案", "kind": "special", "topic": "fire", "body": "报警",
        "in_force_on": "2020-11-26", "idempotency_key": str(uuid4()),
    }  # fmt: skip
    sent = school.post("/records/plans/new", form)
    assert sent.status_code == 302, text(sent)
    page = text(school.get(sent.headers["Location"]))
    revised = school.post(
        f"{sent.headers['Location']}/revise", {"version": version(page), "reason": "演练后修订", "body": "先断电"}
    )
    assert revised.status_code == 302, text(revised)
    page = text(school.get(sent.headers["Location"]))
    assert "第1版" in page and "第2版" in page and "先断电" in page and "演练后修订" in page
    assert "火灾专项预案" in text(school.get("/records/plans"))


def test_desk_when_things_wait_then_says_so(ground: Ground, school: Browser) -> None:
    ground.plan()
    issue(ground)
    first(ground)
    desk = text(school.get("/"))
    assert "到日子的演练" in desk
    with ground.world.session(read_only=True) as session:
        assert session.scalars(select(Record.state)).all() == ["planned"]
