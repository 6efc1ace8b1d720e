"""How something stands on a day, in one word. Pure. The words are those of the notice's live state."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum


class Standing(StrEnum):
    """From worst to best, as several things on one clause are joined."""

    OVERDUE = "overdue"
    """逾期."""
    UNCONFIRMED = "unconfirmed"
    """待确认: the day rests on a value nobody has confirmed, so it is no breach."""
    UNDER_WAY = "under_way"
    """进行中."""
    NOT_YET = "not_yet"
    """未到期."""
    FULFILLED = "fulfilled"
    """已完成."""
    EXEMPT = "exempt"
    """免报: all that was due on it somebody was let off."""
    CANCELLED = "cancelled"
    """已取消: nobody is asked for what was due on it any more."""
    CARRIED = "carried"
    """运行中: carried by something that simply runs (a register, a stage, a department)."""
    TEXT_ONLY = "text_only"
    """仅文本."""
    NOT_CARRIED = "not_carried"
    """未承载."""


WORDS = {
    Standing.OVERDUE: "逾期", Standing.UNCONFIRMED: "待确认", Standing.UNDER_WAY: "进行中", Standing.NOT_YET: "未到期",
    Standing.FULFILLED: "已完成", Standing.EXEMPT: "免报", Standing.CANCELLED: "已取消", Standing.CARRIED: "运行中", Standing.TEXT_ONLY: "仅文本", Standing.NOT_CARRIED: "未承载",
}  # fmt: skip
TONES = {
    Standing.OVERDUE: "bad", Standing.UNCONFIRMED: "warn", Standing.UNDER_WAY: "brand", Standing.NOT_YET: "neutral",
    Standing.FULFILLED: "good", Standing.EXEMPT: "neutral", Standing.CANCELLED: "neutral", Standing.CARRIED: "good", Standing.TEXT_ONLY: "neutral", Standing.NOT_CARRIED: "neutral",
}  # fmt: skip


def standing(
    *, today: date, starts: date | None, ends: date | None, done: bool, confirm: bool = False, open_ended: bool = False
) -> Standing:
    """Of one piece of work with a first and a last day, both included; None = not stated, and never missed."""
    if done:
        return Standing.FULFILLED
    if starts is not None and today < starts:
        return Standing.NOT_YET
    if ends is not None and today > ends and not open_ended:
        return Standing.UNCONFIRMED if confirm else Standing.OVERDUE
    return Standing.UNDER_WAY


def joined(standings: Iterable[Standing]) -> Standing | None:
    """Of several things that carry one clause: the worst that has a time; what merely runs counts only when nothing else
    does. Fulfilled beside not yet due is under way. None for nothing."""
    found = set(standings)
    if not found:
        return None
    if Standing.FULFILLED in found and Standing.NOT_YET in found and Standing.OVERDUE not in found:
        found = (found - {Standing.FULFILLED, Standing.NOT_YET}) | {Standing.UNDER_WAY}
    return next(own for own in Standing if own in found)
