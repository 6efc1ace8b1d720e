"""Questions as a kind of the import centre."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from core.audit.services import record
from core.exams.facts import QuestionFacts, codes_in
from core.exams.models import BankQuestion
from core.exams.permissions import ExamPermission
from core.exams.services.bank import LETTERS, checked, write_question
from core.exams.tables.columns import ARRIVING, OPTIONS, TITLE, bank_columns
from core.hooks.tables import Did, Faults, ImportKind, ImportRow, Outcome, TableWork
from core.kernel.errors import Invalid, Refused
from core.tables.cells import narrow
from core.tables.columns import Column
from core.tenancy.packs.model import Pack, QuestionKind
from core.tenancy.shelf import pack_of

SAID = {"正确": "A", "对": "A", "√": "A", "错误": "B", "错": "B", "×": "B"}
"""How tables write the answer of a 判断题."""
FIELDS = {"options": "option_a"}


@dataclass
class Known:
    """Read once for a file. ``stems``: what the bank asks already."""

    pack: Pack
    stems: dict[str, UUID]


class QuestionTable(ImportKind):
    """题库 as a table."""

    slug = "exam_questions"
    title = TITLE
    summary = ARRIVING
    permission = ExamPermission.WRITE

    def columns(self, work: TableWork) -> Sequence[Column]:
        return bank_columns(pack_of(work.session))

    def prepare(self, work: TableWork, rows: Iterable[ImportRow]) -> Known:
        found = work.session.execute(
            select(BankQuestion.stem, BankQuestion.id).where(BankQuestion.retired_on.is_(None))
        )
        return Known(pack_of(work.session), {narrow(stem): question_id for stem, question_id in found})

    def identity(self, row: ImportRow) -> str:
        return narrow(row.values["stem"])

    def check(self, work: TableWork, rows: Sequence[ImportRow], known: Known) -> Faults:
        """``values`` get facts: what will be kept."""
        faults: dict[int, dict[str, str]] = {}
        for row in rows:
            try:
                row.values["facts"] = checked(known.pack, facts_of(row))
            except Invalid as fault:
                faults[row.no] = {FIELDS.get(name, name): said for name, said in fault.fields.items()}
        return faults

    def commit(
        self, work: TableWork, batch_id: UUID, rows: Sequence[ImportRow], known: Known, *, last: bool
    ) -> Sequence[Outcome]:
        """A question that the bank asks already stays as it is."""
        outcomes = []
        for row in rows:
            facts = row.values["facts"]
            there = known.stems.get(narrow(facts.stem))
            if there is not None:
                outcomes.append(Outcome(row.no, Did.SAME, there))
                continue
            made = write_question(work.session, actor=work.actor, pack=known.pack, facts=facts, batch_id=batch_id)
            outcomes.append(Outcome(row.no, Did.CREATED, made, {"version": 1}))
        return outcomes

    def undo(self, work: TableWork, batch_id: UUID, done: Sequence[tuple[int, Outcome]]) -> None:
        """Deleted: a sitting keeps its own copy. Refused where one was changed since."""
        versions = {own.object_id: no for no, own in done if own.did is Did.CREATED}
        rows = work.session.scalars(
            select(BankQuestion).where(BankQuestion.batch_id == batch_id).with_for_update()
        ).all()
        changed = {
            f"第{versions[row.id]}行": "导入后又修改过" for row in rows if row.id in versions and row.version != 1
        }
        if changed:
            raise Refused("有题目在导入后改动过，不能撤销", fields=changed)
        for row in rows:
            work.session.delete(row)
        work.session.flush()
        if rows:
            record(
                work.session, actor=work.actor, action="exam_question.taken_back", object_kind="exam_question", object_id=batch_id,
                data={"rows": len(rows)},
            )  # fmt: skip


def facts_of(row: ImportRow) -> QuestionFacts:
    values = row.values
    kind, said = values["kind"], str(values["answer"]).strip().upper()
    letters = SAID.get(said, said) if kind == QuestionKind.TRUE_FALSE else said
    return QuestionFacts(
        kind=kind, stem=values["stem"], options=tuple((letter, values.get(name) or "") for letter, name in OPTIONS.items()),
        answer=tuple(letter for letter in letters if letter in LETTERS), domain=values.get("domain") or "",
        audience=tuple(values.get("audience") or ()), clauses=codes_in(values.get("clauses") or ""),
        law=values.get("law") or "", explanation=values.get("explanation") or "",
    )  # fmt: skip
