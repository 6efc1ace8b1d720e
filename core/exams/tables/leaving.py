"""The bank as a table to take away: the same columns as it is imported with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from marshmallow import EXCLUDE, ValidationError
from sqlalchemy import func, select

from core.exams.models import BankQuestion
from core.exams.permissions import ExamPermission
from core.exams.queries.bank import QuestionFilter, conditions
from core.exams.schemas import QuestionArgs
from core.exams.services.bank import LETTERS
from core.exams.tables.columns import LEAVING, TITLE, bank_columns
from core.exams.words import AUDIENCES, KINDS
from core.hooks.tables import ExportKind, Question, TableWork
from core.kernel.errors import Invalid
from core.tables.columns import Column
from core.tenancy.shelf import pack_of

BATCH = 1000
FILTERS = ("text", "kind", "domain", "audience", "origin", "state")


class QuestionBank(ExportKind):
    """题库 with its answers, for those who keep it."""

    slug = "exam_questions"
    title = TITLE
    summary = LEAVING
    permission = ExamPermission.WRITE
    filters = FILTERS

    def columns(self, work: TableWork) -> Sequence[Column]:
        return bank_columns(pack_of(work.session))

    def said(self, work: TableWork, question: Question) -> str:
        asked = _asked(question)
        return "；".join(word for word in (KINDS.get(asked.kind, ""), asked.text) if word)

    def count(self, work: TableWork, question: Question) -> int:
        return (
            work.session.scalar(select(func.count()).select_from(BankQuestion).where(*conditions(_asked(question))))
            or 0
        )

    def rows(self, work: TableWork, question: Question) -> Iterator[Sequence[Any]]:
        domains = {domain.code: domain.label for domain in pack_of(work.session).domains}
        statement = (
            select(
                BankQuestion.kind, BankQuestion.stem, BankQuestion.options, BankQuestion.answer, BankQuestion.domain,
                BankQuestion.audience, BankQuestion.clauses, BankQuestion.law, BankQuestion.explanation,
            )
            .where(*conditions(_asked(question)))
            .order_by(BankQuestion.domain, BankQuestion.code)
        )  # fmt: skip
        for row in work.session.execute(statement.execution_options(yield_per=BATCH)):
            words = dict(row.options)
            yield (
                KINDS[row.kind], row.stem, *(words.get(letter, "") for letter in LETTERS), "".join(row.answer),
                domains.get(row.domain, row.domain), "、".join(AUDIENCES[code] for code in row.audience), " ".join(row.clauses), row.law,
                row.explanation,
            )  # fmt: skip


def _asked(question: Question) -> QuestionFilter:
    """Raises Invalid for what the list cannot be asked."""
    given = {name: question.one(name) for name in FILTERS if question.one(name)}
    try:
        args = QuestionArgs(unknown=EXCLUDE).load(given)
    except ValidationError as fault:
        raise Invalid(fields={str(name): "没有这样的筛选条件" for name in fault.messages_dict}) from fault
    return QuestionFilter(**{name: args[name] for name in FILTERS})
