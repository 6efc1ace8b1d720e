"""Results and 上岗条件: counts by unit, names for the leader, no marks, the gate with what is missing, evidence for the duty."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from core.exams.evidence import passed_by_all
from core.exams.queries.standing import asked_of_posts, missing_of
from core.kernel.schoolyear import Span
from core.orgs.models import Post
from tests.conftest import APP_CLOCK
from tests.core.exams.conftest import Hall, shipped
from tests.core.hazards.web import Browser, statements
from tests.factories.world import World


def names(answer: Any) -> list[tuple[str, str]]:
    return [(own["person_name"], own["standing"]) for own in answer.get_json()["items"]]


def test_results_when_some_passed_then_counts_by_unit_and_names_for_the_leader(hall: Hall) -> None:
    exam = hall.opened()
    hall.passed(exam, "safety_a")
    card = hall.sitting(exam, "keeper_a")
    hall.submit(card, "keeper_a")
    head = hall.by("head")
    rows = head.get(f"/exams/{exam}/results").get_json()
    assert [(own["asked"], own["passed"], own["failed"], own["not_yet"]) for own in rows["items"]] == [
        (3, 1, 1, 1),
        (1, 0, 0, 1),
    ]
    behind = head.get(f"/exams/{exam}/results", page=9).get_json()
    assert (behind["items"], behind["total"]) == ([], rows["total"])
    assert "percent" not in str(rows)
    school = f"/exams/{exam}/units/{hall.world.units['school_a']}"
    wanted = [("测试keeper.a", "failed"), ("测试safety.a", "passed"), ("测试staff.a", "not_yet")]
    for reader in ("head", "principal_a"):
        answer = hall.by(reader).get(school)
        assert sorted(names(answer)) == wanted and "percent" not in answer.get_data(as_text=True)
    assert hall.by("principal_a").get(f"/exams/{exam}/results").get_json()["total"] == 1  # its own school alone
    assert hall.by("safety_b").get(school).status_code == 404
    assert hall.by("staff_a").get(school).status_code == 403
    assert head.get(f"/exams/{exam}/results", open_only="true").get_json()["total"] == 2


def test_results_when_there_are_more_units_then_as_many_queries(hall: Hall) -> None:
    exam = hall.opened(posts=["safety_director"])
    wider = hall.opened(posts=["safety_director", "keeper", "staff", "line_head", "safety_head", "principal"])
    with hall.world.session(read_only=True) as session:
        engine = session.get_bind()
    counts = []
    for one, units in ((exam, 2), (wider, 3)):
        with statements(engine) as sent:
            assert hall.by("head").get(f"/exams/{one}/results").get_json()["total"] == units
        counts.append(len(sent))
    assert counts[0] == counts[1]


def test_gate_when_the_district_asks_then_shown_until_it_is_met(hall: Hall, app: Flask) -> None:
    exam = hall.opened()
    head, world = hall.by("head"), hall.world
    series = head.get(f"/exams/{exam}").get_json()["series"]
    for body in ({"series": series}, {"certificate": "guard"}):
        sent = head.post("/exams/qualifications", {"post_code": "keeper", "reason": "本区规定", **body})
        assert sent.status_code == 201, sent.get_json()
    again = head.post("/exams/qualifications", {"post_code": "keeper", "reason": "本区规定", "series": series})
    assert again.status_code == 409
    school = f"/exams/standing/{world.units['school_a']}"

    def missing(who: str = "principal_a") -> list[str]:
        return [own["asked"]["what"] for own in hall.by(who).get(school).get_json()["items"]]

    assert missing() == ["消防应知应会", "保安员证"]
    assert hall.by("safety_b").get(school).status_code == 404
    row = head.get("/exams/standing").get_json()["items"][0]
    assert (
        head.get("/exams/standing", page=9).get_json()["total"] == head.get("/exams/standing").get_json()["total"] > 0
    )
    assert (row["unit_id"], row["holders"], row["short"]) == (str(world.units["school_a"]), 1, 1)
    page = Browser.of(app, world, "principal_a").get(f"/units/{world.units['school_a']}").get_data(as_text=True)
    assert "未达标：缺消防应知应会" in page and "未达标：缺保安员证" in page
    person = Browser.of(app, world, "head").get(f"/people/{world.people['keeper_a']}").get_data(as_text=True)
    assert "未达标：缺保安员证" in person
    hall.passed(exam, "keeper_a")
    body = {
        "unit_id": str(world.units["school_a"]), "kind": "guard", "person_id": str(world.people["keeper_a"]),
        "issued_on": "2019-11-01", "valid_until": "2020-11-30",
    }  # fmt: skip
    assert hall.by("safety_a").post("/registers/certificates", body).status_code == 201
    assert missing() == []
    assert head.get("/exams/standing", open_only="true").get_json()["total"] == 0
    APP_CLOCK.advance(timedelta(days=10))  # the certificate has run out: missing again, by itself
    assert missing() == ["保安员证"]
    asked = head.get("/exams/qualifications").get_json()["items"]
    ended = hall.client.delete(
        f"/api/v1/exams/qualifications/{asked[1]['id']}", headers={**world.headers("head"), "If-Match": '"1"'}
    )
    assert ended.status_code == 204 and missing() == []


def test_certificate_when_nobody_holds_it_then_said(hall: Hall) -> None:
    body = {"unit_id": str(hall.world.units["school_a"]), "kind": "health"}
    answer = hall.by("safety_a").post("/registers/certificates", body)
    assert answer.status_code == 422 and "person_id" in str(answer.get_json())


def test_certificate_when_read_without_keeping_it_then_no_person(hall: Hall) -> None:
    body = {"unit_id": str(hall.world.units["school_a"]), "kind": "health", "holder": "工号0417", "number": "K-7731"}
    made = hall.by("safety_a").post("/registers/certificates", body).get_json()["id"]
    seen = hall.by("line_a").get(f"/registers/certificates/{made}")
    assert (
        seen.status_code == 200
        and "0417" not in seen.get_data(as_text=True)
        and "7731" not in seen.get_data(as_text=True)
    )


def test_pack_when_it_asks_then_its_posts_lack_the_exam_by_its_clause(world: World) -> None:
    sip = shipped("sip")
    with world.session() as session:
        asked = asked_of_posts(session, sip)
        keeper = session.scalars(select(Post.id).where(Post.post_code == "staff")).one()
        found = missing_of(session, asked, posts=[keeper])
    assert [(own.asked.what, own.asked.clauses, own.asked.confirm) for own in found] == [
        ("教职工安全应知应会考核", ("SIP-2.10-16",), False)
    ]


@pytest.mark.parametrize("last", ["staff_a", None])
def test_evidence_when_the_last_of_those_asked_has_passed_then_the_unit_counts_on_that_day(
    hall: Hall, last: str | None
) -> None:
    exam = hall.opened()
    for name in ("safety_a", "keeper_a", *([last] if last else [])):
        hall.passed(exam, name)
    today = Span(date(2020, 11, 26), date(2020, 11, 26))
    with hall.world.session(read_only=True) as session:
        rows = session.execute(passed_by_all(session, today)).all()
        before = session.execute(passed_by_all(session, Span(date(2020, 11, 1), date(2020, 11, 25)))).all()
    wanted = [(hall.world.units["school_a"], "exam", date(2020, 11, 26), 1)] if last else []
    assert [(row.unit_id, row.activity, row.on_date, row.times) for row in rows] == wanted
    assert before == [] and all(str(row.id) == exam and row.kind == "exam" for row in rows)
