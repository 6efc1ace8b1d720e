"""Who may, when, on which terms, until when: what the other parts of a lifecycle are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.tenancy.packs.model.base import Sourced
from core.tenancy.packs.model.lifecycle.words import Canonical, DayCount, EvidenceKind, LegalGrade, Need, Relation


@dataclass(frozen=True, kw_only=True, slots=True)
class When:
    """Which hazards a rule is about. Every list that is filled must match; empty matches all."""

    grades: tuple[LegalGrade, ...] = ()
    """Legal grades."""
    grounds: tuple[str, ...] = ()
    """Codes of grounds."""
    sources: tuple[str, ...] = ()
    """Codes of the pack's sources."""
    domains: tuple[str, ...] = ()
    """Domain slugs."""
    org_types: tuple[str, ...] = ()
    """Codes of org types of the unit where the hazard is."""

    def matches(
        self,
        *,
        grade: str | None = None,
        ground: str | None = None,
        source: str | None = None,
        domain: str | None = None,
        org_type: str | None = None,
    ) -> bool:
        """Does a hazard with these facts fall under the rule? An unknown fact matches only an empty list."""
        pairs = (
            (self.grades, grade),
            (self.grounds, ground),
            (self.sources, source),
            (self.domains, domain),
            (self.org_types, org_type),
        )
        return all(not wanted or value in wanted for wanted, value in pairs)


ALWAYS = When()


@dataclass(frozen=True, kw_only=True, slots=True)
class Requirement(Sourced):
    """One thing that must be there before a move. A bare word in YAML stands for ``{need: word}``."""

    SHORTHAND: ClassVar[str] = "need"

    need: Need
    """What is demanded."""
    of: tuple[str, ...] = ()
    """Facts (for ``fields``), plan parts (for ``plan``) or the log's code (for ``follow_up``)."""
    kinds: tuple[EvidenceKind, ...] = ()
    """For ``evidence``: any of these kinds counts; empty = any file."""
    at_least: int = 1
    """For ``evidence`` and ``follow_up``: how many."""
    when: When = ALWAYS
    """Only for hazards that match."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor(Sourced):
    """Who may: a relation to the hazard and a permission there. A bare word stands for ``{who: word}``."""

    SHORTHAND: ClassVar[str] = "who"

    who: Relation
    """What the person must be to the hazard."""
    permission: str = ""
    """The permission the person must hold at the unit of the hazard; empty = the move's own."""
    when: When = ALWAYS
    """Only for hazards that match (wujin: the school closes what it found itself)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Deadline(Sourced):
    """A time limit; ``days: null`` = the notice sets none and somebody enters a date per hazard."""

    days: int | None = None
    """How many days after the start; the limit is the end of that day (Asia/Shanghai)."""
    count: DayCount = DayCount.NATURAL
    """Natural days unless the notice says 工作日."""
    start: Canonical = Canonical.REGISTERED
    """The day this canonical stage was entered is day 0."""
