"""The words of filings for pages and tables. A colour never stands without one of these."""

from __future__ import annotations

from datetime import date

from core.kernel.phrases import Phrase
from core.reports.life import Cell, Standing

STANDINGS = {
    Standing.MISSING: "未报", Standing.OVERDUE: "逾期未报", Standing.DRAFT: "草稿", Standing.READY: "待签", Standing.SUBMITTED: "已报",
    Standing.PASSED: "片区已核", Standing.RETURNED: "退回", Standing.ACCEPTED: "已审", Standing.CORRECTING: "更正中",
    Standing.EXEMPT: "免报", Standing.CANCELLED: "已取消",
}  # fmt: skip
TONES = {
    Standing.MISSING: "neutral", Standing.OVERDUE: "bad", Standing.DRAFT: "neutral", Standing.READY: "brand",
    Standing.SUBMITTED: "brand", Standing.PASSED: "brand", Standing.RETURNED: "bad", Standing.ACCEPTED: "good",
    Standing.CORRECTING: "warn", Standing.EXEMPT: "off", Standing.CANCELLED: "off",
}  # fmt: skip
LATE, ZERO = "迟报", "零报"
NOT_OWED = "无须报"
KINDS = {"report": "报送", "zero": "零报告", "correction": "更正", "supplement": "补充"}
REOPENINGS = {"correction": "更正", "supplement": "补充"}
VERDICTS = {"passed": "片区核转", "accepted": "审核通过", "returned": "退回"}
STEPS = {"cluster": "片区", "district": "区级"}
REMINDERS = {"digest": "自动提醒", "urge": "催报"}
ORIGINS = {"rule": "按通知", "hand": "临时发起"}

EXPLAINED = {
    Standing.MISSING: "本期已开始，还没有填报。",
    Standing.OVERDUE: "已过截止，还没有报出；现在仍可补报，将记为迟报。",
    Standing.DRAFT: "已经填写，还没有送签。",
    Standing.READY: "已经填好，等单位负责人签报。",
    Standing.SUBMITTED: "已签字报出，等待审核；需要改动请办理更正或补充。",
    Standing.PASSED: "片区已核转，等待区级审核；需要改动请办理更正或补充。",
    Standing.RETURNED: "审核退回，请按意见改好后重新签报；原报内容保留。",
    Standing.ACCEPTED: "上级已审，不能修改；需要改动请办理更正或补充，原报内容保留。",
    Standing.CORRECTING: "正在办理更正或补充；新的一版签报之前，原报内容继续有效。",
    Standing.EXEMPT: "本期免报：单位开期后已撤销，或经批准免报；不再催报，也不算未报。",
    Standing.CANCELLED: "本期已取消：不再催报，也不算未报；取消前报出的内容保留。",
}
"""What the word in the grid means for the school, in a sentence."""


def named(title: str, period: str) -> str:
    """What one period of a report is called; ``period`` empty: it has only one."""
    return f"{title}·{period}" if period else title


def explained(found: Cell, *, due_on: date | None) -> tuple[str, ...]:
    """Sentences: the state, and what being late or zero means."""
    said: list[str] = [EXPLAINED[found.standing]]
    if found.zero:
        said.append("零报告已签：本期无应报事项，由签报人具名负责。")
    if found.late and due_on is not None:
        said.append(Phrase("迟报：首次报出晚于截止日%(day)s。", day=due_on.isoformat()))
    return tuple(said)


def cell_words(found: Cell | None) -> tuple[str, ...]:
    """The words of one cell in order; None: the unit does not owe this round."""
    if found is None:
        return (NOT_OWED,)
    return (
        STANDINGS[found.standing],
        *((ZERO,) if found.zero else ()),
        *((LATE,) if found.late else ()),
    )


def zero_sentence(*, unit: str, title: str, period: str, starts: date, ends: date) -> str:
    """What is signed as 零报告, word for word; kept with the version."""
    span = f"{starts.year}年{starts.month}月{starts.day}日至{ends.year}年{ends.month}月{ends.day}日"
    return f"{unit}：《{title}》{period}（{span}）期间，本单位无应报告事项，特此零报告。"
