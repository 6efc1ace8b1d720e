"""What people are told, and what a round is called if nobody calls it otherwise: kept as it was written, in Chinese. Pure."""

from __future__ import annotations


def announced(title: str) -> str:
    return f"考核结果公示：{title}"


def published(title: str) -> str:
    return f"考核结果公布：{title}"


def appealed(title: str) -> str:
    return f"考核申诉：{title}"


def decided(title: str, *, upheld: bool) -> str:
    return f"{'申诉成立，结果已更正' if upheld else '申诉不成立'}：{title}"


def round_title(year: int, scheme: str) -> str:
    """「年度考核」 of 2020 is 「2020年度考核」."""
    return f"{year}年{scheme.removeprefix('年')}"
