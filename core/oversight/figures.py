"""The read-models of the dashboards: plain numbers with their denominators. No database, no words of a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from math import ceil

AGES = ("0–7天", "8–15天", "16–30天", "30天以上")
"""Days since found, as the ledger's filter cuts them."""
SUPPRESS_BELOW = 5
"""A rate on fewer cases says nothing about the work and may point at somebody: it is not shown."""


@dataclass(frozen=True)
class Rate:
    """A part of a whole. Printed with both numbers, never as a percentage alone."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """None without a denominator: 0 % would be a lie."""
        return self.part / self.whole if self.whole else None

    @property
    def shown(self) -> float | None:
        """As others may see it: None also where the whole is too small."""
        return None if self.whole < SUPPRESS_BELOW else self.value

    @property
    def suppressed(self) -> bool:
        return 0 < self.whole < SUPPRESS_BELOW


@dataclass(frozen=True)
class Totals:
    """Hazards found in the period asked for, and how they stand today."""

    found: int = 0
    open: int = 0
    overdue: int = 0
    soon: int = 0
    """Open and due within three days."""
    controlled: int = 0
    escalated: int = 0
    closed: int = 0
    closed_due: int = 0
    """Closed, of those that had a time limit."""
    closed_on_time: int = 0
    on_the_spot: int = 0
    closed_this_month: int = 0
    major: int = 0
    major_open: int = 0
    self_found: int = 0
    recurrences: int = 0
    cancelled: int = 0

    @property
    def closure(self) -> Rate:
        return Rate(self.closed, self.found)

    @property
    def on_time(self) -> Rate:
        return Rate(self.closed_on_time, self.closed_due)

    @property
    def self_share(self) -> Rate:
        return Rate(self.self_found, self.found)

    @property
    def major_closure(self) -> Rate:
        return Rate(self.major - self.major_open, self.major)


@dataclass(frozen=True)
class MonthPoint:
    month: date
    found: int
    closed: int
    """Closed in this month, whenever found."""
    done: int = 0
    """Found in this month and closed by now; 0 where nobody asked."""

    @property
    def closure(self) -> Rate:
        return Rate(self.done, self.found)


@dataclass(frozen=True)
class DomainRow:
    """``ages``: open by age, in the order of AGES."""

    domain: str
    title: str
    found: int
    open: int
    overdue: int
    closed: int
    ages: tuple[int, int, int, int] = (0, 0, 0, 0)

    @property
    def closure(self) -> Rate:
        return Rate(self.closed, self.found)


@dataclass(frozen=True)
class CategoryRow:
    """A kind of problem. ``category`` empty: nobody has sorted it."""

    domain: str
    category: str
    title: str
    found: int


@dataclass(frozen=True)
class Box:
    """Five numbers of a distribution of days; ``n`` cases."""

    title: str
    n: int
    low: float
    lower: float
    median: float
    upper: float
    high: float


@dataclass(frozen=True)
class PhaseBar:
    """A phase of the campaign and what became of the hazards found in it."""

    code: str
    title: str
    starts: date
    ends: date
    found: int = 0
    closed: int = 0
    under_way: bool = False


@dataclass(frozen=True)
class Span:
    """A labelled stretch of months, for shading behind a line."""

    title: str
    starts: date
    ends: date


def months_between(first: date, last: date) -> list[date]:
    """First days of all months from ``first`` to ``last``, both included."""
    months, month = [], first.replace(day=1)
    while month <= last:
        months.append(month)
        month = next_month(month)
    return months


def next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def quantile(histogram: Mapping[int, int], share: float) -> int:
    """The smallest day by which ``share`` of the cases were done. ``histogram``: upper bound of a bucket → cases."""
    total = sum(histogram.values())
    wanted, seen = max(1, ceil(total * share)), 0
    for bound in sorted(histogram):
        seen += histogram[bound]
        if seen >= wanted:
            return bound
    return 0


@dataclass(frozen=True)
class Chart:
    """One figure as the page macro wants it: option for ECharts, every number as a table, a sentence for the ear."""

    id: str
    title: str
    option: dict[str, object]
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    summary: str
    height: str = "md"
    note: str = ""
    table: dict[str, object] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.table.update(columns=self.columns, rows=self.rows)
