"""Deadlines and working days. Pure: no database, no tenant.

Working days follow the State Council's yearly notice with make-up days (package chinesecalendar); for a year whose
notice is not out yet, Monday to Friday count.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import chinese_calendar

from core.kernel.clock import end_of_day, local_date


def is_working_day(day: date) -> bool:
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:  # the yearly notice for this year is not known to the package
        return day.weekday() < 5


def add_days(start: date, days: int, *, working: bool = False) -> date:
    """「N日内」: the day of registration + N; natural days unless working days (工作日) are said (packs.md, Time)."""
    if not working:
        return start + timedelta(days=days)
    day = start
    for _ in range(days):
        day += timedelta(days=1)
        while not is_working_day(day):
            day += timedelta(days=1)
    return day


def is_overdue(due_on: date, *, now: datetime) -> bool:
    """「D日前」 is kept to the end of D: overdue from D+1 00:00 in Asia/Shanghai."""
    return now >= end_of_day(due_on)


def days_left(due_on: date, *, now: datetime) -> int:
    """Whole days from today to ``due_on``; negative when overdue."""
    return (due_on - local_date(now)).days
