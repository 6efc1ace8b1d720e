"""A hazard as the machine sees it, and what somebody puts in with a move. Values only; decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from core.kernel.clock import local_date
from core.tenancy.packs.model.lifecycle import EvidenceKind, Fact, LegalGrade, Party

CONTROL = "control"
"""Key of the checks of 带险管控 among what is looked at; a track's key is its code."""


@dataclass(frozen=True, slots=True)
class PartValue:
    """A part of the rectification plan: ``value`` by kind — text, ISO date, money in fen, id of a person or unit.

    ``label`` is the name shown for a person or unit (one without an account has only that); ``waived`` says why the
    part is not needed.
    """

    value: str | int | None = None
    label: str = ""
    waived: str = ""


@dataclass(frozen=True, slots=True)
class Verification:
    """Somebody looked: is it gone, and what was seen."""

    gone: bool
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What one person puts in with one move, extension or other act. Whatever the act does not ask for is refused."""

    facts: Mapping[Fact, Any] = field(default_factory=dict)
    deadline_class: str | None = None
    ground: str | None = None
    plan: Mapping[str, PartValue] = field(default_factory=dict)
    evidence: Mapping[EvidenceKind, int] = field(default_factory=dict)
    """How many files of each kind come along."""
    reason: str = ""
    note: str = ""
    report_to: str = ""
    reported_at: datetime | None = None
    verification: Verification | None = None
    control_until: date | None = None
    """Until when the controls of 带险管控 hold."""


@dataclass(frozen=True, kw_only=True)
class CaseState:
    """Everything a decision rests on."""

    stage: str
    """Code of the pack's stage."""
    facts: Mapping[Fact, Any]
    """Filled facts; one that is absent or empty is not filled. ``GRADE`` is there only once somebody judged it."""
    org_type: str | None = None
    """Code of the pack's org type of the unit where the hazard is."""
    deadline_class: str | None = None
    ground: str | None = None
    plan: Mapping[str, PartValue] = field(default_factory=dict)
    evidence: Mapping[EvidenceKind, int] = field(default_factory=dict)
    outdated: Mapping[EvidenceKind, int] = field(default_factory=dict)
    """How many of ``evidence`` hung on it when it was last sent back: they prove nothing of what was done since."""
    follow_ups: Mapping[str, int] = field(default_factory=dict)
    """Entries by track."""
    looked_at: Mapping[str, datetime] = field(default_factory=dict)
    """The last check of the controls (key CONTROL; first, when control began) and the last entry, by track."""
    played: Mapping[Party, frozenset[UUID]] = field(default_factory=dict)
    """Who played which part by acting; the responsible of the plan is added by the machine."""
    entered: Mapping[str, datetime] = field(default_factory=dict)
    """When each stage was first entered."""
    supervisor_id: UUID | None = None
    """Whom the order of supervision names; the name of that day is the fact."""
    verified_at: datetime | None = None
    """Of a verification after the last rectification; None again when the hazard is sent back."""
    reported_to: str = ""
    reported_at: datetime | None = None
    due_by_hand: bool = False
    """Somebody entered the due date; else it follows from the grade and moves with it."""
    original_due_on: date | None = None
    extensions: int = 0
    control_until: date | None = None
    control_renewals: int = 0
    escalated: frozenset[str] = frozenset()
    """Codes of the escalations that have fired."""

    @property
    def grade(self) -> str:
        """The legal grade; general until somebody judged it."""
        return str(self.facts.get(Fact.GRADE) or LegalGrade.GENERAL)

    @property
    def domain(self) -> str | None:
        return self.facts.get(Fact.DOMAIN) or None

    @property
    def source(self) -> str | None:
        return self.facts.get(Fact.SOURCE) or None

    @property
    def due_on(self) -> date | None:
        return self.facts.get(Fact.DUE_ON)

    @property
    def found_on(self) -> date | None:
        found_at = self.facts.get(Fact.FOUND_AT)
        return local_date(found_at) if found_at else None

    def has(self, fact: Fact) -> bool:
        """Is the fact filled? Blank text is not."""
        value = self.facts.get(fact)
        return bool(value.strip()) if isinstance(value, str) else value is not None

    def with_facts(self, **changes: Any) -> CaseState:
        """Facts by their lower-case names: ``with_facts(due_on=…)``; None takes one away."""
        facts = {**self.facts, **{Fact(name): value for name, value in changes.items()}}
        return replace(self, facts={fact: value for fact, value in facts.items() if value is not None})

    def with_player(self, party: Party, person_id: UUID | None) -> CaseState:
        """The same with one more player of a part."""
        if person_id is None:
            return self
        return replace(self, played={**self.played, party: self.played.get(party, frozenset()) | {person_id}})
