"""Facts of records and incidents: what was held in the span, in times and in heads; incidents by the day they happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select

from core.db.sessions import TenantSession
from core.kernel.clock import end_of_day, start_of_day
from core.kernel.schoolyear import Span
from core.records.models import Incident, Record
from core.statistics.facts.catalogue import Asked, By, Counted, Fact, FactSource

HELD: Mapping[str, tuple[str, str, str]] = {
    "meetings": ("meeting", "召开的会议", "参加会议的人次"),
    "trainings": ("training", "组织的培训", "参加培训的人次"),
    "drills": ("drill", "组织的演练", "参加演练的人次"),
    "lessons": ("safety_lesson", "上过的安全课", "听安全课的人次"),
}
"""Fact → (kind of record, title in times, title in heads)."""


def _measure(asked: Asked) -> ColumnElement[int]:
    name, _, what = asked.fact.removeprefix("records.").partition("_")
    kind = HELD[name][0]
    chosen = and_(_held(asked.span), Record.kind == kind)
    value = Record.people if what == "people" else Record.times
    return func.coalesce(func.sum(value).filter(chosen), 0)


def _held(span: Span) -> ColumnElement[bool]:
    return and_(Record.held_on >= span.starts, Record.held_on <= span.ends)


def count(session: TenantSession, asked: Sequence[Asked], by: By, units: frozenset[UUID] | None) -> Counted:
    """One query. What is only planned or was struck out does not count."""
    answers = func.coalesce(Record.school_id, Record.unit_id)
    first, last = min(one.span.starts for one in asked), max(one.span.ends for one in asked)
    statement = (
        select(answers, *(_measure(one).label(f"m{place}") for place, one in enumerate(asked)))
        .where(Record.state == "held", _held(Span(first, last)))
        .group_by(answers)
    )
    if units is not None:
        statement = statement.where(answers.in_(units))
    return {row[0]: [int(value) for value in row[1:]] for row in session.execute(statement)}


def count_incidents(session: TenantSession, asked: Sequence[Asked], by: By, units: frozenset[UUID] | None) -> Counted:
    """One query."""
    answers = func.coalesce(Incident.school_id, Incident.unit_id)
    statement = select(
        answers,
        *(
            func.count()
            .filter(
                Incident.occurred_at >= start_of_day(one.span.starts), Incident.occurred_at < end_of_day(one.span.ends)
            )
            .label(f"m{place}")
            for place, one in enumerate(asked)
        ),
    ).group_by(answers)
    if units is not None:
        statement = statement.where(answers.in_(units))
    return {row[0]: [int(value) for value in row[1:]] for row in session.execute(statement)}


FACTS = tuple(
    fact
    for name, (_kind, times, heads) in HELD.items()
    for fact in (Fact(f"records.{name}", times, "次"), Fact(f"records.{name}_people", heads, "人次"))
)
SOURCE = FactSource(FACTS, count)
INCIDENTS = FactSource((Fact("incidents.reported", "发生并报告的突发事件", "起"),), count_incidents)
