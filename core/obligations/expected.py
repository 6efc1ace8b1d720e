"""What falls due in a span in one tenant, whoever owes it: made once for all units. Pure.

Open duties (不定期, 按需, after an event) have no day of their own: each stands once in the span asked and is never a breach.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select

from core.kernel.clock import start_of_day
from core.kernel.obligations import FOREVER, Occurrence, Standing, in_force, occurrences
from core.kernel.periods import OPEN, Period
from core.kernel.phrases import Phrase
from core.kernel.schoolyear import SchoolCalendar, Span
from core.obligations.duties import Duty
from core.tenancy.packs.model import Pack
from core.tenancy.switches import Switch

PERIODS = {
    Period.ON_DEMAND: "按需",
    Period.IRREGULAR: "不定期",
    Period.EVENT: "发生时",
    Period.ONCE: "日期未写明",
}


@dataclass(frozen=True, slots=True)
class Served:
    """When a domain is on, and for which stages of school; ``stages`` None: all."""

    span: Span
    stages: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Expected:
    """One thing due, for all who owe it."""

    duty: Duty
    found: Occurrence
    stages: frozenset[str] | None
    """Stages of school whose domain is on; None: no matter."""
    countable: bool = True
    """Whether anything kept in this installation counts for it; what cannot be counted is never a breach."""
    only: UUID | None = None
    """After an event: the one unit that owes it; None: every unit that the duty means."""
    holders: Select[Any] | None = None
    """Where only those owe it that have something: unit_id, starts, ends of what they have (core.hooks.holdings)."""
    answered_at: datetime | None = None
    """After an event: when what is owed was done, as the feature that tells of the event knows."""

    @property
    def timed(self) -> bool:
        """Due by the minute, after an event."""
        within = self.found.rule.within
        return within is not None and within.minutes is not None and self.found.due_at is not None

    def otherwise(self, now: datetime) -> Standing:
        """How it stands for whom nothing is recorded: the last lines of core.kernel.obligations.standing."""
        if self.found.due_at is None or self.found.rule.at_least is None or not self.countable:
            return Standing.OPEN
        if now >= self.found.due_at:
            return Standing.TO_CONFIRM if self.found.rule.confirm else Standing.OVERDUE
        return Standing.UNDER_WAY if now >= start_of_day(self.found.span.starts) else Standing.NOT_YET


def served(pack: Pack, switched: Mapping[str, Switch]) -> dict[str, Served]:
    """Domain → when it is on: as switched; a declared domain, which no plugin serves, as the pack says."""
    found = {
        slug: Served(Span(switch.on_from, max(switch.on_until or FOREVER.ends, switch.on_from)), switch.stages)
        for slug, switch in switched.items()
    }
    for domain in pack.domains:
        if domain.code in found:
            continue
        if domain.extends in found:
            found[domain.code] = found[domain.extends]
        elif domain.on and not domain.plugin:
            span = Span(domain.starts or FOREVER.starts, domain.ends or FOREVER.ends)
            found[domain.code] = Served(span, frozenset(domain.stages) or None)
    return found


def expected(
    duties: Sequence[Duty], calendar: SchoolCalendar, asked: Span, *, domains: Mapping[str, Served], strict: bool
) -> tuple[Expected, ...]:
    """In the order of due days, the undated ones last."""
    found = [
        Expected(duty, one, on.stages if on else None)
        for duty in duties
        for on in _on(duty, domains)
        for one in _found(duty, calendar, asked, on.span if on else None, strict=strict)
    ]
    return tuple(sorted(found, key=lambda one: (one.found.due_on or FOREVER.ends, one.duty.code)))


def _on(duty: Duty, domains: Mapping[str, Served]) -> tuple[Served | None, ...]:
    """Nothing where its domain is off; (None,) where it belongs to none."""
    if not duty.rule.domain:
        return (None,)
    return (domains[duty.rule.domain],) if duty.rule.domain in domains else ()


def _found(
    duty: Duty, calendar: SchoolCalendar, asked: Span, force: Span | None, *, strict: bool
) -> Iterator[Occurrence]:
    rule = duty.rule
    if rule.period in OPEN or (rule.period is Period.ONCE and rule.on is None):
        for window in in_force(rule, calendar):
            on = window.clipped(force or FOREVER)
            here = on.clipped(asked) if on else None
            if here is not None:
                title = Phrase(PERIODS[rule.period])
                yield Occurrence(rule, f"{rule.code}@open", title, here, None, None, None)
                return
        return
    yield from occurrences(rule, calendar, asked, strict=strict, force=force)
