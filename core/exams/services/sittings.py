"""A sitting: drawn, answered as it goes, handed in once or ended by the server's clock, marked here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from random import SystemRandom
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from core.access.actor import Actor
from core.audit.services import record
from core.db.sessions import TenantSession
from core.exams.drawing import draw_questions, short_of
from core.exams.facts import draws_of
from core.exams.marking import mark_of
from core.exams.models import BankQuestion, Exam, ExamAnswer, Sitting
from core.exams.permissions import ExamPermission
from core.exams.services.exams import drawable
from core.exams.words import OPEN, RUNNING, SUBMITTED, TIMED_OUT, source_in_words
from core.jobs.services import emit
from core.kernel.clock import local_date
from core.kernel.errors import Invalid, NotFound, Refused, SignInNeeded, Stale
from core.kernel.events import Event
from core.kernel.ids import new_id
from core.orgs.queries import posts_of
from core.tenancy.packs.model import Pack, QuestionKind

TAKE = ExamPermission.TAKE
MARKED = "exam.marked"
BATCH = 500
_CHANCE = SystemRandom()


def begin_sitting(session: TenantSession, *, actor: Actor, pack: Pack | None, exam_id: UUID) -> UUID:
    """A new try, or the one that is still running; returns its id.

    Raises NotFound where the person is not asked, Refused where the exam is not open, was passed, or no try is left. Side effects:
    a sitting whose time ran out is marked first.
    """
    person_id = _person(actor)
    exam = session.scalars(select(Exam).where(Exam.id == exam_id).with_for_update(read=True)).first()
    unit_id = _asked_in(session, person_id, exam.posts) if exam is not None else None
    if exam is None or unit_id is None or not actor.may(TAKE):
        raise NotFound()
    session.execute(
        select(func.pg_advisory_xact_lock(session.tenant_id, person_id.int % 2**31))
    )  # one begins at a time
    tries = session.scalars(
        select(Sitting).where(Sitting.exam_id == exam_id, Sitting.person_id == person_id).order_by(Sitting.no)
    ).all()
    for own in tries:
        if own.state == RUNNING and session.now() < own.ends_at:
            return own.id
        if own.state == RUNNING:
            _mark(session, actor, [(own, exam)])
    _refuse(exam, tries, local_date(session.now()))
    bank = drawable(session, exam.audience)
    draws = draws_of(exam.draws)
    if short_of(draws, bank) is not None:
        raise Refused("题库里的题目不够，请告诉出题人")
    return _draw(session, actor, exam, pack, draw_questions(draws, bank, _CHANCE), unit_id, len(tries) + 1)


def answer(session: TenantSession, *, actor: Actor, sitting_id: UUID, no: int, given: Iterable[str]) -> None:
    """Keeps the answer to one question; none takes it back. Not in the log: the sitting is, and it ends with what stands here.

    Raises NotFound, Refused once it is handed in or its time is over, Invalid for letters that the question does not have.
    """
    row = _own(session, actor, sitting_id, share=True)
    if row.state != RUNNING:
        raise Refused("已经交卷，不能再改")
    if session.now() >= row.ends_at:
        raise Refused("时间到，不能再答")
    question = session.scalars(
        select(ExamAnswer).where(ExamAnswer.sitting_id == sitting_id, ExamAnswer.no == no).with_for_update()
    ).first()
    if question is None:
        raise NotFound()
    letters = sorted(set(given))
    if not set(letters) <= {letter for letter, _words in question.options}:
        raise Invalid(fields={"given": "请从选项中选择"})
    if len(letters) > 1 and question.kind != QuestionKind.MULTIPLE:
        raise Invalid(fields={"given": "只能选一个"})
    question.given, question.given_at = letters, session.now()
    session.flush()


def hand_in(session: TenantSession, *, actor: Actor, sitting_id: UUID, version: int) -> None:
    """交卷: marks it. After its time it counts as handed in at its end. Raises NotFound, Refused the second time, Stale."""
    row = _own(session, actor, sitting_id)
    if row.state != RUNNING:
        raise Refused("已经交过卷了")
    if row.version != version:
        raise Stale()
    _mark(session, actor, [(row, session.get_one(Exam, (session.tenant_id, row.exam_id)))])


def end_overdue(session: TenantSession, *, actor: Actor) -> int:
    """Marks sittings whose time ran out and whose person never came back; returns how many. Idempotent."""
    rows = session.execute(
        select(Sitting, Exam)
        .join(Exam, Exam.id == Sitting.exam_id)
        .where(Sitting.state == RUNNING, Sitting.ends_at <= session.now())
        .order_by(Sitting.ends_at)
        .limit(BATCH)
        .with_for_update(of=Sitting, skip_locked=True)
    ).all()
    if rows:
        _mark(session, actor, [(row, exam) for row, exam in rows])
    return len(rows)


def _person(actor: Actor) -> UUID:
    if actor.person_id is None:
        raise SignInNeeded()
    return actor.person_id


def _asked_in(session: TenantSession, person_id: UUID, posts: Iterable[str]) -> UUID | None:
    """The unit of the post for which the person is asked today."""
    wanted = set(posts)
    held = posts_of(session, [person_id], on=local_date(session.now()))[person_id]
    return next((post.unit_id for post in held if post.post_code in wanted), None)


def _refuse(exam: Exam, tries: Iterable[Sitting], today: date) -> None:
    if exam.state != OPEN or (exam.opens_on is not None and today < exam.opens_on):
        raise Refused("考试还没有开始")
    if exam.closes_on is not None and today > exam.closes_on:
        raise Refused("考试已经结束")
    counted = list(tries)
    if any(own.holds_on(today) for own in counted):
        raise Refused("您已经通过了")
    if len(counted) >= exam.tries:
        raise Refused("考试次数已用完，请等主管部门再安排考试")


def _draw(
    session: TenantSession, actor: Actor, exam: Exam, pack: Pack | None, drawn: list[UUID], unit_id: UUID, no: int
) -> UUID:
    questions = {row.id: row for row in session.scalars(select(BankQuestion).where(BankQuestion.id.in_(drawn)))}
    now = session.now()
    row = Sitting(
        id=new_id(), exam_id=exam.id, person_id=actor.person_id, unit_id=unit_id, no=no, started_at=now,
        ends_at=now + timedelta(minutes=exam.minutes), state=RUNNING, questions=len(drawn),
    )  # fmt: skip
    session.add(row)
    session.flush()
    for position, question_id in enumerate(drawn, start=1):
        copied = copy_of(questions[question_id], pack)
        session.add(ExamAnswer(id=new_id(), sitting_id=row.id, no=position, given=[], **copied))
    session.flush()
    _audit(session, actor, "begun", row, no=no)
    return row.id


def copy_of(question: BankQuestion, pack: Pack | None) -> dict[str, Any]:
    """What a sitting keeps of a question: columns of ExamAnswer."""
    source = source_in_words(pack, question.clauses, question.law)
    kept = ("kind", "stem", "options", "answer", "explanation")
    return {"question_id": question.id, "source": source} | {name: getattr(question, name) for name in kept}


def _mark(session: TenantSession, actor: Actor, sat: Sequence[tuple[Sitting, Exam]]) -> None:
    """As many queries for any number."""
    now = session.now()
    own = ExamAnswer.sitting_id.in_([row.id for row, _exam in sat])
    session.execute(update(ExamAnswer).where(own).values(right=ExamAnswer.given == ExamAnswer.answer))
    counted = select(ExamAnswer.sitting_id, func.count().label("right")).where(own, ExamAnswer.right.is_(True))
    right = {line.sitting_id: line.right for line in session.execute(counted.group_by(ExamAnswer.sitting_id))}
    for row, exam in sat:
        late = now >= row.ends_at
        row.state, row.submitted_at = (TIMED_OUT, row.ends_at) if late else (SUBMITTED, now)
        mark = mark_of(
            right.get(row.id, 0), row.questions, pass_percent=exam.pass_percent, valid_months=exam.valid_months,
            handed_in=row.submitted_at,
        )  # fmt: skip
        row.right, row.percent, row.passed, row.valid_until = mark.right, mark.percent, mark.passed, mark.valid_until
        _audit(session, actor, "marked", row, no=row.no)
        told: dict[str, str | int | bool | None] = {
            "exam_id": str(exam.id),
            "unit_id": str(row.unit_id),
            "passed": row.passed,
        }
        emit(session, Event(MARKED, session.tenant_id, now, told))
    session.flush()


def _own(session: TenantSession, actor: Actor, sitting_id: UUID, *, share: bool = False) -> Sitting:
    """Locked; a shared lock keeps it from being handed in meanwhile. Raises NotFound for anybody else's."""
    row = session.scalars(
        select(Sitting)
        .where(Sitting.id == sitting_id, Sitting.person_id == _person(actor))
        .with_for_update(read=share)
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise NotFound()
    return row


def _audit(session: TenantSession, actor: Actor, act: str, row: Sitting, **data: object) -> None:
    record(
        session, actor=actor, action=f"exam_sitting.{act}", object_kind="exam_sitting", object_id=row.id,
        data={"exam": str(row.exam_id), **data},
    )  # fmt: skip
