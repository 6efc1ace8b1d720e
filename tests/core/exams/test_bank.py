"""The bank and setting up: sources, answers, the pack's offer, what is open stays as it is."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from core.exams.models import BankQuestion, Exam
from core.exams.services.bank import retire_question
from core.exams.services.offers import take_pack
from tests.core.exams.conftest import Hall, shipped
from tests.factories.world import World

SINGLE: dict[str, Any] = {
    "kind": "single", "stem": "多久检查一次？", "options": [{"letter": "A", "text": "每月"}, {"letter": "B", "text": "每年"}],
    "answer": ["A"], "clauses": ["WJ-2.3-15"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"clauses": [], "law": " "}, "law"), ({"clauses": ["WJ-none"]}, "clauses"), ({"answer": ["C"]}, "answer"),
        ({"answer": ["A", "B"]}, "answer"), ({"kind": "multiple"}, "answer"), ({"domain": "moon"}, "domain"),
        ({"options": [{"letter": "A", "text": "每月"}]}, "options"),
        ({"options": [{"letter": "A", "text": "每月"}, {"letter": "B", "text": "每月"}]}, "options"),
    ],
)  # fmt: skip
def test_question_when_it_cannot_be_asked_then_said_where(hall: Hall, change: dict[str, Any], field: str) -> None:
    answer = hall.by("head").post("/exams/questions", {**SINGLE, **change})
    assert answer.status_code == 422 and field in str(answer.get_json())


def test_question_when_changed_or_retired_then_a_running_sitting_keeps_its_own(hall: Hall) -> None:
    exam = hall.opened()
    card = hall.sitting(exam, "safety_a")
    head = hall.by("head")
    found = head.get("/exams/questions", text="单选一").get_json()["items"][0]
    path, headers = f"/api/v1/exams/questions/{found['id']}", hall.world.headers("head")
    body = {**SINGLE, "stem": "改了", "answer": ["A"]}
    assert hall.client.put(path, json=body, headers={**headers, "If-Match": '"1"'}).status_code == 204
    assert hall.client.put(path, json=body, headers={**headers, "If-Match": '"1"'}).status_code == 412
    assert hall.client.delete(path, headers={**headers, "If-Match": '"2"'}).status_code == 204
    assert head.get("/exams/questions", state="retired").get_json()["total"] == 1
    hall.give(card, "safety_a")
    assert hall.submit(card, "safety_a").get_json()["percent"] == 100
    short = head.post(f"/exams/{hall.draft()}/opening", {}, version=1)
    assert short.status_code == 409 and "题库不够" in short.get_json()["title"]  # three are left for four


def test_exam_when_open_then_not_changed_any_more(hall: Hall) -> None:
    exam, head = hall.opened(), hall.by("head")
    seen = head.get(f"/exams/{exam}").get_json()
    body = {"title": "改", "draws": [{"number": 1}], "posts": ["staff"], "series": seen["series"]}
    headers = {**hall.world.headers("head"), "If-Match": f'"{seen["version"]}"'}
    assert hall.client.put(f"/api/v1/exams/{exam}", json=body, headers=headers).status_code == 409
    assert hall.client.delete(f"/api/v1/exams/{exam}", headers=headers).status_code == 409
    assert head.post(f"/exams/{exam}/closing", {}, version=seen["version"]).status_code == 204
    assert hall.begin(exam, "safety_a").status_code == 409
    assert head.post(f"/exams/{hall.draft()}/closing", {}, version=1).status_code == 409


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"draws": [{"number": 60}, {"number": 60}]}, "draws"), ({"draws": [{"number": 1, "domain": "moon"}]}, "draws"),
        ({"posts": ["nobody"]}, "posts"), ({"series": "none"}, "series"),
        ({"opens_on": "2020-12-01", "closes_on": "2020-11-30"}, "closes_on"),
    ],
)  # fmt: skip
def test_exam_when_it_does_not_fit_then_said_where(hall: Hall, change: dict[str, Any], field: str) -> None:
    body = {"title": "考试", "draws": [{"number": 1}], "posts": ["staff"], **change}
    answer = hall.by("head").post("/exams", body)
    assert answer.status_code == 422 and field in str(answer.get_json())


def test_bank_when_somebody_else_asks_then_closed(hall: Hall) -> None:
    for name in ("safety_a", "principal_a", "inspector"):
        assert hall.by(name).get("/exams/questions").status_code == 403


def test_pack_when_taken_twice_then_once_and_what_it_drops_is_retired(world: World) -> None:
    sip, wujin = shipped("sip"), shipped("wujin")
    with world.session() as session:
        assert take_pack(session, actor=world.system, pack=sip) == (len(sip.questions), 1)
        row = session.scalars(select(BankQuestion).where(BankQuestion.code == "pack:drill-school")).one()
        row.stem = "本区改过的题目"
        session.flush()
        assert take_pack(session, actor=world.system, pack=sip) == (0, 0)
        assert row.stem == "本区改过的题目" and row.clauses == ["SIP-2.10-21"] and row.answer == ["A"]
        draft = session.scalars(select(Exam)).one()
        assert (draft.series, draft.state, draft.confirm, draft.clauses) == (
            "must_know",
            "draft",
            True,
            ["SIP-2.10-13"],
        )
        unwanted = session.scalars(select(BankQuestion).where(BankQuestion.code == "pack:drill-mode")).one()
        head = world.actor("head", session)
        retire_question(session, actor=head, question_id=unwanted.id, version=unwanted.version)
        taken, drafts = take_pack(session, actor=world.system, pack=wujin)
        shared = {own.code for own in sip.questions} & {own.code for own in wujin.questions}
        assert taken == len(wujin.questions) + len(sip.questions) - len(shared) - 1 and drafts == 0
        assert row.retired_on is not None
        take_pack(session, actor=world.system, pack=sip)
        assert row.retired_on is None, "offered again"
        assert unwanted.retired_on is not None, "the district's own decision"


@pytest.mark.parametrize("slug", ["sip", "wujin"])
def test_pack_when_shipped_then_every_question_has_its_source_and_domain(slug: str) -> None:
    pack = shipped(slug)
    assert 10 <= len(pack.questions) <= 20
    assert all(own.clauses or own.law for own in pack.questions) and all(own.domain for own in pack.questions)
