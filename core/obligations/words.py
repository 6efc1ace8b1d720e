"""Words of the obligations, as pages and feeds show them."""

from __future__ import annotations

from core.kernel.obligations import Standing
from core.kernel.periods import Period

STATES = {
    Standing.FULFILLED: "已完成", Standing.LATE: "逾期完成", Standing.UNDER_WAY: "进行中", Standing.OVERDUE: "逾期未完成",
    Standing.NOT_YET: "未开始", Standing.OPEN: "只计数", Standing.TO_CONFIRM: "待确认",
    Standing.EXEMPT: "免报", Standing.CANCELLED: "已取消",
}  # fmt: skip
TONES = {
    Standing.FULFILLED: "good", Standing.LATE: "warn", Standing.UNDER_WAY: "brand", Standing.OVERDUE: "bad",
    Standing.NOT_YET: "neutral", Standing.OPEN: "neutral", Standing.TO_CONFIRM: "warn",
    Standing.EXEMPT: "neutral", Standing.CANCELLED: "neutral",
}  # fmt: skip
DAILY = frozenset({Period.DAY, Period.SCHOOL_DAY})
"""Shown as one line a day in calendars, so that they do not bury the others."""
NUMBERS = {"own_drills": "本单位自定演练次数（n）"}
"""Own numbers that the packs know; others are shown by their name."""
