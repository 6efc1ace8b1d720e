"""What a school's plan is made of. Plain data, no database. Titles are msgids or words of the pack."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

MOST = 200
"""Lines of one part; how many there are in all stands beside it."""


@dataclass(frozen=True)
class RiskSum:
    """Open hazards of one kind. ``overdue``: of these, past their day."""

    kind: str
    major: int
    general: int
    overdue: int

    @property
    def open(self) -> int:
        return self.major + self.general


@dataclass(frozen=True)
class HazardRisk:
    """One open hazard. ``measures``: texts of its plan; empty where nothing was filled in. Personal data: ``person``."""

    id: UUID
    no: str
    title: str
    spot: str
    kind: str
    grade: str
    stage: str
    measures: tuple[str, ...]
    person: str
    due_on: date | None
    overdue: bool


@dataclass(frozen=True)
class FailedItem:
    """An item that failed when it was last looked at. ``hazard_no``: of the hazard that came of it, empty for none."""

    visit_id: UUID
    content: str
    note: str
    looked_on: date
    hazard_no: str


@dataclass(frozen=True)
class DutyRisk:
    """One duty that is overdue. ``party``: who is meant, where that is not the school itself."""

    code: str
    title: str
    party: str
    due_on: date | None


@dataclass(frozen=True)
class EndingRisk:
    """An entry of a register that is over, or will be within 90 days. ``days_left`` below 0: over."""

    register: str
    title: str
    expires_on: date | None
    days_left: int | None
    endpoint: str = ""
    args: tuple[tuple[str, str], ...] = ()
    """Of the register's list."""


@dataclass(frozen=True)
class SchoolPlan:
    """``hazards``, ``failed``, ``duties``, ``endings``: at most ``MOST`` lines each; ``*_total``: how many there are."""

    unit_id: UUID
    unit_name: str
    as_of: date
    sums: tuple[RiskSum, ...]
    hazards: tuple[HazardRisk, ...]
    failed: tuple[FailedItem, ...]
    duties: tuple[DutyRisk, ...]
    endings: tuple[EndingRisk, ...]
    hazards_total: int
    failed_total: int
    duties_total: int
    endings_total: int

    @property
    def major(self) -> int:
        return sum(own.major for own in self.sums)
