"""Which questions a sitting gets: by lot, each at most once, every rule served if the bank can serve all of them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from uuid import UUID

from core.exams.facts import Draw


@dataclass(frozen=True)
class Drawable:
    """As much of a question as drawing needs."""

    id: UUID
    domain: str
    kind: str


def short_of(draws: Sequence[Draw], bank: Sequence[Drawable]) -> Draw | None:
    """A rule that the bank cannot serve beside the others; None if a sitting can be drawn."""
    _taken, short = _matched(draws, sorted(bank, key=lambda question: question.id))
    return short


def draw_questions(draws: Sequence[Draw], bank: Sequence[Drawable], chance: Random) -> list[UUID]:
    """In the order of the sitting. Raises ValueError where the bank is too small (:func:`short_of` says which rule)."""
    lots = sorted(bank, key=lambda question: question.id)
    chance.shuffle(lots)
    taken, short = _matched(draws, lots)
    if short is not None:
        raise ValueError(f"not enough questions for {short}")
    drawn = [lots[position].id for position in taken]
    chance.shuffle(drawn)
    return drawn


def _matched(draws: Sequence[Draw], lots: Sequence[Drawable]) -> tuple[dict[int, int], Draw | None]:
    """Position in ``lots`` → place, in the order of ``lots``; a place that finds nothing moves others on (augmenting paths)."""
    places = [draw for draw in draws for _ in range(draw.number)]
    taken: dict[int, int] = {}

    def settle(place: int, tried: set[int]) -> bool:
        for position, question in enumerate(lots):
            if position in tried or not _fits(places[place], question):
                continue
            tried.add(position)
            if position not in taken or settle(taken[position], tried):
                taken[position] = place
                return True
        return False

    for place, draw in enumerate(places):
        if not settle(place, set()):
            return taken, draw
    return taken, None


def _fits(draw: Draw, question: Drawable) -> bool:
    return (not draw.domain or question.domain == draw.domain) and (not draw.kind or question.kind == draw.kind)
