"""What the queries answer with. Frozen; nothing here is an ORM row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from core.kernel.obligations import EXCUSED, Standing
from core.obligations.duties import Duty
from core.obligations.expected import Expected

SETTLED = (Standing.FULFILLED, Standing.LATE)
AT_REST = frozenset({*SETTLED, *EXCUSED})
"""Nobody needs to be reminded of it."""
ORDER = (
    Standing.OVERDUE, Standing.TO_CONFIRM, Standing.UNDER_WAY, Standing.NOT_YET, Standing.LATE, Standing.FULFILLED, Standing.OPEN,
    *EXCUSED,
)  # fmt: skip
"""The worst first, as far as several are told in one word."""


@dataclass(frozen=True, slots=True)
class DueRow:
    """One unit, one occurrence."""

    expected: Expected
    unit_id: UUID
    unit_code: str
    unit_name: str
    party: tuple[str, ...]
    """Who is meant there, where that is not the unit itself: 局长, 安委会."""
    state: Standing
    done: int
    """How often, in time or late."""
    wanted: int | None
    own: int | None
    """The unit's own number that is in ``wanted``; None = not entered."""

    @property
    def duty(self) -> Duty:
        return self.expected.duty

    @property
    def due_on(self) -> date | None:
        return self.expected.found.due_on

    @property
    def due_at(self) -> datetime | None:
        return self.expected.found.due_at

    @property
    def timed(self) -> bool:
        """Due by the minute, after an event."""
        return self.expected.timed

    @property
    def own_missing(self) -> bool:
        """The rule counts the unit's own number, and nobody has entered it: 待确认."""
        return bool(self.duty.rule.plus) and self.own is None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many (unit, occurrence) stand how. ``done``: number of facts that count."""

    counts: Mapping[Standing, int] = field(default_factory=dict)
    done: int = 0

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def settled(self) -> int:
        return sum(self.of(state) for state in SETTLED)

    @property
    def owed(self) -> int:
        """All but those that somebody was let off."""
        return self.total - sum(self.of(state) for state in EXCUSED)

    @property
    def asked(self) -> int:
        """Those for which a number is asked at all."""
        return self.owed - self.of(Standing.OPEN)

    @property
    def worst(self) -> Standing | None:
        """The state to show where one word must do: overdue, 待确认, under way … fulfilled; None where nobody owes it."""
        return next((state for state in ORDER if self.of(state)), None)

    def of(self, state: Standing | str) -> int:
        return self.counts.get(Standing(state), 0)

    def __add__(self, other: Tally) -> Tally:
        counts = {state: self.of(state) + other.of(state) for state in {*self.counts, *other.counts}}
        return Tally(counts, self.done + other.done)


@dataclass(frozen=True, slots=True)
class DueSum:
    """One occurrence over the units that owe it."""

    expected: Expected
    tally: Tally

    @property
    def timed(self) -> bool:
        """Due by the minute, after an event."""
        return self.expected.timed
