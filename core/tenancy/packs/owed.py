"""Turns a pack's obligations, reports and calendar into the rules of the pure calculus. Knows no database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from core.kernel.due import DueRule, Within
from core.kernel.obligations import Rule
from core.kernel.periods import Period
from core.kernel.schoolyear import TEACHING_MONTHS, SchoolCalendar, Span, Term
from core.tenancy.packs.model import GROUPS, Due, KeyPeriod, Obligation, Owed, Pack, Report

REPORT = "report:"
"""A report is counted as the activity ``report:<code>``."""


def school_calendar(pack: Pack, *, asked: Span) -> SchoolCalendar:
    """Terms, teaching months and every named window by code: campaigns, phases (their default window) and key periods;
    one that comes again every year has all its windows that meet ``asked``."""
    windows: dict[str, tuple[Span, ...]] = {}
    for campaign in pack.campaigns:
        windows[campaign.code] = (Span(campaign.starts, campaign.ends),)
        windows |= {phase.code: (Span(phase.window.starts, phase.window.ends),) for phase in campaign.phases}
    windows |= {period.code: tuple(_spans(period, asked)) for period in pack.calendar.key_periods}
    return SchoolCalendar(
        terms=tuple(Term(term.code, term.label, Span(term.starts, term.ends)) for term in pack.calendar.terms),
        teaching_months=frozenset(pack.calendar.teaching_months) or TEACHING_MONTHS,
        windows=windows,
    )


def _spans(period: KeyPeriod, asked: Span) -> Iterator[Span]:
    """One that runs over New Year ends in the next year."""
    if period.starts and period.ends:
        yield Span(period.starts, period.ends)
    for year in range(asked.starts.year - 1, asked.ends.year + 1) if period.yearly_from else ():
        starts = date.fromisoformat(f"{year}-{period.yearly_from}")
        ends = date.fromisoformat(f"{year}-{period.yearly_to or period.yearly_from}")
        span = Span(starts, ends if ends >= starts else ends.replace(year=year + 1))
        if span.meets(asked):
            yield span


def rules(pack: Pack) -> tuple[Rule, ...]:
    """Every obligation and report of the pack as a rule. Raises ValueError naming the code of one that makes no sense."""
    return tuple(rule(pack, owed) for owed in (*pack.obligations, *pack.reports))


def rule(pack: Pack, owed: Owed) -> Rule:
    """Raises ValueError for one that makes no sense; ``xiaoan pack check`` shows it with its line."""
    due = owed.due
    return Rule(
        code=owed.code,
        activity=owed.activity if isinstance(owed, Obligation) else f"{REPORT}{owed.code}",
        title=owed.label,
        period=owed.period,
        sources=owed.clauses,
        types=frozenset(who_types(pack, owed.who)),
        domain=owed.domain,
        every=owed.every,
        at_least=owed.at_least if isinstance(owed, Obligation) else 1,
        plus=owed.plus if isinstance(owed, Obligation) else "",
        due=_due_rule(due),
        on=due.on,
        starts=owed.starts,
        ends=owed.ends,
        window=owed.window,
        step=owed.step,
        reading=owed.reading,
        covers_from=owed.covers_from,
        within=_within(due) if owed.period is Period.EVENT else None,
        after=owed.after or "",
        topics=frozenset(owed.topics) if isinstance(owed, Obligation) else frozenset(),
        confirm=owed.confirm,
        having=owed.having.key if isinstance(owed, Obligation) and owed.having else "",
    )


def who_types(pack: Pack, who: tuple[str, ...]) -> Iterator[str]:
    """Org types by code; a group is all types of its kinds; departments, bodies and posts stand for themselves, with
    their kind before them (``post:director``), because nothing else has their code."""
    org_types = {org_type.code for org_type in pack.org_types}
    known = {
        "department": {one.code for one in pack.departments},
        "body": {one.code for one in pack.bodies},
        "post": {one.code for one in pack.posts},
    }
    for word in who:
        if word in org_types:
            yield word
        elif word in GROUPS:
            yield from (org_type.code for org_type in pack.org_types if org_type.kind in GROUPS[word])
        else:
            kind, _, code = word.partition(":")
            if code not in known.get(kind, ()):
                raise ValueError(f"nobody is called {word}")
            yield word


def is_report(rule: Rule) -> bool:
    return rule.activity.startswith(REPORT)


def reports_of(pack: Pack) -> dict[str, Report]:
    return {report.code: report for report in pack.reports}


def _due_rule(due: Due) -> DueRule:
    return DueRule(
        anchor=due.at, day=due.day, month=due.month, months_after=due.months_after, days=due.days, weeks=due.weeks,
        shift=due.shift, inclusive=due.inclusive,
    )  # fmt: skip


def _within(due: Due) -> Within | None:
    if due.within_minutes is None and due.within_days is None:
        return None
    return Within(minutes=due.within_minutes, days=due.within_days, working=due.working)
