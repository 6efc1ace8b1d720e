"""What somebody owes: how often something is done, what is handed in, and by when.

``who`` of both names org types, departments, bodies or posts of the pack by code, or one of :data:`GROUPS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from core.kernel.due import LAST, Anchor, Shift
from core.kernel.periods import Period, Reading
from core.tenancy.packs.model.base import Coded
from core.tenancy.packs.model.orgs import OrgKind
from core.tenancy.packs.model.register import Having, RegisterCondition

GROUPS: Mapping[str, frozenset[OrgKind]] = {
    "schools": frozenset({OrgKind.SCHOOL, OrgKind.KINDERGARTEN}),
    "clusters": frozenset({OrgKind.CLUSTER}),
    "departments": frozenset({OrgKind.DEPARTMENT}),
    "agencies": frozenset({OrgKind.AGENCY}),
    "third_parties": frozenset({OrgKind.THIRD_PARTY}),
    "providers": frozenset({OrgKind.PROVIDER}),
    "training_institutions": frozenset({OrgKind.TRAINING}),
}
"""Words for all org types of a kind."""


class After(StrEnum):
    """Events of which a feature tells, so that what is due after them falls due by itself."""

    INCIDENT = "incident"
    """A 突发事件, from when the unit knew of it; its 首报 answers for it."""
    MAJOR_HAZARD = "major_hazard"
    """A 重大隐患 was found."""
    MATTER = "matter"
    """A measure of accountability was decided about the unit: 约谈, 通报, 挂牌督办 …"""
    ENTRY = "entry"
    """Something was entered in a register, e.g. a warning (预警) that the bureau issued (``entry``); all of ``who`` owe it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryEvent:
    """Of ``after: entry``: which entries of which register. It is due within days, for a register knows no hours."""

    register: str
    """Code of a register of the pack that everybody may read."""
    on: str
    """Its date from which time runs."""
    where: tuple[RegisterCondition, ...] = ()
    """Only entries for which all of these hold: levels, kinds of warnings."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """The day by which it is due: ``on`` a date, ``within`` so long after an event, else a day of or after its period.

    Nothing written = the period's last day."""

    on: date | None = None
    """The day itself."""
    within_minutes: int | None = None
    """So long after the event; 0 = at once."""
    within_days: int | None = None
    """「N日内」: the day it happened + N."""
    working: bool = False
    """Working days (工作日) instead of natural days."""
    at: Anchor = Anchor.END
    """From which day of the period it is counted."""
    day: int = LAST
    """Day of the month, or of the week (1 = Monday); 31 = the last."""
    month: int = 12
    """Month of the year, with ``at: year_day``."""
    months_after: int = 0
    """So many months after the period's last one."""
    days: int = 0
    """So many days after the anchor; negative = before."""
    weeks: int = 1
    """In this week, counted from the anchor's; 1 = the same."""
    shift: Shift = Shift.NONE
    """Where nobody works on that day."""
    inclusive: bool = True
    """False = 「D日前」 without D itself."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Owed(Coded):
    """What an obligation and a report have in common."""

    who: tuple[str, ...]
    """Org types, departments, bodies, posts, or a group: schools, clusters, agencies …"""
    period: Period
    """Over what it is counted."""
    every: int = 1
    """Several months at once: 2 = every two months."""
    due: Due = field(default_factory=Due)
    """By when."""
    starts: date | None = None
    """From this day."""
    ends: date | None = None
    """To this day."""
    window: str = ""
    """On only in this campaign, phase or key period (its code)."""
    after: After | None = None
    """With ``period: event``: after which events; nothing written = opened by hand."""
    step: int = 10
    """With ``period: every_days``: so many days."""
    reading: Reading = Reading.FROM_START
    """With ``period: every_days``: how 从…起 is read."""
    covers_from: date | None = None
    """With ``period: every_days``: what the first one looks back to."""
    domain: str = ""
    """Domain slug; empty = general. Off while the domain is off."""
    params: Mapping[str, Any] = field(default_factory=dict)
    """Further values."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Obligation(Owed):
    """Who does what, at least how often; counted from evidence, never ticked."""

    activity: str
    """What is counted: drill, meeting, training, hazard_check …"""
    topics: tuple[str, ...] = ()
    """Only records on one of these count (kinds of drill …)."""
    at_least: int | None = 1
    """How often per period; null = a count without a minimum."""
    plus: str = ""
    """Name of the unit's own number that comes on top (the n of 8+n)."""
    entry: EntryEvent | None = None
    """With ``after: entry``: which entries."""
    having: Having | None = None
    """Of ``who``, only those that have something; null = all."""
    duty: str = ""
    """Rules with the same word are one duty: shown side by side with the strictest; empty = the activity."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Report(Owed):
    """Who hands in what to whom, and when."""

    to: tuple[str, ...] = ()
    """Who receives it, by code or as printed; empty = not stated."""
    zero: bool = False
    """A report of nothing (零报告) is a signed act of its own."""
    form: str = ""
    """What it consists of: code of a table or form."""
