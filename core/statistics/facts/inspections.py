"""Facts of inspections: visits that were finished in the span, and what was served in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select

from core.db.sessions import TenantSession
from core.inspections.models import Inspector, RectificationOrder, Visit
from core.kernel.clock import end_of_day, start_of_day
from core.kernel.schoolyear import Span
from core.statistics.facts.catalogue import Asked, By, Counted, Fact, FactSource
from core.tenancy.packs.model import Only

NARROWED = frozenset({"kinds"})


def _finished(span: Span) -> ColumnElement[bool]:
    return and_(Visit.finished_at >= start_of_day(span.starts), Visit.finished_at < end_of_day(span.ends))


def _chosen(asked: Asked) -> ColumnElement[bool]:
    return and_(_finished(asked.span), *narrowed(asked.only))


def narrowed(only: Only) -> list[ColumnElement[bool]]:
    return [Visit.kind.in_(only.kinds)] if only.kinds else []


TEAM: Any = (
    select(func.count())
    .select_from(Inspector)
    .where(Inspector.tenant_id == Visit.tenant_id, Inspector.visit_id == Visit.id)
    .correlate(Visit)
    .scalar_subquery()
)
"""Inspectors of a visit; whoever began it alone counts as one."""

_MEASURES: dict[str, tuple[str, str, Callable[[Asked], ColumnElement[Any]]]] = {
    "inspections.visits": ("完成的检查次数", "次", lambda asked: func.count().filter(_chosen(asked))),
    "inspections.people": (
        "检查人次", "人次", lambda asked: func.coalesce(func.sum(func.greatest(TEAM, 1)).filter(_chosen(asked)), 0)
    ),
    "inspections.units": (
        "检查过的单位", "家", lambda asked: func.least(func.count().filter(_chosen(asked)), 1)
    ),
    "inspections.failed": (
        "检查发现的不合格项", "项", lambda asked: func.coalesce(func.sum(Visit.failed).filter(_chosen(asked)), 0)
    ),
}  # fmt: skip


def count(session: TenantSession, asked: Sequence[Asked], by: By, units: frozenset[UUID] | None) -> Counted:
    """One query, grouped by the school that answers, so that a school visited five times is one unit."""
    answers = func.coalesce(Visit.school_id, Visit.unit_id)
    first, last = min(one.span.starts for one in asked), max(one.span.ends for one in asked)
    statement = (
        select(answers, *(_MEASURES[one.fact][2](one).label(f"m{place}") for place, one in enumerate(asked)))
        .where(Visit.state == "finished", _finished(Span(first, last)))
        .group_by(answers)
    )
    if units is not None:
        statement = statement.where(answers.in_(units))
    return {row[0]: [int(value) for value in row[1:]] for row in session.execute(statement)}


FACTS = tuple(Fact(name, title, unit, narrowed_by=NARROWED) for name, (title, unit, _) in _MEASURES.items())
SOURCE = FactSource(FACTS, count)


def _served(span: Span) -> ColumnElement[bool]:
    return RectificationOrder.issued_on.between(span.starts, span.ends)


def orders(session: TenantSession, asked: Sequence[Asked], by: By, units: frozenset[UUID] | None) -> Counted:
    """One query: 整改通知书 by the day they were issued, whenever the visit was."""
    answers = func.coalesce(Visit.school_id, Visit.unit_id)
    statement = (
        select(answers, *(func.count().filter(_served(one.span), *narrowed(one.only)) for one in asked))
        .join(
            RectificationOrder,
            and_(RectificationOrder.tenant_id == Visit.tenant_id, RectificationOrder.visit_id == Visit.id),
        )
        .where(_served(Span(min(one.span.starts for one in asked), max(one.span.ends for one in asked))))
        .group_by(answers)
    )
    if units is not None:
        statement = statement.where(answers.in_(units))
    return {row[0]: [int(value) for value in row[1:]] for row in session.execute(statement)}


ORDERS = FactSource((Fact("inspections.orders", "下达的整改通知书", "份", narrowed_by=NARROWED),), orders)
