"""The question bank as those see it who keep it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Text, func, literal, select

from core.db.sessions import TenantSession
from core.exams.models import BankQuestion
from core.http.paging import Page, Paging
from core.kernel.errors import NotFound


@dataclass(frozen=True)
class QuestionLine:
    """A question, whole. ``options``: (letter, words); ``answer``: letters."""

    id: UUID
    code: str
    kind: str
    stem: str
    options: tuple[tuple[str, str], ...]
    answer: tuple[str, ...]
    domain: str
    audience: tuple[str, ...]
    clauses: tuple[str, ...]
    law: str
    explanation: str
    origin: str
    retired_on: date | None
    changed_at: datetime
    changed_by_name: str
    version: int


@dataclass(frozen=True)
class QuestionFilter:
    """``state``: in_use | retired | all; ``domain`` "-": general ones."""

    text: str = ""
    kind: str = ""
    domain: str = ""
    audience: str = ""
    origin: str = ""
    state: str = "in_use"


def questions_page(session: TenantSession, *, filters: QuestionFilter, paging: Paging) -> Page[QuestionLine]:
    """Last changed first. Two queries."""
    where = conditions(filters)
    total = session.scalar(select(func.count()).select_from(BankQuestion).where(*where)) or 0
    rows = session.scalars(
        select(BankQuestion)
        .where(*where)
        .order_by(BankQuestion.changed_at.desc(), BankQuestion.id.desc())
        .offset(paging.offset)
        .limit(paging.page_size)
    )
    return Page(tuple(question_line(row) for row in rows), total, paging.page, paging.page_size)


def conditions(filters: QuestionFilter) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if filters.text:
        wanted.append(BankQuestion.stem.contains(filters.text, autoescape=True))
    if filters.kind:
        wanted.append(BankQuestion.kind == filters.kind)
    if filters.domain:
        wanted.append(BankQuestion.domain == ("" if filters.domain == "-" else filters.domain))
    if filters.audience:
        wanted.append(literal(filters.audience, Text) == func.any(BankQuestion.audience))
    if filters.origin:
        wanted.append(BankQuestion.origin == filters.origin)
    if filters.state != "all":
        wanted.append((BankQuestion.retired_on.is_(None)) == (filters.state == "in_use"))
    return wanted


def question(session: TenantSession, question_id: UUID) -> QuestionLine:
    """Raises NotFound."""
    row = session.scalars(select(BankQuestion).where(BankQuestion.id == question_id)).first()
    if row is None:
        raise NotFound()
    return question_line(row)


def question_line(row: BankQuestion) -> QuestionLine:
    return QuestionLine(
        row.id, row.code, row.kind, row.stem, tuple((letter, words) for letter, words in row.options), tuple(row.answer), row.domain,
        tuple(row.audience), tuple(row.clauses), row.law, row.explanation, row.origin, row.retired_on, row.changed_at,
        row.changed_by_name, row.version,
    )  # fmt: skip
