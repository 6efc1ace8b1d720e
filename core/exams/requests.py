"""What services of exams take out of a request; shared by pages and REST."""

from __future__ import annotations

from typing import Any

from core.exams.facts import Draw, ExamFacts, QuestionFacts


def question_facts(data: dict[str, Any]) -> QuestionFacts:
    """What QuestionIn loaded."""
    options = tuple((own["letter"], own["text"]) for own in data.pop("options"))
    lists: dict[str, Any] = {name: tuple(data.pop(name)) for name in ("answer", "audience", "clauses")}
    return QuestionFacts(options=options, **lists, **data)


def exam_facts(data: dict[str, Any]) -> ExamFacts:
    """What ExamIn loaded."""
    draws = tuple(Draw(**own) for own in data.pop("draws"))
    return ExamFacts(draws=draws, posts=tuple(data.pop("posts")), **data)
