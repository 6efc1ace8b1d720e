"""Stages and what leads from one to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.tenancy.packs.model.base import Coded
from core.tenancy.packs.model.lifecycle.rules import ALWAYS, Actor, Requirement, When
from core.tenancy.packs.model.lifecycle.words import Canonical, Party


@dataclass(frozen=True, kw_only=True, slots=True)
class Stage(Coded):
    """A stage in the district's words."""

    canonical: Canonical
    """What it is to everybody else: dashboards and rollups count by this."""
    requires: tuple[Requirement, ...] = ()
    """What every move into this stage demands, whatever the move adds."""
    hint: str = ""
    """One line for the person at work: what happens in this stage."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Move(Coded):
    """An action on a hazard that changes its stage. Whatever no move allows is refused."""

    RENAMED: ClassVar[dict[str, str]] = {"from": "from_"}

    from_: tuple[str, ...]
    """Codes of the stages it starts from (``from`` in YAML)."""
    to: str
    """Code of the stage it ends in."""
    permission: str
    """The permission code every actor needs unless the actor names another."""
    by: tuple[Actor, ...]
    """Any one of these actors will do."""
    not_same_person_as: tuple[Party, ...] = ()
    """The acting person must not have played any of these parts in this hazard."""
    requires: tuple[Requirement, ...] = ()
    """What must be there, in addition to what the target stage demands."""
    when: When = ALWAYS
    """The move exists only for hazards that match."""
    hint: str = ""
    """One line for the person at work."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shortcut(Coded):
    """Several moves in one form (立查立改): each move's own rules still hold, in order."""

    moves: tuple[str, ...]
    """Codes of the moves, in order; each starts where the one before ended."""
    when: When = ALWAYS
    """Only for hazards that match."""
    hint: str = ""
    """One line for the person at work."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Track(Coded):
    """A parallel log that runs beside the stages (wujin's 跟踪)."""

    opens: str
    """Code of the stage whose entry opens it."""
    closes: str
    """Code of the stage whose entry closes it."""
    by: tuple[Actor, ...]
    """Who may write entries."""
    permission: str
    """The permission for it."""
    every_days: int | None = None
    """A reminder when no entry came for so many days; null = none."""
