"""What the district's pack brings along: its questions and exams, turned into what the tables hold. Stored by services."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any

from core.exams.words import TRUE_FALSE
from core.tenancy.packs.model import Exam, Pack, Question, QuestionKind

PACK, DISTRICT = "pack", "district"


@dataclass(frozen=True)
class QuestionFacts:
    """A question as it is written. ``options``: (letter, words); ``answer``: letters. One of ``clauses`` and ``law`` is there."""

    kind: str
    stem: str
    options: tuple[tuple[str, str], ...] = ()
    answer: tuple[str, ...] = ()
    domain: str = ""
    audience: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    law: str = ""
    explanation: str = ""


@dataclass(frozen=True)
class Draw:
    """So many questions of one domain and kind; empty words: any."""

    number: int
    domain: str = ""
    kind: str = ""


@dataclass(frozen=True)
class ExamFacts:
    """An exam as it is set up. ``valid_months`` 0: a pass holds for good."""

    title: str
    draws: tuple[Draw, ...]
    posts: tuple[str, ...]
    series: str = ""
    audience: str = ""
    pass_percent: int = 80
    minutes: int = 30
    tries: int = 3
    valid_months: int = 0
    opens_on: Any = None
    """Local day or None."""
    closes_on: Any = None


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
