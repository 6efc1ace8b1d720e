"""One's own exams and sittings. Nobody else's: every query here names the person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from core.db.sessions import TenantSession
from core.exams.models import Exam, ExamAnswer, Sitting
from core.exams.words import BEGUN, EXPIRED, FAILED, NOT_YET, OPEN, PASSED, RUNNING
from core.kernel.clock import local_date
from core.kernel.errors import NotFound
from core.orgs.queries import posts_of


@dataclass(frozen=True)
class OwnExam:
    """An exam that the person is asked to pass, or has sat. ``sitting_id``: the running one, else the last."""

    id: UUID
    title: str
    minutes: int
    pass_percent: int
    questions: int
    opens_on: date | None
    closes_on: date | None
    tries_left: int
    standing: str
    """passed | failed | begun | not_yet | expired."""
    valid_until: date | None
    sitting_id: UUID | None
    may_begin: bool


@dataclass(frozen=True)
class AnswerLine:
    """A question of a sitting. ``answer``, ``right``, ``explanation`` only where they may be seen (else empty, None, "")."""

    no: int
    kind: str
    stem: str
    options: tuple[tuple[str, str], ...]
    source: str
    given: tuple[str, ...]
    right: bool | None
    answer: tuple[str, ...]
    explanation: str


@dataclass(frozen=True)
class SittingCard:
    """One's own sitting. ``over``: its time has run out and nobody has marked it yet; ``final``: passed or no try left, so the right
    answers are shown."""

    id: UUID
    exam_id: UUID
    title: str
    no: int
    tries: int
    pass_percent: int
    started_at: datetime
    ends_at: datetime
    submitted_at: datetime | None
    state: str
    over: bool
    questions: int
    right: int | None
    percent: int | None
    passed: bool | None
    valid_until: date | None
    final: bool
    version: int
    answers: tuple[AnswerLine, ...]

    @property
    def answered(self) -> int:
        return sum(1 for line in self.answers if line.given)


def own_exams(session: TenantSession, person_id: UUID) -> tuple[OwnExam, ...]:
    """What is open and asked of the person first, then what was sat. Three queries."""
    today = local_date(session.now())
    held = {post.post_code for post in posts_of(session, [person_id], on=today)[person_id]}
    sat: dict[UUID, list[Sitting]] = {}
    for row in session.scalars(select(Sitting).where(Sitting.person_id == person_id).order_by(Sitting.no)):
        sat.setdefault(row.exam_id, []).append(row)
    asked = (Exam.state == OPEN) & Exam.posts.overlap(sorted(held))
    exams = session.scalars(select(Exam).where(asked | Exam.id.in_(sat)).order_by(Exam.made_at.desc(), Exam.id.desc()))
    found = [
        _own(exam, sat.get(exam.id, []), asked=bool(held & set(exam.posts)), now=session.now(), today=today)
        for exam in exams
    ]
    return tuple(sorted(found, key=lambda own: (own.standing == PASSED, not own.may_begin)))


def sitting_card(session: TenantSession, person_id: UUID, sitting_id: UUID) -> SittingCard:
    """Raises NotFound for anybody else's. Two queries."""
    found = session.execute(
        select(Sitting, Exam)
        .join(Exam, Exam.id == Sitting.exam_id)
        .where(Sitting.id == sitting_id, Sitting.person_id == person_id)
    ).first()
    if found is None:
        raise NotFound()
    row, exam = found
    rows = session.scalars(select(ExamAnswer).where(ExamAnswer.sitting_id == sitting_id).order_by(ExamAnswer.no))
    running = row.state == RUNNING
    final = not running and bool(row.passed or row.no >= exam.tries)
    lines = tuple(
        AnswerLine(
            own.no, own.kind, own.stem, tuple((letter, words) for letter, words in own.options), own.source, tuple(own.given),
            None if running else own.right, tuple(own.answer) if final else (), own.explanation if final else "",
        )
        for own in rows
    )  # fmt: skip
    return SittingCard(
        row.id, exam.id, exam.title, row.no, exam.tries, exam.pass_percent, row.started_at, row.ends_at, row.submitted_at, row.state,
        running and session.now() >= row.ends_at, row.questions, row.right, row.percent, row.passed, row.valid_until, final,
        row.version, lines,
    )  # fmt: skip


def waiting(session: TenantSession, person_id: UUID) -> int:
    """Exams that are open and not passed yet by the person who is asked."""
    return sum(1 for own in own_exams(session, person_id) if own.may_begin)


def _own(exam: Exam, sat: list[Sitting], *, asked: bool, now: datetime, today: date) -> OwnExam:
    passes = [row for row in sat if row.passed]
    valid = [row for row in passes if row.holds_on(today)]
    running = next((row for row in sat if row.state == RUNNING and now < row.ends_at), None)
    if valid:
        standing = PASSED
    elif running is not None:
        standing = BEGUN
    elif passes:
        standing = EXPIRED
    else:
        standing = FAILED if sat else NOT_YET
    begun = (exam.opens_on is None or exam.opens_on <= today) and (exam.closes_on is None or today <= exam.closes_on)
    left = max(0, exam.tries - len(sat))
    shown = running or (valid or sat)[-1:] or None
    return OwnExam(
        exam.id, exam.title, exam.minutes, exam.pass_percent, sum(int(draw["number"]) for draw in exam.draws), exam.opens_on,
        exam.closes_on, left, standing, valid[-1].valid_until if valid else None,
        shown.id if isinstance(shown, Sitting) else shown[0].id if shown else None,
        asked and not valid and (running is not None or (exam.state == OPEN and begun and left > 0)),
    )  # fmt: skip
