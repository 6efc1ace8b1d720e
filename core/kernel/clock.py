"""The one clock of the product. Knows nothing of tenants: whoever opens a scope picks the clock.

Inside everything is aware UTC; people live in Asia/Shanghai (``LOCAL``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    def now(self) -> datetime:
        """Aware UTC."""


@dataclass(frozen=True)
class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class FixedClock:
    """Stands still until ``advance``; for tests and replays."""

    at: datetime

    def __post_init__(self) -> None:
        require_aware(self.at)

    def now(self) -> datetime:
        return self.at.astimezone(UTC)

    def advance(self, step: timedelta) -> None:
        self.at = self.at + step


@dataclass(frozen=True)
class ShiftedClock:
    """Runs at the pace of ``base``, ``offset`` away from it."""

    base: Clock
    offset: timedelta

    def now(self) -> datetime:
        return self.base.now() + self.offset


def require_aware(at: datetime) -> datetime:
    """Raises ValueError for a naive datetime: such a value means a different instant on every machine."""
    if at.tzinfo is None:
        raise ValueError("naive datetime")
    return at


def local_date(at: datetime) -> date:
    """The calendar day in Asia/Shanghai on which ``at`` lies."""
    return require_aware(at).astimezone(LOCAL).date()


def start_of_day(day: date) -> datetime:
    """00:00 of ``day`` in Asia/Shanghai, as UTC."""
    return datetime.combine(day, time.min, LOCAL).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """The instant from which ``day`` is over: 「D日前」 is kept until here, overdue from here on (packs.md, Time)."""
    return start_of_day(day + timedelta(days=1))


def parse_instant(text: str) -> datetime:
    """ISO time to aware UTC; a time without offset is read as Asia/Shanghai. Raises ValueError."""
    at = datetime.fromisoformat(text)
    try:
        return (at if at.tzinfo else at.replace(tzinfo=LOCAL)).astimezone(UTC)
    except OverflowError as fault:  # the first hours of year 1, the last of 9999
        raise ValueError(text) from fault
