"""What the district's pack brings along: its questions and exams, turned into what the tables hold. Stored by services."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict

from core.exams.facts import Draw, ExamFacts, QuestionFacts
from core.exams.words import TRUE_FALSE
from core.tenancy.packs.model import Exam, Pack, Question, QuestionKind

PACK, DISTRICT = "pack", "district"
"""Where a question comes from."""


def questions_of(pack: Pack) -> dict[str, QuestionFacts]:
    """By code as the bank keeps it."""
    return {f"{PACK}:{own.code}": _question(own) for own in pack.questions}


def exam_of(own: Exam) -> ExamFacts:
    """The draft that an exam of the pack begins with."""
    return ExamFacts(
        title=own.label, draws=tuple(Draw(draw.number, draw.domain, str(draw.kind or "")) for draw in own.draws),
        posts=own.posts, series=own.code, audience=str(own.audience or ""), pass_percent=own.pass_percent, minutes=own.minutes,
        tries=own.tries, valid_months=own.valid_months,
    )  # fmt: skip


def digest_of(facts: QuestionFacts) -> str:
    """sha256, hex: the same offer again changes nothing."""
    return hashlib.sha256(json.dumps(asdict(facts), ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _question(own: Question) -> QuestionFacts:
    options: tuple[tuple[str, str], ...]
    answer: tuple[str, ...]
    if own.kind is QuestionKind.TRUE_FALSE:
        options, answer = TRUE_FALSE, ("A" if own.answer else "B",)
    else:
        options = tuple((choice.code.upper(), choice.label) for choice in own.choices)
        answer = tuple(sorted(choice.code.upper() for choice in own.choices if choice.right))
    return QuestionFacts(
        kind=str(own.kind), stem=own.label, options=options, answer=answer, domain=own.domain,
        audience=tuple(str(one) for one in own.audience), clauses=own.clauses, law=own.law, explanation=own.explanation,
    )  # fmt: skip
