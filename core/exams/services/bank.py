"""The question bank: questions are written, changed, retired."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select

from core.access.actor import Actor
from core.audit.services import record
from core.db.sessions import TenantSession
from core.exams.facts import QuestionFacts
from core.exams.models import BankQuestion
from core.exams.offers import DISTRICT
from core.exams.permissions import ExamPermission
from core.exams.words import AUDIENCES, KINDS, TRUE_FALSE
from core.kernel.clock import local_date
from core.kernel.errors import Invalid, NotFound, Stale
from core.kernel.ids import new_id
from core.kernel.phrases import Phrase
from core.tenancy.packs.model import Pack, QuestionKind

WRITE = ExamPermission.WRITE
LETTERS = "ABCDEF"


def write_question(
    session: TenantSession, *, actor: Actor, pack: Pack, facts: QuestionFacts, batch_id: UUID | None = None
) -> UUID:
    """A question of the district's own; returns its id. Raises Forbidden, Invalid."""
    actor.require(WRITE)
    facts = checked(pack, facts)
    row = BankQuestion(id=new_id(), origin=DISTRICT, batch_id=batch_id)
    row.code = f"own:{row.id.hex}"
    fill_question(session, row, facts=facts, name=actor.name)
    session.add(row)
    session.flush()
    _audit(session, actor, "written", row)
    return row.id


def change_question(
    session: TenantSession, *, actor: Actor, pack: Pack, question_id: UUID, version: int, facts: QuestionFacts
) -> None:
    """Sittings that began keep what they drew. Raises NotFound, Stale, Invalid."""
    row = _locked(session, actor, question_id, version)
    fill_question(session, row, facts=checked(pack, facts), name=actor.name)
    session.flush()
    _audit(session, actor, "changed", row)


def retire_question(
    session: TenantSession, *, actor: Actor, question_id: UUID, version: int, retired: bool = True
) -> None:
    """Not drawn any more; ``retired`` False brings it back. Raises NotFound, Stale."""
    row = _locked(session, actor, question_id, version)
    row.retired_on = local_date(session.now()) if retired else None
    row.changed_at, row.changed_by_name = session.now(), actor.name
    session.flush()
    _audit(session, actor, "retired" if retired else "restored", row)


def checked(pack: Pack, facts: QuestionFacts) -> QuestionFacts:
    """The question in the form in which it is kept. Raises Invalid naming what is wrong."""
    if facts.kind not in KINDS:
        raise Invalid(fields={"kind": "请选择题型"})
    options = TRUE_FALSE if facts.kind == QuestionKind.TRUE_FALSE else _lettered(facts.options)
    answer = tuple(sorted(set(facts.answer)))
    wrong = _answer_faults(facts.kind, options, answer)
    if not facts.stem.strip():
        wrong["stem"] = "请填写题目"
    if facts.domain and facts.domain not in {domain.code for domain in pack.domains}:
        wrong["domain"] = "没有这个领域"
    if not set(facts.audience) <= set(AUDIENCES):
        wrong["audience"] = "没有这类对象"
    known = {clause.id for clause in pack.clauses}
    if unknown := [code for code in facts.clauses if code not in known]:
        wrong["clauses"] = Phrase("文件中没有条款%(codes)s", codes="、".join(unknown))
    if not facts.clauses and not facts.law.strip():
        wrong["law"] = "请写明出处：文件条款，或法律和条文"
    if wrong:
        raise Invalid(fields=wrong)
    return QuestionFacts(
        facts.kind, facts.stem.strip(), options, answer, facts.domain, tuple(facts.audience), tuple(facts.clauses),
        facts.law.strip(), facts.explanation.strip(),
    )  # fmt: skip


def _answer_faults(kind: str, options: Sequence[tuple[str, str]], answer: Sequence[str]) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if len(options) < 2:
        wrong["options"] = "至少写两个选项"
    elif len({words for _letter, words in options}) < len(options):
        wrong["options"] = "选项不能重复"
    if not answer or not set(answer) <= {letter for letter, _words in options}:
        wrong["answer"] = "答案应是选项前的字母"
    elif kind == QuestionKind.MULTIPLE and len(answer) < 2:
        wrong["answer"] = "多选题至少有两个答案"
    elif kind != QuestionKind.MULTIPLE and len(answer) != 1:
        wrong["answer"] = "只能有一个答案"
    return wrong


def _lettered(options: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Without empty ones, letters as given."""
    return tuple((letter, words.strip()) for letter, words in options if letter in LETTERS and words.strip())


def fill_question(session: TenantSession, row: BankQuestion, *, facts: QuestionFacts, name: str) -> None:
    """Writes it into a row that is new or locked, in use from now on; the caller flushes and audits."""
    row.kind, row.stem, row.answer = facts.kind, facts.stem, list(facts.answer)
    row.options = [list(option) for option in facts.options]
    row.domain, row.audience, row.clauses = facts.domain, list(facts.audience), list(facts.clauses)
    row.law, row.explanation = facts.law, facts.explanation
    row.retired_on, row.changed_at, row.changed_by_name = None, session.now(), name


def _locked(session: TenantSession, actor: Actor, question_id: UUID, version: int) -> BankQuestion:
    actor.require(WRITE)
    row = session.scalars(select(BankQuestion).where(BankQuestion.id == question_id).with_for_update()).first()
    if row is None:
        raise NotFound()
    if row.version != version:
        raise Stale()
    return row


def _audit(session: TenantSession, actor: Actor, act: str, row: BankQuestion) -> None:
    record(
        session, actor=actor, action=f"exam_question.{act}", object_kind="exam_question", object_id=row.id,
        data={"kind": row.kind},
    )  # fmt: skip
