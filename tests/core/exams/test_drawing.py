"""Drawing by lot: every rule is served whenever the bank can serve all of them, and no question comes twice."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.exams.drawing import Drawable, draw_questions, short_of
from core.exams.facts import Draw
from core.kernel.ids import new_id

DOMAINS, KINDS = ("fire", "food"), ("single", "multiple")


def bank(*shapes: tuple[str, str]) -> list[Drawable]:
    return [Drawable(new_id(), domain, kind) for domain, kind in shapes]


shapes = st.lists(st.tuples(st.sampled_from(DOMAINS), st.sampled_from(KINDS)), max_size=12)
rules = st.lists(
    st.builds(Draw, st.integers(1, 3), st.sampled_from(("", *DOMAINS)), st.sampled_from(("", *KINDS))),
    min_size=1,
    max_size=4,
)


@settings(max_examples=60, deadline=None)
@given(shapes, rules, st.integers(0, 99))
def test_draw_when_the_bank_suffices_then_each_rule_is_served_once(
    made: list[tuple[str, str]], draws: list[Draw], seed: int
) -> None:
    questions = bank(*made)
    if short_of(draws, questions) is not None:
        with pytest.raises(ValueError, match="not enough"):
            draw_questions(draws, questions, Random(seed))
        return
    drawn = draw_questions(draws, questions, Random(seed))
    assert len(drawn) == len(set(drawn)) == sum(draw.number for draw in draws)
    left = [question for question in questions if question.id in drawn]
    assert short_of(draws, left) is None  # what was drawn serves the rules, with nothing to spare


def test_draw_when_two_rules_want_the_same_question_then_one_moves_on() -> None:
    questions = bank(("fire", "single"), ("fire", "multiple"))
    draws = [Draw(1, domain="fire"), Draw(1, kind="single")]
    for seed in range(20):  # whichever lot comes first
        assert len(draw_questions(draws, questions, Random(seed))) == 2


def test_draw_when_asked_again_then_lots_differ() -> None:
    questions = bank(*[("fire", "single")] * 20)
    seen = {tuple(draw_questions([Draw(5)], questions, Random(seed))) for seed in range(10)}
    assert len(seen) == 10
