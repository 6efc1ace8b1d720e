"""What the summary of a phase is made of. Plain data, no database. Titles are msgids or words of the pack."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core.workbench.dossier.shapes import Part


@dataclass(frozen=True)
class DomainSum:
    """Hazards found in the phase, of one domain; as they stand today."""

    title: str
    found: int
    major: int
    closed: int
    open: int
    overdue: int


@dataclass(frozen=True)
class DutySum:
    """What fell due in the phase: (unit, occurrence) pairs. ``owed`` without those that somebody was let off."""

    owed: int = 0
    settled: int = 0
    overdue: int = 0


@dataclass(frozen=True)
class PhaseSummary:
    """``until``: the phase's last day, or today while it runs. ``open_gates``: words of those not confirmed."""

    campaign: str
    phase: str
    unit: str
    since: date
    until: date
    as_of: date
    tasks: int
    tasks_done: int
    tasks_overdue: int
    gates: int
    open_gates: tuple[str, ...]
    domains: tuple[DomainSum, ...]
    duties: DutySum
    visits: int
    failed_items: int
    parts: tuple[Part, ...]
    """What there is, as the dossier of the same days says."""
    gaps: tuple[Part, ...]

    @property
    def found(self) -> int:
        return sum(own.found for own in self.domains)

    @property
    def major(self) -> int:
        return sum(own.major for own in self.domains)

    @property
    def closed(self) -> int:
        return sum(own.closed for own in self.domains)

    @property
    def open(self) -> int:
        return sum(own.open for own in self.domains)

    @property
    def overdue(self) -> int:
        return sum(own.overdue for own in self.domains)
