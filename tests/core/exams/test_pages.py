"""Pages as people use them: one's own exam on the phone, setting one up; the table that fills the bank."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from core.exams.models import BankQuestion, Exam
from core.exams.tables import QuestionBank
from core.hooks.tables import Question
from core.kernel.errors import NotFound, Refused
from tests.core.exams.conftest import ANSWERS, Hall
from tests.core.exchange import tables
from tests.core.hazards.web import Browser
from tests.factories.world import World

TABLE = """题型,题干,选项A,选项B,选项C,正确答案,领域,对象,条款,法律依据
单选题,多久查一次？,每月,每年,,A,消防安全,,WJ-2.3-15,
多选题,哪些要做？,登记,整治,隐瞒,AB,,安保人员、食堂从业人员,,消防法第十六条
判断题,发现火灾都应当报警。,,,,对,,,,消防法第四十四条
单选题,没有出处,甲,乙,,A,,,,
多选题,只有一个答案,甲,乙,,A,,,,消防法第十六条
判断题,发现火灾 都应当报警。,,,,错,,,,消防法第四十四条
"""


def text(answer: object) -> str:
    return answer.get_data(as_text=True)  # type: ignore[attr-defined,no-any-return]  # a test response


def version(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    return found[1]


@contextmanager
def acting(world: World, who: str = "head") -> Iterator[Any]:
    with world.session() as session:
        yield tables.work_of(session, world.actor(who, session))


def test_sitting_when_taken_on_the_phone_then_saved_resumed_and_shown(hall: Hall, app: Flask) -> None:
    exam = hall.opened()
    phone = Browser.of(app, hall.world, "staff_a")
    assert "开始答题" in text(phone.get("/exams/mine"))
    begun = phone.post(f"/exams/{exam}/sittings", {})
    path = begun.headers["Location"]
    page = text(phone.get(path))
    assert "data-countdown" in page and "2020-11-26T02:20:00+00:00" in page and "中华人民共和国消防法" not in page
    first = re.search(r'id="q1".*?<legend>.*?</small> (.*?)</legend>', page, re.DOTALL)
    assert first
    right = ANSWERS[first[1]]
    saved = phone.client.post(
        f"{path}/answers", data={"no": "1", "given": right}, headers={"HX-Request": "true", "X-CSRF-Token": phone.token}
    )
    assert (
        saved.status_code == 200
        and "已保存 10:00" in text(saved)
        and '<b id="answered" hx-swap-oob="true">1</b>' in text(saved)
    )
    assert phone.post(f"/exams/{exam}/sittings", {}).headers["Location"] == path  # pressed again: the same sitting
    page = text(phone.get(path))
    assert f'value="{right[0]}" checked' in page
    for _ in range(2):  # pressed twice: one result
        sent = phone.post(f"{path}/submission", {"version": version(page)})
        assert sent.status_code == 302
    page = text(phone.get(path))
    assert "25%" in page and "未通过" in page and "正确答案</" not in page and "中华人民共和国消防法第四十四条" in page


def test_exam_when_set_up_on_the_pages_then_open_and_its_results_shown(hall: Hall, app: Flask) -> None:
    office = Browser.of(app, hall.world, "head")
    office.get("/exams/new")
    form = {
        "title": "秋学期考试", "posts": ["staff", "keeper"], "draw_1_number": "3", "draw_1_domain": "fire", "pass_percent": "60",
        "minutes": "10", "tries": "1", "valid_months": "12", "idempotency_key": str(uuid4()),
    }  # fmt: skip
    wrong = office.post("/exams/new", {**form, "draw_1_number": "x"})
    assert wrong.status_code == 422 and "题数应为正数" in text(wrong) and "秋学期考试" in text(wrong)
    made = office.post("/exams/new", {**form, "idempotency_key": str(uuid4())})
    path = made.headers["Location"]
    assert "考试还没有开始" in text(office.get(path)) and path in text(office.get("/exams"))
    page = text(office.get(f"{path}/edit"))
    series = re.search(r'name="series" value="([^"]+)"', page)
    assert series
    changed = {**form, "title": "冬学期考试", "series": series[1], "version": version(page)}
    assert office.post(f"{path}/edit", changed).status_code == 302
    page = text(office.get(path))
    assert office.post(f"{path}/open", {"version": "1"}).status_code == 412
    assert office.post(f"{path}/leap", {"version": version(page)}).status_code == 404
    assert office.post(f"{path}/open", {"version": version(page)}).status_code == 302
    page = text(office.get(path))
    assert "第一小学" in page and "冬学期考试" in page and "结束考试" in page
    unit = text(Browser.of(app, hall.world, "principal_a").get(f"{path}/units/{hall.world.units['school_a']}"))
    assert "测试staff.a" in unit and "还没考" in unit
    with hall.world.session(read_only=True) as session:
        row = session.scalars(select(Exam)).one()
        assert (row.posts, row.draws, row.valid_months) == (
            ["staff", "keeper"],
            [{"kind": "", "domain": "fire", "number": 3}],
            12,
        )


def test_exam_when_it_has_many_rules_or_was_held_before_then_the_form_shows_all_of_it(hall: Hall, app: Flask) -> None:
    many, held = hall.draft(draws=[{"number": 1}] * 8), hall.opened(pass_percent=65)
    office = Browser.of(app, hall.world, "head")
    page = text(office.get(f"/exams/{many}/edit"))
    assert re.search(r'name="draw_8_number"[^>]*value="1"', page) and 'name="draw_9_number"' not in page
    series = hall.by("head").get(f"/exams/{held}").get_json()["series"]
    page = text(office.get(f"/exams/new?series={series}"))
    assert re.search(r'name="pass_percent"[^>]*value="65"', page) and re.search(
        r'name="draw_1_number"[^>]*value="4"', page
    )
    assert f'value="{series}" selected' in page and 'value="消防应知应会"' in page


def test_question_when_written_on_the_page_then_in_the_bank_until_retired(hall: Hall, app: Flask) -> None:
    office = Browser.of(app, hall.world, "head")
    office.get("/exams/questions/new")
    form = {
        "kind": "single", "stem": "页面上写的题", "option_A": "甲", "option_B": "乙", "answer": ["B"], "idempotency_key": str(uuid4()),
    }  # fmt: skip
    wrong = office.post("/exams/questions/new", form)
    assert wrong.status_code == 422 and "请写明出处" in text(wrong) and "页面上写的题" in text(wrong)
    form |= {"clauses_text": "WJ-2.3-15，WJ-2.4-24", "idempotency_key": str(uuid4())}
    assert office.post("/exams/questions/new", form).status_code == 302
    with hall.world.session(read_only=True) as session:
        row = session.scalars(select(BankQuestion).where(BankQuestion.stem == "页面上写的题")).one()
        assert (row.clauses, row.options, row.answer) == (["WJ-2.3-15", "WJ-2.4-24"], [["A", "甲"], ["B", "乙"]], ["B"])
    page = text(office.get(f"/exams/questions/{row.id}"))
    assert "每月制定落实排查计划" in page
    assert office.post(f"/exams/questions/{row.id}/use", {"version": "1", "retired": "1"}).status_code == 302
    assert "页面上写的题" not in text(office.get("/exams/questions"))
    assert "页面上写的题" in text(office.get("/exams/questions?state=retired"))


def test_table_when_imported_then_questions_with_their_source_and_faults_said(hall: Hall) -> None:
    world = hall.world
    with acting(world) as work:
        received = tables.send(work, TABLE, "exam_questions")
        faults = tables.faults_of(work.session, received.batch_id)
    assert {no: set(found) for no, found in faults.items()} == {5: {"law"}, 6: {"answer"}, 7: {""}}
    with acting(world) as work:
        tables.commit(work, received.batch_id)
    with world.session(read_only=True) as session:
        rows = session.scalars(
            select(BankQuestion).where(BankQuestion.batch_id.is_not(None)).order_by(BankQuestion.id)
        ).all()
        assert [(row.kind, row.answer, row.audience, row.clauses) for row in rows] == [
            ("single", ["A"], [], ["WJ-2.3-15"]),
            ("multiple", ["A", "B"], ["guards", "canteen"], []),
            ("true_false", ["A"], [], []),
        ]
        work = tables.work_of(session, world.actor("head", session))
        sheet = list(QuestionBank().rows(work, Question({"text": ("多久查",)})))
        assert sheet == [
            ("单选题", "多久查一次？", "每月", "每年", "", "", "", "", "A", "消防安全", "", "WJ-2.3-15", "", "")
        ]
    with world.session() as session:
        row = session.get_one(BankQuestion, (world.tenant.id, rows[0].id))
        row.law = "改过"
    with acting(world) as work, pytest.raises(Refused):
        tables.undo(work, received.batch_id)
    with world.session() as session:
        assert session.scalar(select(func.count()).select_from(BankQuestion)) == len(ANSWERS) + 3


def test_table_when_sent_by_a_school_then_no_such_kind(hall: Hall) -> None:
    with acting(hall.world, "keeper_a") as work, pytest.raises(NotFound):
        tables.send(work, TABLE, "exam_questions")
