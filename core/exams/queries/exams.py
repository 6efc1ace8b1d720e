"""The exams as those see them who run them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select

from core.db.sessions import TenantSession
from core.exams.facts import Draw, draws_of
from core.exams.models import Exam
from core.exams.words import DRAFT
from core.http.paging import Page, Paging
from core.kernel.errors import NotFound


@dataclass(frozen=True)
class ExamLine:
    """An exam as it was set up. ``posts``: codes."""

    id: UUID
    title: str
    series: str
    audience: str
    draws: tuple[Draw, ...]
    posts: tuple[str, ...]
    pass_percent: int
    minutes: int
    tries: int
    valid_months: int
    opens_on: date | None
    closes_on: date | None
    state: str
    clauses: tuple[str, ...]
    confirm: bool
    made_at: datetime
    made_by_name: str
    version: int

    @property
    def questions(self) -> int:
        return sum(draw.number for draw in self.draws)


def exams_page(session: TenantSession, *, paging: Paging, state: str = "", drafts: bool = True) -> Page[ExamLine]:
    """Newest first; drafts are for those who write them. Two queries."""
    where = [Exam.state == state] if state else []
    where += [] if drafts else [Exam.state != DRAFT]
    total = session.scalar(select(func.count()).select_from(Exam).where(*where)) or 0
    rows = session.scalars(
        select(Exam)
        .where(*where)
        .order_by(Exam.made_at.desc(), Exam.id.desc())
        .offset(paging.offset)
        .limit(paging.page_size)
    )
    return Page(tuple(exam_line(row) for row in rows), total, paging.page, paging.page_size)


def exam(session: TenantSession, exam_id: UUID, *, drafts: bool = True) -> ExamLine:
    """Raises NotFound."""
    row = session.scalars(select(Exam).where(Exam.id == exam_id)).first()
    if row is None or (row.state == DRAFT and not drafts):
        raise NotFound()
    return exam_line(row)


def last_of_series(session: TenantSession, series: str) -> ExamLine | None:
    """As it was held last."""
    found = select(Exam).where(Exam.series == series, Exam.state != DRAFT)
    row = session.scalars(found.order_by(Exam.made_at.desc(), Exam.id.desc()).limit(1)).first()
    return exam_line(row) if row is not None else None


def exam_line(row: Exam) -> ExamLine:
    return ExamLine(
        row.id, row.title, row.series, row.audience, draws_of(row.draws), tuple(row.posts), row.pass_percent, row.minutes, row.tries,
        row.valid_months, row.opens_on, row.closes_on, row.state, tuple(row.clauses), row.confirm, row.made_at, row.made_by_name,
        row.version,
    )  # fmt: skip
