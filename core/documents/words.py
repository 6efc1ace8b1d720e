"""How dates and numbers are written in official papers: 2026年11月21日, without padding zeros."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from core.kernel.clock import LOCAL

DIGITS = "零一二三四五六七八九"


def document_date(day: date | datetime | None) -> str:
    """Empty for None."""
    if day is None:
        return ""
    if isinstance(day, datetime):
        day = day.astimezone(LOCAL).date()
    return f"{day.year}年{day.month}月{day.day}日"


def ordinal(number: int) -> str:
    """一 … 九十九: the first level of numbering in official papers."""
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else f"{DIGITS[tens]}十"
    return head + (DIGITS[ones] if ones else "")


FILTERS: dict[str, Callable[[Any], str]] = {"document_date": document_date, "ordinal": ordinal}
