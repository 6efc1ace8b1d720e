"""A question and an exam as services take them: what pages, REST, tables and packs all turn into."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

MOST_DRAWS, MOST_QUESTIONS = 20, 100
"""Rules of drawing an exam may have, and questions a sitting."""
_SEPARATOR = re.compile(r"[\s,，、;；]+")


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
    opens_on: date | None = None
    closes_on: date | None = None
    """Local days, both included."""


def codes_in(text: str) -> tuple[str, ...]:
    """Ids of clauses as somebody typed them into one line."""
    return tuple(code for code in _SEPARATOR.split(text) if code)


def draws_of(stored: Iterable[Mapping[str, Any]]) -> tuple[Draw, ...]:
    """As ``Exam.draws`` holds them."""
    return tuple(Draw(int(draw["number"]), draw["domain"], draw["kind"]) for draw in stored)
