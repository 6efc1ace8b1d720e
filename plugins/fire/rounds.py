"""When patrols are due and which were missed. Pure: dates in, counts out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from core.sdk.domain import add_days, is_working_day

WEEK = 7


@dataclass(frozen=True)
class Round:
    """A place as the counting sees it."""

    place_id: object
    every: int
    starts: date
    ends: date | None


def due_on(last: date | None, *, every: int, starts: date) -> date:
    """The last day for the next patrol. Below a week working days count: nobody walks an empty school."""
    if last is None:
        return add_days(starts - timedelta(days=1), every, working=every < WEEK)
    return add_days(last, every, working=every < WEEK)


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def weeks_until(today: date, count: int) -> tuple[date, ...]:
    """The Mondays of the last ``count`` weeks, this one last."""
    return tuple(monday(today) - timedelta(days=WEEK * back) for back in range(count - 1, -1, -1))


def expected(round_: Round, week: date, *, today: date) -> int:
    """How many patrols of the place that week asks for, days to come left out."""
    first, last = max(week, round_.starts), min(week + timedelta(days=WEEK - 1), today, round_.ends or date.max)
    if last < first:
        return 0
    if round_.every >= WEEK:
        return 1 if last - round_.starts >= timedelta(days=round_.every - 1) else 0
    days = [first + timedelta(days=step) for step in range((last - first).days + 1)]
    # today is not over: a patrol that can still be done is not missed
    working = sum(1 for day in days if day < today and is_working_day(day))
    return working // round_.every


def missed(round_: Round, weeks: Sequence[date], done: Mapping[date, int], *, today: date) -> list[int]:
    """For each week, how many patrols are missing. ``done``: week → days with a patrol, also of earlier weeks."""
    found = []
    for week in weeks:
        if round_.every >= WEEK:
            span = -(-round_.every // WEEK)
            had = sum(done.get(week - timedelta(days=WEEK * back), 0) for back in range(span))
        else:
            had = done.get(week, 0)
        found.append(max(0, expected(round_, week, today=today) - had))
    return found
