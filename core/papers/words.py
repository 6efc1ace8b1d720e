"""Numbers and notices of papers; in Chinese, kept as they were served. Pure."""

from __future__ import annotations

from collections.abc import Iterable

CIRCULAR, LETTER, TALK, LISTING = "教安通", "教安函", "教安约", "教安督"
"""The middle of a number, after the district's short name, until a district sets its own."""
NAMED = 6
"""More recipients than these are not listed one by one in 主送; they stand in the list of recipients."""


def paper_no(word: str, year: int, seq: int) -> str:
    """〔〕 around the year, no padding (GB/T 9704)."""
    return f"{word}〔{year}〕{seq}号"


def addressees(names: Iterable[str]) -> str:
    """主送机关."""
    known = sorted(names)
    return "、".join(known) if len(known) <= NAMED else "各有关单位"


def issued_notice(no: str, title: str) -> str:
    return f"{no}　{title}"


def withdrawn_notice(no: str, reason: str) -> str:
    return f"{no}已作废：{reason}"
