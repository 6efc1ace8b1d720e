"""Indicators (指标) and assessment schemes (考核方案): which facts a figure is read from, what it should be, what it costs. Knows no database.

The sources are a closed list, and none of them is a log-in or a number of records kept: what a unit did in time counts, not how much
it typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.tenancy.packs.model.base import Coded


class Measured(StrEnum):
    """The facts that an indicator is read from. A share is a part of a whole; the others are counts."""

    DUTIES = "duties"
    """Share: what the obligations ``of`` asked within the span and was done in time."""
    REPORTS = "reports"
    """Share: filings of the reports ``of`` due within the span that were handed in in time."""
    HAZARDS_CLOSED = "hazards_closed"
    """Share: hazards found within the span that are closed at its end."""
    HAZARDS_ON_TIME = "hazards_on_time"
    """Share: hazards whose day lies within the span that were rectified by then."""
    HAZARDS_OPEN = "hazards_open"
    """Count: hazards not closed at the end of the span, whenever they were found."""
    HAZARDS_REPEATED = "hazards_repeated"
    """Count: hazards found within the span that had been closed before."""
    VISITED = "visited"
    """Share: units inspected within the span (``of``: kinds of inspections; empty = any)."""
    HELD = "held"
    """Share: units that held something of the activities ``of`` within the span, once is enough."""
    INCIDENTS = "incidents"
    """Count: incidents within the span (``of``: their categories)."""
    DEATHS = "deaths"
    """Count: the dead of these incidents, by the latest report of each."""
    INJURED = "injured"
    """Count: the injured of these incidents, by the latest report of each."""
    LETTERS = "letters"
    """Share: posts that should have signed a responsibility letter and have."""
    MATTERS = "matters"
    """Count: matters of accountability decided within the span (``of``: measures); what was called off counts not."""
    TYPED = "typed"
    """Typed by an assessor with what it rests on, where the platform knows no such fact."""


SHARES = frozenset({
    Measured.DUTIES, Measured.REPORTS, Measured.HAZARDS_CLOSED, Measured.HAZARDS_ON_TIME, Measured.VISITED, Measured.HELD, Measured.LETTERS,
})  # fmt: skip
"""Sources that give a part of a whole."""
NARROWED: Mapping[str, frozenset[Measured]] = {
    "grades": frozenset({
        Measured.HAZARDS_CLOSED, Measured.HAZARDS_ON_TIME, Measured.HAZARDS_OPEN, Measured.HAZARDS_REPEATED, Measured.INCIDENTS,
        Measured.DEATHS, Measured.INJURED,
    }),
    "domains": frozenset({Measured.HAZARDS_CLOSED, Measured.HAZARDS_ON_TIME, Measured.HAZARDS_OPEN, Measured.HAZARDS_REPEATED}),
}  # fmt: skip
"""Field of an indicator → the sources that know it."""


class Goal(StrEnum):
    """What the figure should be."""

    NONE = "none"
    """The text names no target: shown, never judged."""
    AT_LEAST = "at_least"
    """A share of at least ``target`` per cent."""
    AT_MOST = "at_most"
    """A count of at most ``target``."""
    FALLING = "falling"
    """A count lower than before, by ``target`` per cent where one is named."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Indicator(Coded):
    """A figure of every unit, or of the district as a whole, with the facts that it is read from."""

    source: Measured
    """The facts."""
    of: tuple[str, ...] = ()
    """Which of them, by code: obligations, reports, activities, kinds of inspections, categories of incidents, measures."""
    grades: tuple[str, ...] = ()
    """Of hazards (general, major) or incidents (general, larger, major, extreme); empty = all."""
    domains: tuple[str, ...] = ()
    """Of hazards; empty = all."""
    share: bool = False
    """Typed as a part of a whole; only with ``source: typed``, the others know it themselves."""
    unit: str = ""
    """Of a count, as printed: 起, 人, 件."""
    goal: Goal = Goal.NONE
    """What it should be."""
    target: float | None = None
    """Per cent of a share, number of a count, per cent of the fall."""
    baseline: int | None = None
    """Year that it is compared with; empty = the year before."""
    who: tuple[str, ...] = ("schools",)
    """Org types or groups whose figure it is."""
    district: bool = False
    """One figure for the district as a whole, no unit by itself."""

    @property
    def is_share(self) -> bool:
        return self.share or self.source in SHARES


@dataclass(frozen=True, kw_only=True, slots=True)
class AssessmentItem(Coded):
    """What an indicator costs a unit that does not reach its target, or gives one that earns a bonus."""

    indicator: str
    """Its code."""
    points: float
    """At most so many points are taken, or given."""
    each: float = 0
    """For every per cent short of a share's target, for every one over a count's; 0 = all the points at once."""
    bonus: bool = False
    """Gives points: all of them for a share that reaches its target, ``each`` for every one of a count. Only where the text says so."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Veto(Coded):
    """一票否决: the unit gets the veto's word, whatever its points, when the count is over ``over``."""

    indicator: str
    """Its code; a count."""
    over: int = 0
    """Still allowed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ResultGrade(Coded):
    """The district's word for a result (优秀, 合格), from ``least`` points on."""

    least: float
    """Points at least."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Scheme(Coded):
    """How units are assessed: full points, what takes or gives some, what vetoes, how results are called, how long they may appeal."""

    who: tuple[str, ...] = ("schools",)
    """Org types or groups that are assessed."""
    full: float = 100
    """Points before anything is taken."""
    items: tuple[AssessmentItem, ...]
    """At least one."""
    vetoes: tuple[Veto, ...] = ()
    """一票否决."""
    veto_label: str = "一票否决"
    """What the result is called then."""
    grades: tuple[ResultGrade, ...] = ()
    """The best first; empty = points only."""
    appeal_days: int = 7
    """Natural days after the announcement (公示) during which units may appeal; publication only after them."""
    ranked: bool = False
    """The notice orders a ranking; else results stand in name order, grouped by grade."""
