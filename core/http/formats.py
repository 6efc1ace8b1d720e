"""How dates, money, sizes and time limits are written for people.

Pure functions: nothing here knows of requests, locales in force or the clock. `core.http.templating` binds the
language; "today" is always handed in. Inside the platform time is UTC, on a page it is Shanghai.
"""

from __future__ import annotations

import datetime as dt
from typing import TypeAlias
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

Moment: TypeAlias = dt.datetime | dt.date | None


def local(moment: dt.datetime) -> dt.datetime:
    """The same instant on a clock in Shanghai; a naive value is a mistake of the caller, not a guess to make."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone cannot be shown")
    return moment.astimezone(SHANGHAI)


def day_of(moment: dt.datetime | dt.date) -> dt.date:
    return local(moment).date() if isinstance(moment, dt.datetime) else moment


def date(moment: Moment) -> str:
    """Lists: 2026-11-21."""
    return "" if moment is None else day_of(moment).isoformat()


def datetime(moment: dt.datetime | None) -> str:
    """Lists: 2026-11-21 14:05."""
    return "" if moment is None else f"{local(moment):%Y-%m-%d %H:%M}"


def time(moment: dt.datetime | None) -> str:
    return "" if moment is None else f"{local(moment):%H:%M}"


def document_date(moment: Moment, locale: str = "zh") -> str:
    """Documents: 2026年11月21日, without padding zeros, as official papers write it."""
    if moment is None:
        return ""
    day = day_of(moment)
    if locale.startswith("zh"):
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {day:%B %Y}"


def money_yuan(fen: int | None) -> str:
    """Money is kept in fen: 1234500 -> 12,345.00."""
    if fen is None:
        return ""
    sign = "-" if fen < 0 else ""
    yuan, rest = divmod(abs(fen), 100)
    return f"{sign}{yuan:,}.{rest:02d}"


def number(value: float | None) -> str:
    """Counts in groups of three; a rate keeps at most one decimal."""
    if value is None:
        return "—"
    if isinstance(value, int) or float(value).is_integer():
        return f"{int(value):,}"
    return f"{value:,.1f}"


def percent(part: float, whole: float) -> str:
    """A rate; without a denominator there is no rate, and 0% would be a lie."""
    return "—" if not whole else f"{part / whole:.1%}".replace(".0%", "%")


def filesize(size: int | None) -> str:
    if size is None:
        return ""
    value = float(size)
    for unit in ("B", "KB", "MB"):
        if value < 1024:
            return f"{int(value)} B" if unit == "B" else f"{value:.1f} {unit}".replace(".0 ", " ")
        value /= 1024
    return f"{value:.1f} GB"


def due_text(due_on: dt.date | None, today: dt.date, locale: str = "zh") -> str:
    """What a time limit means today. Due on day D means until the end of D: on D itself nothing is late."""
    if due_on is None:
        return ""
    left = (due_on - today).days
    if locale.startswith("zh"):
        if left < 0:
            return f"逾期{-left}天"
        return "今日到期" if left == 0 else f"还剩{left}天"
    days = "day" if abs(left) == 1 else "days"
    if left < 0:
        return f"{-left} {days} overdue"
    return "due today" if left == 0 else f"{left} {days} left"


def ago(moment: dt.datetime, now: dt.datetime, locale: str = "zh") -> str:
    """For notices: 刚刚, 5分钟前, 3小时前; from yesterday on the date says more than a count."""
    seconds = (now - moment).total_seconds()
    chinese = locale.startswith("zh")
    if 0 <= seconds < 60:
        return "刚刚" if chinese else "just now"
    if 0 <= seconds < 3600:
        minutes = int(seconds // 60)
        return f"{minutes}分钟前" if chinese else f"{minutes} min ago"
    if seconds >= 0 and day_of(moment) == day_of(now):
        hours = int(seconds // 3600)
        return f"{hours}小时前" if chinese else f"{hours} h ago"
    return datetime(moment)
