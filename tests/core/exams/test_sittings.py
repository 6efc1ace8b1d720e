"""A sitting from the first answer to the mark: kept as it goes, ended by the server's clock, handed in once, one's own alone."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from core.access.actor import Actor
from core.audit.models import AuditEntry
from core.exams.models import Sitting
from core.exams.services.sittings import end_overdue
from tests.conftest import APP_CLOCK
from tests.core.exams.conftest import ANSWERS, Hall
from tests.factories.world import World


def test_sitting_when_answered_then_kept_resumed_and_marked_by_the_server(hall: Hall) -> None:
    exam = hall.opened()
    card = hall.sitting(exam, "safety_a")
    assert (card["state"], card["questions"], card["no"]) == ("running", 4, 1)
    assert all(own["answer"] == [] and own["right"] is None for own in card["answers"])  # nothing gives the answer away
    first = card["answers"][0]
    hall.by("safety_a").post(f"/exams/sittings/{card['id']}/answers", {"no": first["no"], "given": ["A"]})
    again = hall.sitting(exam, "safety_a")  # a reload, or another phone: the same sitting, the same answer
    assert again["id"] == card["id"] and again["answers"][0]["given"] == ["A"] and again["ends_at"] == card["ends_at"]
    hall.give(card, "safety_a", wrong=1)
    done = hall.submit(card, "safety_a").get_json()
    assert (done["right"], done["percent"], done["passed"], done["state"]) == (3, 75, True, "submitted")
    assert done["final"] and [own["answer"] for own in done["answers"]] == [
        ANSWERS[own["stem"]] for own in done["answers"]
    ]
    assert done["answers"][0]["source"] == "中华人民共和国消防法第四十四条"


def test_submission_when_sent_twice_then_refused_and_unchanged(hall: Hall) -> None:
    exam = hall.opened()
    card = hall.sitting(exam, "safety_a")
    hall.give(card, "safety_a", wrong=4)
    assert hall.submit(card, "safety_a").get_json()["percent"] == 0
    assert hall.submit(card, "safety_a").status_code == 409
    late = hall.by("safety_a").post(f"/exams/sittings/{card['id']}/answers", {"no": 1, "given": ["B"]})
    assert late.status_code == 409
    after = hall.card(card["id"], "safety_a")
    assert after["percent"] == 0 and after["final"] is False and after["answers"][0]["answer"] == []  # one try is left


def test_tries_when_used_up_then_no_further_one(hall: Hall) -> None:
    exam = hall.opened()
    hall.submit(hall.sitting(exam, "safety_a"), "safety_a")
    card = hall.sitting(exam, "safety_a")
    assert card["no"] == 2
    hall.submit(card, "safety_a")
    assert hall.begin(exam, "safety_a").status_code == 409
    assert hall.card(card["id"], "safety_a")["answers"][0]["answer"]  # nothing left to give away


def test_exam_when_passed_then_not_sat_again_until_it_runs_out(hall: Hall) -> None:
    exam = hall.opened(valid_months=1)
    hall.passed(exam, "safety_a")
    own = hall.by("safety_a").get("/exams/mine").get_json()["items"][0]
    assert (own["standing"], own["valid_until"], own["may_begin"]) == ("passed", "2020-12-25", False)
    assert hall.begin(exam, "safety_a").status_code == 409
    APP_CLOCK.advance(timedelta(days=30))
    own = hall.by("safety_a").get("/exams/mine").get_json()["items"][0]
    assert (own["standing"], own["may_begin"]) == ("expired", True)
    assert hall.begin(exam, "safety_a").status_code == 201


def test_time_when_over_then_nothing_more_is_kept_and_what_was_kept_counts(hall: Hall) -> None:
    exam = hall.opened()
    card = hall.sitting(exam, "safety_a")
    hall.give(card, "safety_a")
    APP_CLOCK.advance(timedelta(minutes=20))
    body = {"no": 1, "given": ["C"]}
    assert hall.by("safety_a").post(f"/exams/sittings/{card['id']}/answers", body).status_code == 409
    assert hall.card(card["id"], "safety_a")["over"] is True
    done = hall.submit(card, "safety_a").get_json()
    assert (done["state"], done["passed"], done["submitted_at"]) == ("timed_out", True, card["ends_at"])


def test_time_when_over_and_nobody_comes_back_then_marked_by_the_job_once(hall: Hall, world: World) -> None:
    exam = hall.opened()
    card = hall.sitting(exam, "safety_a")
    hall.give(card, "safety_a", wrong=4)
    other = hall.sitting(exam, "keeper_a")
    system = Actor.system(world.tenant.id, "test")
    with world.session() as session:
        assert end_overdue(session, actor=system) == 0
    world.db.clock.advance(timedelta(minutes=21))  # type: ignore[attr-defined]  # the clock of these tests stands still
    with world.session() as session:
        assert end_overdue(session, actor=system) == 2
        assert end_overdue(session, actor=system) == 0
        found = {row.id.hex: (row.state, row.passed) for row in session.scalars(select(Sitting))}
    assert found == {
        card["id"].replace("-", ""): ("timed_out", False),
        other["id"].replace("-", ""): ("timed_out", False),
    }


def test_answer_when_it_is_none_of_the_options_then_said(hall: Hall) -> None:
    card = hall.sitting(hall.opened(), "safety_a")
    kinds = {own["kind"]: own["no"] for own in card["answers"]}
    path = f"/exams/sittings/{card['id']}/answers"
    assert hall.by("safety_a").post(path, {"no": kinds["true_false"], "given": ["C"]}).status_code == 422
    assert hall.by("safety_a").post(path, {"no": kinds["single"], "given": ["A", "B"]}).status_code == 422
    assert hall.by("safety_a").post(path, {"no": kinds["multiple"], "given": ["A", "B"]}).status_code == 204
    assert hall.by("safety_a").post(path, {"no": kinds["multiple"], "given": []}).status_code == 204
    assert hall.by("safety_a").post(path, {"no": 9, "given": ["A"]}).status_code == 404


def test_sitting_when_of_somebody_else_then_not_there(hall: Hall) -> None:
    exam = hall.opened()
    card = hall.sitting(exam, "safety_a")
    path = f"/exams/sittings/{card['id']}"
    for stranger in ("keeper_a", "principal_a", "head"):  # not even the leader: whether it was passed is all they see
        assert hall.by(stranger).get(path).status_code == 404
        assert hall.by(stranger).post(f"{path}/answers", {"no": 1, "given": ["A"]}).status_code == 404
        assert hall.by(stranger).post(f"{path}/submission", {}, version=1).status_code == 404
    assert hall.begin(exam, "principal_a").status_code == 404  # whose post is not asked


def test_log_when_sat_then_says_that_and_no_result(hall: Hall, world: World) -> None:
    hall.passed(hall.opened(), "safety_a")
    with world.session(read_only=True) as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.object_kind == "exam_sitting")).all()
        data = [(entry.action, set(entry.data)) for entry in entries]
    assert data == [("exam_sitting.begun", {"exam", "no"}), ("exam_sitting.marked", {"exam", "no"})]
