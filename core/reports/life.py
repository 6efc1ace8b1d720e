"""The life of one filing: which step leads where, and how it stands in the grid. Pure.

draft → submitted (→ passed by the cluster) → accepted; returned on the way; after submission only by correction, which keeps
every version. «Late» is told from the due time and the first submission, never ticked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.kernel.errors import Refused


class State(StrEnum):
    """Of a filing's row; no row at all means that nobody has begun."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    PASSED = "passed"
    """The cluster has looked and sent it on; the district has not."""
    RETURNED = "returned"
    ACCEPTED = "accepted"
    CORRECTING = "correcting"
    """What was submitted still stands; a new version is being written."""


class Step(StrEnum):
    SAVE = "save"
    SIGN = "sign"
    HAND_ON = "hand_on"
    ACCEPT = "accept"
    RETURN = "return"
    REOPEN = "reopen"
    DROP = "drop"
    """Lets go of a correction that was begun."""


WRITABLE = frozenset({State.DRAFT, State.RETURNED, State.CORRECTING})
COUNTED = frozenset({State.SUBMITTED, State.PASSED, State.ACCEPTED, State.CORRECTING})
"""States in which something submitted stands: they count as filed, and as evidence."""
WAITING = frozenset({State.SUBMITTED, State.PASSED})
"""For a review."""

MOVES: Mapping[Step, Mapping[State, State]] = {
    Step.SAVE: {state: state for state in WRITABLE},
    Step.SIGN: dict.fromkeys(WRITABLE, State.SUBMITTED),
    Step.HAND_ON: {State.SUBMITTED: State.PASSED},
    Step.ACCEPT: dict.fromkeys(WAITING, State.ACCEPTED),
    Step.RETURN: dict.fromkeys(WAITING, State.RETURNED),
    Step.REOPEN: dict.fromkeys((*sorted(WAITING), State.ACCEPTED), State.CORRECTING),
}

LOCKED = {
    State.SUBMITTED: "已报出，不能直接修改；需要改动请办理更正或补充",
    State.PASSED: "已报出，不能直接修改；需要改动请办理更正或补充",
    State.ACCEPTED: "上级已审，不能修改；需要改动请办理更正或补充",
}
WRONG = {
    Step.HAND_ON: "只有已报出、尚未核转的才能核转", Step.ACCEPT: "只有已报出、等待审核的才能审核",
    Step.RETURN: "只有已报出、等待审核的才能退回", Step.REOPEN: "还没有报出，直接修改即可", Step.DROP: "没有正在办理的更正",
}  # fmt: skip


def after(step: Step, state: State, *, latest_no: int = 0, accepted_no: int | None = None) -> State:
    """The state after ``step``. Raises Refused in words for a step that is not open from here.

    ``latest_no``, ``accepted_no``: of the versions; a dropped correction falls back to how the latest of them stood.
    """
    if step is Step.DROP and state is State.CORRECTING:
        return State.ACCEPTED if accepted_no == latest_no else State.SUBMITTED
    found = MOVES.get(step, {}).get(state)
    if found is None:
        raise Refused(LOCKED.get(state, "现在不能这样做") if step in (Step.SAVE, Step.SIGN) else WRONG[step])
    return found


class Standing(StrEnum):
    """How one unit stands in one round, for grids, filters and exports."""

    MISSING = "missing"
    OVERDUE = "overdue"
    """Nothing submitted, or sent back and not filed again, and the due time is over."""
    DRAFT = "draft"
    READY = "ready"
    """Written, waits for a signature."""
    SUBMITTED = "submitted"
    PASSED = "passed"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    CORRECTING = "correcting"
    EXEMPT = "exempt"
    """免报: it need not file after all, and has not."""
    CANCELLED = "cancelled"
    """The round was cancelled before it filed."""


FILED = frozenset({Standing.SUBMITTED, Standing.PASSED, Standing.ACCEPTED, Standing.CORRECTING})
OWED = frozenset({Standing.MISSING, Standing.OVERDUE, Standing.DRAFT, Standing.READY, Standing.RETURNED})
"""Who may be reminded."""


@dataclass(frozen=True, slots=True)
class Cell:
    """``late``: the first submission came after the due time. ``zero``: what stands is a 零报告."""

    standing: Standing
    late: bool = False
    zero: bool = False


def is_late(due_at: datetime | None, at: datetime) -> bool:
    """Overdue from the due instant on (kernel.due.due_at); without a due day nothing is late."""
    return due_at is not None and at >= due_at


def cell(
    state: State | None, *, ready: bool = False, late: bool = False, zero: bool = False, due_at: datetime | None, now: datetime,
    exempt: bool = False, cancelled: bool = False,
) -> Cell:  # fmt: skip
    """``state`` None: not begun. Time decides only over what has not been submitted; what came back stays 退回.

    ``exempt``, ``cancelled``: nobody asks for it any more; what stands submitted stands all the same.
    """
    if (exempt or cancelled) and state in (None, State.DRAFT, State.RETURNED):
        return Cell(Standing.CANCELLED if cancelled else Standing.EXEMPT)
    if state is None or state is State.DRAFT:
        if is_late(due_at, now):
            return Cell(Standing.OVERDUE)
        if state is None:
            return Cell(Standing.MISSING)
        return Cell(Standing.READY if ready else Standing.DRAFT)
    if state is State.RETURNED:
        return Cell(Standing.RETURNED, late, zero)
    return Cell(Standing(state), late, zero)
