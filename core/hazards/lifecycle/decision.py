"""What the machine answers."""

from __future__ import annotations

from dataclasses import dataclass

from core.hazards.lifecycle.asks import Ask
from core.hazards.lifecycle.case import CaseState
from core.tenancy.packs.model.lifecycle import Canonical, Fact


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One act as it was decided: write ``after``, draw the numbers, tell the topics."""

    kind: str
    """report | move | extension | control | escalation | supervision | follow_up."""
    code: str
    """The pack's code of the move, escalation or track."""
    label: str
    before: CaseState | None
    after: CaseState
    canonical: Canonical
    """Of the stage after it."""
    draws: tuple[tuple[Fact, str], ...] = ()
    """Numbers to draw: (fact, code of the numbering)."""
    escalations: tuple[str, ...] = ()
    """Escalations that fire by themselves with it."""
    topics: tuple[str, ...] = ()
    sent_back: bool = False
    """It sent back work that had been told as done."""

    @property
    def moved(self) -> bool:
        return self.before is None or self.before.stage != self.after.stage


@dataclass(frozen=True, kw_only=True)
class OpenMove:
    """A move that is open to this person now, with its form."""

    code: str
    label: str
    hint: str
    to: str
    to_label: str
    canonical: Canonical
    asks: tuple[Ask, ...]
    moves: tuple[str, ...]
    """The single moves: one, or those of a shortcut."""
    grounds: tuple[str, ...] = ()
    """Grounds to choose from in the form; empty: the move does not ask."""
    ground: str = ""
    """The one chosen, or what counts while none is."""
    refusal: str = ""
    """Why not this person, although the move itself is open (the rectifier may not close)."""

    closes_off: tuple[str, ...] = ()
    """Labels of the moves that whoever makes this one may not make afterwards: it makes them a rectifier."""

    @property
    def missing(self) -> tuple[Ask, ...]:
        """What is asked on the ground that counts now and is not there yet."""
        return tuple(ask for ask in self.asks if not ask.filled and (not ask.grounds or self.ground in ask.grounds))
