"""What the ledger can be asked: the filter as data, and as SQL. One meaning of 逾期, 临期 and 待办 for all lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, and_, cast, func, literal_column, or_, true

from core.access.actor import Actor
from core.hazards.extensions.queries import awaiting_decision
from core.hazards.models import Hazard
from core.hazards.permissions import HazardPermission
from core.kernel.clock import end_of_day, start_of_day
from core.orgs.queries import closure_of

SOON_DAYS = 3
"""临期: due within so many days."""
FINAL = ("closed", "cancelled")
WORKING = ("registered", "planned", "rectifying")
DUE_STATES = ("normal", "soon", "overdue")
STATES = ("open", "closed", "cancelled")
TODOS = ("register", "rectify", "verify", "overdue", "control", "found", "check", "extension")
CHECKS = ("due", "overdue")
"""Of checks of the controls and of logs: due today or before, and before today only."""
AGES = ((0, 7), (8, 15), (16, 30), (31, None))
"""Days since it was found, as the ageing chart cuts them."""


@dataclass(frozen=True, kw_only=True)
class LedgerFilter:
    """Empty or None: no matter. Periods are days of Asia/Shanghai, both ends included."""

    text: str = ""
    """Number, title or place."""
    unit_id: UUID | None = None
    """This unit and everything under it today: school, cluster, group."""
    domains: tuple[str, ...] = ()
    category: str | None = None
    grade: str | None = None
    stages: tuple[str, ...] = ()
    canonicals: tuple[str, ...] = ()
    state: str | None = None
    """One of STATES."""
    source: str | None = None
    origin: str | None = None
    due: str | None = None
    """One of DUE_STATES."""
    check: str | None = None
    """One of CHECKS."""
    found_from: date | None = None
    found_to: date | None = None
    due_from: date | None = None
    due_to: date | None = None
    closed_from: date | None = None
    closed_to: date | None = None
    recurrence: bool | None = None
    supervised: bool | None = None
    escalated: bool | None = None
    on_the_spot: bool | None = None
    on_time: bool | None = None
    """Closed ones that had a limit: told as done by it, or not."""
    campaign: str | None = None
    phase: str | None = None
    age: int | None = None
    """Index into AGES; open ones only."""
    todo: str | None = None
    """One of TODOS: what waits for the person who asks."""

    @property
    def active(self) -> int:
        """How many conditions are set."""
        return sum(1 for name in self.__dataclass_fields__ if getattr(self, name) not in (None, "", ()))


def open_() -> ColumnElement[bool]:
    return Hazard.canonical.not_in(FINAL)


def overdue(today: date) -> ColumnElement[bool]:
    """The day that counts is over and nothing was reported (or the control lapsed)."""
    return Hazard.clock_on < today


def soon(today: date) -> ColumnElement[bool]:
    return and_(Hazard.clock_on >= today, Hazard.clock_on <= today + timedelta(days=SOON_DAYS))


def check_due(today: date, *, late: bool = False) -> ColumnElement[bool]:
    """A check of the controls or an entry in a log is due; ``late``: was due before today."""
    return Hazard.check_due_on < today if late else Hazard.check_due_on <= today


def done_day() -> ColumnElement[date]:
    """The day it was told as done: the limit binds whoever rectifies, not whoever signs off."""
    zone: ColumnElement[str] = literal_column("'Asia/Shanghai'")  # written out, so that GROUP BY knows it again
    return cast(func.timezone(zone, func.coalesce(Hazard.rectified_at, Hazard.closed_at)), Date)


def on_time() -> ColumnElement[bool]:
    return and_(Hazard.canonical == "closed", Hazard.due_on >= done_day())


def late() -> ColumnElement[bool]:
    return and_(Hazard.canonical == "closed", Hazard.due_on < done_day())


def due_state(clock_on: date | None, canonical: str, today: date) -> str:
    """normal | soon | overdue | stopped (reported, not closed yet) | done | none, of one hazard."""
    if clock_on is None:
        if canonical in FINAL:
            return "done"
        return "stopped" if canonical in ("reported", "verified") else "none"
    if clock_on < today:
        return "overdue"
    return "soon" if clock_on <= today + timedelta(days=SOON_DAYS) else "normal"


def conditions(asked: LedgerFilter, *, actor: Actor, today: date) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    column: Any
    if asked.text.strip():
        found.append(_text(asked.text.strip()))
    if asked.unit_id is not None:
        found.append(Hazard.unit_id.in_(closure_of(asked.unit_id)))
    for column, many in (
        (Hazard.domain, asked.domains),
        (Hazard.stage, asked.stages),
        (Hazard.canonical, asked.canonicals),
    ):
        if many:
            found.append(column.in_(many))
    for column, one in (
        (Hazard.category, asked.category), (Hazard.grade, asked.grade), (Hazard.source, asked.source),
        (Hazard.origin, asked.origin), (Hazard.campaign, asked.campaign), (Hazard.phase, asked.phase),
    ):  # fmt: skip
        if one:
            found.append(column == one)
    for column, wanted in (
        (Hazard.recurrence_of, asked.recurrence), (Hazard.supervision_no, asked.supervised), (Hazard.escalated_to, asked.escalated),
    ):  # fmt: skip
        if wanted is not None:
            found.append(column.is_not(None) if wanted else column.is_(None))
    if asked.on_the_spot is not None:
        found.append(Hazard.on_the_spot.is_(asked.on_the_spot))
    found += _states(asked, today)
    found += _periods(asked)
    if asked.age is not None:
        found += [open_(), *_age(asked.age, today)]
    if asked.todo is not None:
        found.append(todo(asked.todo, actor=actor, today=today))
    return found


def todo(kind: str, *, actor: Actor, today: date) -> ColumnElement[bool]:
    """What waits for this person: only where they may act, and never what the two-person rule bars them from."""
    me = actor.person_id
    reach = {
        name: actor.coverage(permission).filter(Hazard.unit_id)
        for name, permission in (
            ("register", HazardPermission.REGISTER), ("verify", HazardPermission.CLOSE), ("control", HazardPermission.CONTROL),
        )
    }  # fmt: skip
    mine = Hazard.responsible_person_id == me if me is not None else true()
    not_mine = or_(Hazard.rectified_by.is_(None), Hazard.rectified_by != me) if me is not None else true()
    match kind:
        case "register":
            return and_(Hazard.canonical == "discovered", reach["register"])
        case "rectify":
            return and_(Hazard.canonical.in_(WORKING), mine)
        case "verify":
            return and_(Hazard.canonical.in_(("reported", "verified")), reach["verify"], not_mine)
        case "control":
            return and_(Hazard.canonical == "risk_controlled", reach["control"])
        case "check":
            named = or_(Hazard.watcher_id == me, Hazard.responsible_person_id == me) if me is not None else true()
            return and_(open_(), check_due(today), or_(named, reach["register"]))
        case "extension":
            reached = actor.coverage(HazardPermission.EXTEND).filter(Hazard.unit_id)
            return and_(Hazard.clock_on.is_not(None), reached, Hazard.id.in_(awaiting_decision()))
        case "found":
            return and_(open_(), Hazard.found_by == me)
        case _:
            return and_(open_(), overdue(today))


def _text(text: str) -> ColumnElement[bool]:
    low = text.lower()
    escaped = low.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return or_(
        Hazard.title_lc.like(f"%{escaped}%"),
        func.lower(Hazard.no).like(f"{escaped}%"),
        func.lower(Hazard.place).like(f"%{escaped}%"),
    )


def _states(asked: LedgerFilter, today: date) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.on_time is not None:
        found.append(on_time() if asked.on_time else late())
    if asked.state == "open":
        found.append(open_())
    elif asked.state:
        found.append(Hazard.canonical == asked.state)
    if asked.check:
        found += [open_(), check_due(today, late=asked.check == "overdue")]
    if asked.due == "overdue":
        found += [open_(), overdue(today)]
    elif asked.due == "soon":
        found += [open_(), soon(today)]
    elif asked.due == "normal":
        found += [open_(), or_(Hazard.clock_on.is_(None), Hazard.clock_on > today + timedelta(days=SOON_DAYS))]
    return found


def _periods(asked: LedgerFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for column, first, last in (
        (Hazard.found_at, asked.found_from, asked.found_to), (Hazard.closed_at, asked.closed_from, asked.closed_to),
    ):  # fmt: skip
        if first is not None:
            found.append(column >= start_of_day(first))
        if last is not None:
            found.append(column < end_of_day(last))
    if asked.due_from is not None:
        found.append(Hazard.due_on >= asked.due_from)
    if asked.due_to is not None:
        found.append(Hazard.due_on <= asked.due_to)
    return found


def _age(index: int, today: date) -> list[ColumnElement[bool]]:
    low, high = AGES[index]
    found: list[ColumnElement[bool]] = []
    if low:
        found.append(Hazard.found_at < end_of_day(today - timedelta(days=low)))
    if high is not None:
        found.append(Hazard.found_at >= start_of_day(today - timedelta(days=high)))
    return found
