"""Facts of the register of units: who was there in the span."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, case, cast, func, select

from core.db.sessions import TenantSession
from core.kernel.schoolyear import Span
from core.orgs.models import OrgUnit
from core.orgs.queries import open_between
from core.statistics.facts.catalogue import Asked, By, Counted, Fact, FactSource


def _there(span: Span) -> ColumnElement[bool]:
    return open_between(span.starts, span.ends)


def _number(span: Span, column: Any) -> ColumnElement[int]:
    return case((_there(span), func.coalesce(column, 0)), else_=0)


_MEASURES: dict[str, tuple[str, str, Callable[[Span], ColumnElement[int]]]] = {
    "units.listed": ("名册上的单位", "家", lambda span: cast(_there(span), Integer)),
    "units.students": ("学生数", "人", lambda span: _number(span, OrgUnit.student_count)),
    "units.staff": ("教职工数", "人", lambda span: _number(span, OrgUnit.staff_count)),
}


def count(session: TenantSession, asked: Sequence[Asked], by: By, units: frozenset[UUID] | None) -> Counted:
    """One query."""
    statement = select(OrgUnit.id, *(_MEASURES[one.fact][2](one.span) for one in asked))
    if units is not None:
        statement = statement.where(OrgUnit.id.in_(units))
    return {row[0]: [int(value) for value in row[1:]] for row in session.execute(statement)}


FACTS = tuple(Fact(name, title, unit) for name, (title, unit, _) in _MEASURES.items())
SOURCE = FactSource(FACTS, count)
