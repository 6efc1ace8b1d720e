"""Deciding on many new hazards: those that differ only in their words are decided once, and each keeps its own words.

A decision asks of a word only whether it is there; what it compares (grade, domain, source, category, the unit's type, who
acts) is part of what makes two cases alike. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from core.hazards.lifecycle.case import CaseState
from core.hazards.lifecycle.decision import Decision
from core.hazards.lifecycle.standing import Standing
from core.tenancy.packs.model.lifecycle import Fact

WORDS = frozenset({Fact.DESCRIPTION, Fact.PLACE, Fact.FINDER, Fact.FOUND_AT})
"""Facts of which a decision on a new hazard asks only whether they are there; of the instant also whether it is past."""
Decide = Callable[[CaseState, Standing], Sequence[Decision]]


class Alike:
    """``decide``: from the state of a new hazard and who acts to the decisions, all at the same ``now``. What it raises is
    raised each time anew and never kept."""

    def __init__(self, decide: Decide, *, now: datetime) -> None:
        self._decide, self._now = decide, now
        self._known: dict[object, tuple[Decision, ...]] = {}

    def decided(self, state: CaseState, standing: Standing) -> tuple[Decision, ...]:
        """As ``decide`` would answer for this very case."""
        key = (standing, state.stage, state.org_type, *self._compared(state))
        known = self._known.get(key)
        if known is None:
            found = self._known[key] = tuple(self._decide(state, standing))
            return found
        words = {fact: value for fact, value in state.facts.items() if fact in WORDS}
        return tuple(
            replace(one, before=_worded(one.before, words) if one.before else None, after=_worded(one.after, words))
            for one in known
        )

    def _compared(self, state: CaseState) -> Sequence[object]:
        found_at = state.facts.get(Fact.FOUND_AT)
        facts = [(fact, state.has(fact) if fact in WORDS else value) for fact, value in state.facts.items()]
        return (found_at is not None and found_at > self._now, *facts)


def _worded(state: CaseState, words: Mapping[Fact, Any]) -> CaseState:
    return replace(state, facts={fact: words.get(fact, value) for fact, value in state.facts.items()})
