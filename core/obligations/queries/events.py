"""Duties after an event: what the features tell of events, made into occurrences of their own, each with its due time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.hooks.occasions import EVENT_COLUMNS, Occasion
from core.kernel.clock import LOCAL, local_date
from core.kernel.obligations import FOREVER, after_event, in_force
from core.kernel.periods import Period
from core.kernel.phrases import Phrase
from core.kernel.schoolyear import SchoolCalendar, Span
from core.obligations.duties import Duty, unit_words
from core.obligations.expected import Expected, Served
from core.orgs.models import OrgUnit
from core.tenancy.packs.model import EntryEvent

_DAY = timedelta(days=1)
_WORKING = 3
"""Natural days to one working day, generously: a long holiday lies in between."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One event. ``words``: by which the unit that answers for it can be meant."""

    occasion: Occasion
    id: UUID
    unit_id: UUID
    words: frozenset[str]
    at: datetime
    no: str
    answered_at: datetime | None

    @property
    def title(self) -> Phrase:
        at = self.at.astimezone(LOCAL)
        said = f"{at:%Y-%m-%d}" if self.occasion.asks else f"{at:%Y-%m-%d %H:%M}"  # a register knows no hours
        return Phrase("%(event)s，%(at)s起算", event=Phrase(self.occasion.named, no=self.no), at=said)


def after_events(
    session: TenantSession,
    occasions: Sequence[Occasion],
    duties: Sequence[Duty],
    *,
    above: frozenset[str],
    calendar: SchoolCalendar,
    domains: Mapping[str, Served],
    asked: Span,
    reader: Actor | None,
) -> list[Expected]:
    """What events make due in ``asked``. One query for each kind of event that a duty follows (for each register and its
    conditions); none where no duty does.

    ``above``: words of bureau and departments, which owe it after events of others too; everybody else after their own.
    ``reader``: events that not everybody may know of are left out where this one may not; None: nobody in particular.
    """
    following = [duty for duty in duties if duty.rule.period is Period.EVENT and duty.rule.within and duty.rule.after]
    found: list[Expected] = []
    for occasion in occasions:
        mine = [duty for duty in following if duty.rule.after == occasion.code]
        told: dict[Any, list[Happened]] = {}
        span = Span(asked.starts - max(map(_reach, mine), default=_DAY), asked.ends)
        for duty in mine:
            if duty.entry not in told:
                told[duty.entry] = _happened(session, occasion, duty.entry, span, reader)
            found += _owed(duty, told[duty.entry], above, calendar, domains, asked)
    return found


def _happened(
    session: TenantSession, occasion: Occasion, entry: EntryEvent | None, span: Span, reader: Actor | None
) -> list[Happened]:
    asked = occasion.happened(session, span, entry) if occasion.asks else occasion.happened(session, span)
    if asked is None:
        return []
    told = asked.subquery("told")
    statement = select(*(told.c[name] for name in EVENT_COLUMNS), OrgUnit.org_type, OrgUnit.kind, OrgUnit.code).join(
        OrgUnit, OrgUnit.id == told.c.unit_id
    )
    if occasion.permission:
        if reader is None or not reader.may(occasion.permission):
            return []
        statement = statement.where(reader.coverage(occasion.permission).filter(told.c.unit_id))
    rows: Any = session.execute(statement.where(OrgUnit.tenant_id == session.tenant_id).order_by(told.c.at, told.c.id))
    return [
        Happened(occasion, row.id, row.unit_id, unit_words(org_type=row.org_type, kind=row.kind, code=row.code), row.at, row.no, row.answered_at)
        for row in rows
    ]  # fmt: skip


def _owed(
    duty: Duty, events: Sequence[Happened], above: frozenset[str], calendar: SchoolCalendar, domains: Mapping[str, Served], asked: Span
) -> Iterator[Expected]:  # fmt: skip
    on = domains.get(duty.rule.domain) if duty.rule.domain else Served(FOREVER, None)
    if on is None:
        return
    windows = in_force(duty.rule, calendar)
    for event in events:
        day = local_date(event.at)
        if day not in on.span or not any(day in window for window in windows):
            continue
        everybody = event.occasion.everybody
        own = not everybody and not duty.rule.types.isdisjoint(event.words)
        if not own and not everybody and not duty.rule.types <= above:
            continue  # it means units of another kind
        found = replace(after_event(duty.rule, event.at, subject=str(event.id)), title=event.title)
        if found.due_on is not None and found.due_on in asked:
            yield Expected(duty, found, on.stages, only=event.unit_id if own else None, answered_at=event.answered_at)


def _reach(duty: Duty) -> timedelta:
    """How long after an event it may fall due."""
    within = duty.rule.within
    if within is None:
        return timedelta()
    if within.minutes is not None:
        return timedelta(minutes=within.minutes) + _DAY
    return (within.days or 0) * _DAY * (_WORKING if within.working else 1) + 14 * _DAY
