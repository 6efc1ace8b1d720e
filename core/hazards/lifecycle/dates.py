"""Time limits of a hazard: from its grade, from its plan, put off, or waiting under control. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from core.hazards.lifecycle.case import CONTROL, CaseState
from core.kernel.calendar import add_days
from core.kernel.clock import local_date
from core.tenancy.packs.model.lifecycle import MAIN_LINE, Canonical, DayCount, Deadline, Lifecycle, PartKind, Track

STOPPED = frozenset({Canonical.REPORTED, Canonical.VERIFIED, Canonical.CLOSED, Canonical.CANCELLED})
"""From reported on the limit is kept: whoever is slow now is not the one it was set for."""


def deadline_of(life: Lifecycle, state: CaseState) -> Deadline:
    """The limit of the grade, or of the district's own class inside it."""
    grade = life.grade(state.grade)
    return next((own.deadline for own in grade.classes if own.code == state.deadline_class), grade.deadline)


def limit_of(life: Lifecycle, state: CaseState) -> date | None:
    """The day the grade's limit ends; None where there is none or it has not begun."""
    deadline = deadline_of(life, state)
    begun = start_of(life, state, deadline.start)
    if deadline.days is None or begun is None:
        return None
    return add_days(begun, deadline.days, working=deadline.count is DayCount.WORKING)


def start_of(life: Lifecycle, state: CaseState, canonical: Canonical) -> date | None:
    """The day this canonical stage was entered, or one after it (a district may have no such stage of its own)."""
    reached = MAIN_LINE[MAIN_LINE.index(canonical) :] if canonical in MAIN_LINE else (canonical,)
    days = [local_date(at) for stage, at in state.entered.items() if life.canonical(stage) in reached]
    return min(days, default=None)


def due_part(life: Lifecycle) -> str | None:
    """Code of the plan's time limit: its first date."""
    return next((part.code for part in life.parts if part.kind is PartKind.DATE), None)


def planned_due(life: Lifecycle, state: CaseState) -> date | None:
    code = due_part(life)
    held = state.plan.get(code) if code else None
    return day(str(held.value or "")) if held else None


def day(text: str) -> date | None:
    """An ISO date, or None for what is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def settled(life: Lifecycle, state: CaseState) -> CaseState:
    """The state with its due date: put off > planned > entered by hand > from the grade. What was put off is remembered."""
    if state.extensions:
        return state
    entered = state.due_on if state.due_by_hand else None
    due = planned_due(life, state) or entered or limit_of(life, state) or state.due_on
    return replace(state.with_facts(due_on=due), original_due_on=due)


def clock_on(life: Lifecycle, state: CaseState) -> date | None:
    """The day that counts now: due while to be rectified, end of control while controlled, none once reported."""
    canonical = life.canonical(state.stage)
    if canonical in STOPPED:
        return None
    return state.control_until if canonical is Canonical.RISK_CONTROLLED else state.due_on


def runs(track: Track, state: CaseState) -> bool:
    """Is the log to be kept now: from the stage that opens it to the one that closes it, or the end."""
    return track.opens in state.entered and track.closes not in state.entered


def checks_due(life: Lifecycle, state: CaseState) -> dict[str, date]:
    """What is to be looked at again, and by which day: CONTROL for the controls of 带险管控, each log by its code."""
    if life.canonical(state.stage).final:
        return {}
    every = {track.code: (track.every_days, track.opens) for track in life.tracks if runs(track, state)}
    control = life.risk_control
    if control is not None and state.stage == control.stage:
        every[CONTROL] = (control.check_every_days, control.stage)
    found = {}
    for what, (days, opens) in every.items():
        last = state.looked_at.get(what) or state.entered.get(opens)
        if days is not None and last is not None:
            found[what] = local_date(last) + timedelta(days=days)
    return found


def check_due_on(life: Lifecycle, state: CaseState) -> date | None:
    """The first of these days."""
    return min(checks_due(life, state).values(), default=None)
