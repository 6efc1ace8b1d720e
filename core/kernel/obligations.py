"""What a rule of the kind «who does what, how often, by when» makes due, and whether records fulfil it.

Pure: rule + calendar + unit's attributes → occurrences. No database, no tenant; features fetch the records set-based
and hand them in. Occurrences do not depend on the unit beyond ``applies``, so they are made once for all units.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from core.kernel.clock import local_date, start_of_day
from core.kernel.due import END_OF_PERIOD, Anchor, DueRule, Within, due_at, reminder_day
from core.kernel.periods import CUTS, OPEN, Counted, Period, Reading, every_days
from core.kernel.schoolyear import SchoolCalendar, Span

FOREVER = Span(date(1990, 1, 1), date(2199, 12, 31))
LEAD = timedelta(days=92)
"""How long before its due day something may be done that is due before its period begins (next term's plan)."""
_HOLIDAY = 15
"""Days by which a holiday may move a due day, generously."""
_ANCHORED = {Anchor.WEEKDAY: Period.WEEK, Anchor.YEAR_DAY: Period.YEAR}
_WINDOWED = frozenset({Period.PHASE, Period.CAMPAIGN, Period.WINDOW})
_SINGLE = _WINDOWED | {Period.ONCE, Period.EVENT}


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """What a rule may ask about a unit. ``own_counts``: the unit's own numbers (the n of 8+n), by name."""

    types: frozenset[str]
    """Org types, stages and ownership: primary, kindergarten, private …"""
    domains: frozenset[str] = frozenset()
    """Domains (plugins) that are on for it."""
    open_from: date = FOREVER.starts
    open_to: date = FOREVER.ends
    own_counts: Mapping[str, int] = field(default_factory=dict)
    holdings: Mapping[str, Span] = field(default_factory=dict)
    """What it has that a rule may ask for (``Rule.having``), from its first to its last day of it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """``sources``: clause ids. ``window``: name of a span of the calendar (a phase, a campaign, a key period) in which
    the rule is on; with ``starts`` and ``ends`` the narrower of both. ``at_least`` None: counted without a minimum.
    ``plus``: name of the unit's own number that comes on top. ``confirm``: 待确认, shown as such and never as a breach.
    """

    code: str
    activity: str
    """What is counted: drill, meeting, self_check …"""
    title: str
    period: Period
    sources: tuple[str, ...]
    types: frozenset[str] = frozenset()
    """Empty = every unit."""
    domain: str = ""
    every: int = 1
    at_least: int | None = 1
    plus: str = ""
    due: DueRule = END_OF_PERIOD
    on: date | None = None
    """The day itself, for ONCE; None there = no day stated, so nothing is ever overdue."""
    starts: date | None = None
    ends: date | None = None
    window: str = ""
    step: int = 10
    """Days, for EVERY_DAYS."""
    reading: Reading = Reading.FROM_START
    covers_from: date | None = None
    within: Within | None = None
    """For EVENT."""
    after: str = ""
    """For EVENT: after which events, in the pack's word; empty = nobody here tells of them, so nothing falls due by itself."""
    topics: frozenset[str] = frozenset()
    """Only records on one of these count (kinds of drill …); empty = any."""
    confirm: bool = False
    having: str = ""
    """Owed only by units that have this (a bus, a building without fire acceptance); empty = no matter."""

    def __post_init__(self) -> None:
        if not self.sources:
            raise ValueError(f"{self.code}: a rule names its source")
        if self.every < 1 or self.step < 1 or (self.at_least is not None and self.at_least < 1):
            raise ValueError(f"{self.code}: every, step and at_least count from 1")
        if self.period in _WINDOWED and not self.window:
            raise ValueError(f"{self.code}: a rule per phase, campaign or window names it")
        if self.every > 1 and self.period not in (Period.MONTH, Period.TEACHING_MONTH):
            raise ValueError(f"{self.code}: only months are taken several at once")
        if (wanted := _ANCHORED.get(self.due.anchor)) and self.period is not wanted:
            raise ValueError(f"{self.code}: {self.due.anchor} goes with {wanted}")

    def applies(self, unit: UnitFacts) -> bool:
        meant = (not self.types or bool(self.types & unit.types)) and (not self.domain or self.domain in unit.domains)
        return meant and (not self.having or self.having in unit.holdings)

    def wanted(self, unit: UnitFacts) -> int | None:
        """How many this unit owes per period: the base and its own n; None without a minimum."""
        return None if self.at_least is None else self.at_least + unit.own_counts.get(self.plus, 0)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One thing that falls due. ``due_at`` is aware UTC; None where no day is stated."""

    rule: Rule
    key: str
    """Stable: the rule's code and the period's key; evidence and reminders may refer to it."""
    title: str
    """The period in words."""
    span: Span
    """The days whose records count; what is owed once is also fulfilled after them, late."""
    due_on: date | None
    due_at: datetime | None
    remind_on: date | None


@dataclass(frozen=True, slots=True)
class Record:
    """A fact that counts: what was done, on which day. One record may count for several rules."""

    activity: str
    on: date
    topics: frozenset[str] = frozenset()
    count: int = 1
    key: str = ""
    """Of the one occurrence it belongs to, even after its days (a report of a period); empty = its day decides."""


class Standing(StrEnum):
    FULFILLED = "fulfilled"
    LATE = "late"
    """Fulfilled, but only after it was due."""
    UNDER_WAY = "under_way"
    """Begun, or its period is running."""
    OVERDUE = "overdue"
    NOT_YET = "not_yet"
    """Its period has not begun."""
    OPEN = "open"
    """No minimum, or no day stated: counted, never a breach."""
    TO_CONFIRM = "to_confirm"
    """待确认, and would be overdue: the district has not confirmed the rule, so it is no breach."""
    EXEMPT = "exempt"
    """免报: this unit was let off, and had not done it in time."""
    CANCELLED = "cancelled"
    """已取消: nobody is asked for it any more."""


EXCUSED = (Standing.EXEMPT, Standing.CANCELLED)
"""Neither done nor missing. The later one is told where both are so."""


def in_force(rule: Rule, calendar: SchoolCalendar) -> list[Span]:
    """When the rule is on; nothing when its window is not (or no longer) in the calendar, or both do not meet."""
    span = Span(rule.starts or FOREVER.starts, rule.ends or FOREVER.ends)
    windows = calendar.windows.get(rule.window, ()) if rule.window else (FOREVER,)
    return [clipped for window in windows if (clipped := window.clipped(span))]


def occurrences(
    rule: Rule, calendar: SchoolCalendar, asked: Span, *, strict: bool = False, force: Span | None = None
) -> Iterator[Occurrence]:
    """What falls due in ``asked`` (by its due day), in order. ``strict``: 「D日前」 without D itself.

    ``force``: when the rule is on, if the caller knows better than the rule (a plugin's switch dates).
    """
    if rule.period in OPEN:
        return
    for window in in_force(rule, calendar):
        on = window if force is None else window.clipped(force)
        if on is None:
            continue
        for counted in _counted(rule, calendar, on, asked):
            found = _occurrence(rule, calendar, on, counted, strict=strict)
            if found is not None and found.due_on is not None and found.due_on in asked:
                yield found


def after_event(rule: Rule, happened_at: datetime, *, subject: str) -> Occurrence:
    """What an event makes due. ``subject`` names the event in the key. Raises ValueError for a rule without ``within``."""
    if rule.within is None:
        raise ValueError(f"{rule.code} does not follow an event")
    due = rule.within.after(happened_at)
    last = local_date(due - timedelta(microseconds=1))  # the last day that still keeps it
    span = Span(local_date(happened_at), last)
    return Occurrence(rule, f"{rule.code}@{subject}", rule.title, span, last, due, None)


def standing(
    found: Occurrence, records: Iterable[Record], *, unit: UnitFacts, now: datetime, excuse: Standing | None = None
) -> Standing:
    """How one occurrence of one unit stands. Records outside the span or of another kind are ignored; a record after
    the due day still counts where the span reaches so far, and then is late.

    ``excuse``: one of :data:`EXCUSED` where this unit need not do it after all. What was done in time stands all the same;
    what is owed no more can be neither late nor overdue.
    """
    wanted = found.rule.wanted(unit)
    counting = sorted((record for record in records if counts(found, record)), key=lambda record: record.on)
    if wanted is None or found.due_at is None or found.due_on is None:
        return Standing.OPEN
    done, fulfilled_on = 0, None
    for record in counting:
        done += record.count
        if done >= wanted:
            fulfilled_on = record.on
            break
    if fulfilled_on is not None and fulfilled_on <= found.due_on:
        return Standing.FULFILLED
    if excuse is not None:
        return excuse
    if fulfilled_on is not None:
        return Standing.LATE
    if now >= found.due_at:
        return Standing.TO_CONFIRM if found.rule.confirm else Standing.OVERDUE
    begun = now >= start_of_day(found.span.starts)
    return Standing.UNDER_WAY if begun or done else Standing.NOT_YET


def owes(found: Occurrence, unit: UnitFacts) -> bool:
    """Whether the unit owes this one: it is among those meant, and on the day (its last one where none is stated) open and
    with what the rule asks for."""
    rule, day = found.rule, found.due_on or found.span.ends
    there = rule.applies(unit) and unit.open_from <= day <= unit.open_to
    return there and (not rule.having or day in unit.holdings[rule.having])


def reaches(found: Occurrence) -> date | None:
    """The last day whose records count; None where what is owed once is also fulfilled at any time after it, late."""
    return None if found.rule.period in _SINGLE else found.span.ends


def counts(found: Occurrence, record: Record) -> bool:
    """Whether ``record`` counts for ``found``, in time or late."""
    rule = found.rule
    if record.key:
        theirs = record.key == found.key and record.on >= found.span.starts - LEAD
    else:
        theirs = found.span.starts <= record.on and record.on <= (reaches(found) or date.max)
    return theirs and record.activity == rule.activity and (not rule.topics or bool(rule.topics & record.topics))


def strictest(rules: Iterable[Rule], unit: UnitFacts, calendar: SchoolCalendar, year: Span) -> Rule | None:
    """Of several rules on one duty the one that asks for most within ``year``; a stated rule goes before one that is
    待确认, then the one with the earlier first day. None where none asks for a number. The others are shown beside it."""
    best: tuple[tuple[int, bool, int], Rule] | None = None
    for rule in rules:
        wanted = rule.wanted(unit)
        if wanted is None or not rule.applies(unit):
            continue
        found = list(occurrences(rule, calendar, year))
        if not found:
            continue
        first = min(one.due_on for one in found if one.due_on is not None)
        rank = (wanted * len(found), not rule.confirm, -first.toordinal())
        if best is None or rank > best[0]:
            best = (rank, rule)
    return None if best is None else best[1]


def _counted(rule: Rule, calendar: SchoolCalendar, on: Span, asked: Span) -> Iterable[Counted]:
    if rule.period is Period.EVERY_DAYS:
        return every_days(on, step=rule.step, reading=rule.reading, covers_from=rule.covers_from)
    if rule.period is Period.ONCE:
        owed = rule.on is not None and (not rule.window or rule.on in on)
        return (
            (Counted("once", rule.title, Span(min(on.starts, rule.on), rule.on), rule.on),) if owed and rule.on else ()
        )
    if rule.period in _WINDOWED:
        again = len(calendar.windows.get(rule.window, ())) > 1
        return (Counted(f"{rule.window}@{on.starts.year}" if again else rule.window, rule.title, on),)
    # a due day may lie up to a few months after its period, and before it begins (a plan before the term)
    slack = timedelta(days=31 * (rule.due.months_after + 1) + abs(rule.due.days) + 7 * rule.due.weeks + _HOLIDAY)
    reach = Span(asked.starts - slack, asked.ends + slack).clipped(on)
    return () if reach is None else CUTS[rule.period](reach, calendar, rule.every)


def _occurrence(rule: Rule, calendar: SchoolCalendar, on: Span, counted: Counted, *, strict: bool) -> Occurrence | None:
    """None where the rule is not on when it would fall due."""
    whole = counted.span
    if counted.due_on is not None:  # the way of counting names both
        span, due_on = whole, rule.due.day_in(Span(whole.starts, counted.due_on), calendar)
    else:
        clipped = whole.clipped(on)
        if clipped is None:
            return None
        span = clipped
        due_on = rule.due.day_in(span if rule.due.anchor is Anchor.END else whole, calendar)
        if not _owed(rule.due, whole, due_on, on):
            return None
    if due_on < span.starts:
        span = Span(due_on - LEAD, span.ends)
    elif due_on > span.ends:
        span = Span(span.starts, due_on)
    return Occurrence(
        rule, f"{rule.code}@{counted.key}", counted.title, span, due_on, due_at(due_on, strict=strict),
        reminder_day(due_on, calendar),
    )  # fmt: skip


def _owed(due: DueRule, whole: Span, due_on: date, on: Span) -> bool:
    """Whether a period that the rule's time only touches is owed."""
    if due.anchor is Anchor.END and not due.follows:
        return True  # cut down to the time in which the rule is on
    if due.follows:
        return whole.ends in on  # a report on a month: for every month that ends while the rule is on
    if due_on < whole.starts:
        return whole.starts in on  # a plan before the term: for every term that begins while the rule is on
    return due_on in on
