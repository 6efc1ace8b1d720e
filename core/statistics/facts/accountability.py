"""Facts of accountability for tables: matters decided in the span, by measure and ground. What was called off counts nowhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select

from core.accountability.models import Matter
from core.accountability.words import CANCELLED
from core.db.aliases import shared_alias
from core.db.sessions import TenantSession
from core.kernel.schoolyear import Span
from core.orgs.models import OrgClosure, OrgUnit
from core.orgs.models.units import SCHOOL_KINDS
from core.statistics.facts.catalogue import Asked, By, Counted, Fact, FactSource
from core.tenancy.packs.model import Only

NARROWED = frozenset({"measures", "grounds"})
Above, Answering = shared_alias(OrgClosure), shared_alias(OrgUnit)


def _decided(span: Span) -> ColumnElement[bool]:
    return Matter.decided_on.between(span.starts, span.ends)


def _chosen(asked: Asked) -> ColumnElement[bool]:
    return and_(_decided(asked.span), *narrowed(asked.only))


def narrowed(only: Only) -> list[ColumnElement[bool]]:
    asked: tuple[tuple[Any, tuple[str, ...]], ...] = ((Matter.measure, only.measures), (Matter.ground, only.grounds))
    return [column.in_(words) for column, words in asked if words]


_MEASURES: Mapping[str, tuple[str, str, Callable[[Asked], ColumnElement[Any]]]] = {
    "accountability.matters": ("作出的约谈通报问责等措施", "件", lambda asked: func.count().filter(_chosen(asked))),
    "accountability.units": (
        "被约谈通报问责的单位", "家", lambda asked: func.least(func.count().filter(_chosen(asked)), 1)
    ),
    "accountability.persons": (
        "约谈通报问责涉及的人次", "人次", lambda asked: func.coalesce(func.sum(Matter.persons).filter(_chosen(asked)), 0)
    ),
}  # fmt: skip


def count(session: TenantSession, asked: Sequence[Asked], by: By, units: frozenset[UUID] | None) -> Counted:
    """One query, grouped by the school that answers for the unit, so that a school told off five times is one unit."""
    nearest = (
        select(Answering.id)
        .join(Above, Above.ancestor_id == Answering.id)
        .where(
            Above.tenant_id == Matter.tenant_id, Above.descendant_id == Matter.unit_id, Above.admin_depth.is_not(None),
            Answering.tenant_id == Matter.tenant_id, Answering.kind.in_(SCHOOL_KINDS),
        )
        .order_by(Above.admin_depth)
        .limit(1)
        .correlate(Matter)
        .scalar_subquery()
    )  # fmt: skip
    answers = func.coalesce(nearest, Matter.unit_id)
    first, last = min(one.span.starts for one in asked), max(one.span.ends for one in asked)
    statement = (
        select(answers, *(_MEASURES[one.fact][2](one).label(f"m{place}") for place, one in enumerate(asked)))
        .where(Matter.state != CANCELLED, _decided(Span(first, last)))
        .group_by(answers)
    )
    if units is not None:
        statement = statement.where(answers.in_(units))
    return {row[0]: [int(value) for value in row[1:]] for row in session.execute(statement)}


FACTS = tuple(Fact(name, title, unit, narrowed_by=NARROWED) for name, (title, unit, _) in _MEASURES.items())
SOURCE = FactSource(FACTS, count)
