"""How a sitting is marked: a question is right or not, the share is rounded down, so that nobody passes by rounding. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.kernel.clock import local_date
from core.kernel.due import day_of_month


@dataclass(frozen=True)
class Mark:
    """``percent``: share of right answers; ``valid_until``: last local day on which a pass holds, None: for good, or no pass."""

    right: int
    percent: int
    passed: bool
    valid_until: date | None


def mark_of(right: int, questions: int, *, pass_percent: int, valid_months: int, handed_in: datetime) -> Mark:
    """``valid_months`` 0: a pass holds for good."""
    percent = right * 100 // questions
    passed = percent >= pass_percent
    return Mark(right, percent, passed, _until(handed_in, valid_months) if passed and valid_months else None)


def _until(handed_in: datetime, months: int) -> date:
    """The day before the same day ``months`` later (the month's last where there is none)."""
    day = local_date(handed_in)
    return day_of_month(day, day.day, months_after=months) - timedelta(days=1)
