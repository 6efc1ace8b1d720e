"""Facts of the hazard ledger. False alarms count nowhere.

Found, rectified, closed, open, late: of those found in the span, as they stood at its end, so that what is open is what
was found less what was closed. Work done in the span on whatever was found before is told by ``…_in_period``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from core.db.sessions import TenantSession
from core.hazards.models import Hazard
from core.hazards.queries.filters import done_day
from core.kernel.clock import end_of_day, start_of_day
from core.kernel.schoolyear import Span
from core.statistics.facts.catalogue import Asked, By, Counted, Fact, FactSource
from core.tenancy.packs.model import Only

NARROWED = frozenset({"grades", "domains", "origins"})
DONE = ("reported", "verified", "closed")
PLAN = ("responsibility", "measures", "funds", "deadline", "contingency_plan")
"""五落实: codes of the parts of the plan, the same in every pack that has them."""
Condition = ColumnElement[bool]


def _found(span: Span) -> Condition:
    return and_(Hazard.found_at >= start_of_day(span.starts), Hazard.found_at < end_of_day(span.ends))


def _rectified(day: date) -> Condition:
    """By the end of ``day``, and not sent back since."""
    return and_(Hazard.rectified_at < end_of_day(day), Hazard.canonical.in_(DONE))


def _closed(day: date) -> Condition:
    return and_(Hazard.closed_at < end_of_day(day), Hazard.canonical == "closed")


def _not(condition: Condition) -> Condition:
    """Of a comparison with what may be null: null is no."""
    return func.coalesce(condition, False).is_(False)


def _planned() -> Condition:
    """Every part stands in the plan with a value, or with a reason why it is not needed."""
    parts = []
    for code in PLAN:
        part = Hazard.plan[code]
        said = part["value"].astext.is_not(None)
        parts.append(
            or_(said, func.coalesce(part["label"].astext, "") != "", func.coalesce(part["waived"].astext, "") != "")
        )
    return and_(*parts)


_CONDITIONS: dict[str, tuple[str, Callable[[Span], Condition]]] = {
    "hazards.found": ("排查发现的隐患", _found),
    "hazards.rectified": ("期内发现、期末前完成整改的隐患", lambda span: and_(_found(span), _rectified(span.ends))),
    "hazards.closed": ("期内发现、期末前销号的隐患", lambda span: and_(_found(span), _closed(span.ends))),
    "hazards.open": ("期内发现、期末未销号的隐患", lambda span: and_(_found(span), _not(_closed(span.ends)))),
    "hazards.unrectified": ("期内发现、期末未完成整改的隐患", lambda span: and_(_found(span), _not(_rectified(span.ends)))),
    "hazards.late_open": (
        "期内发现、期末已过整改时限仍未销号的隐患", lambda span: and_(_found(span), Hazard.due_on < span.ends, _not(_closed(span.ends)))
    ),
    "hazards.on_time": (
        "期内发现、在时限内完成整改的隐患",
        lambda span: and_(_found(span), _rectified(span.ends), Hazard.due_on >= done_day()),
    ),
    "hazards.fully_planned": (
        "期内发现、未完成整改、责任措施资金时限预案均已落实的隐患",
        lambda span: and_(_found(span), _not(_rectified(span.ends)), _planned()),
    ),
    "hazards.on_the_spot": ("立查立改的隐患", lambda span: and_(_found(span), Hazard.on_the_spot)),
    "hazards.recurrences": ("重复出现的隐患", lambda span: and_(_found(span), Hazard.recurrence_of.is_not(None))),
    "hazards.supervised": ("编号督办的隐患", lambda span: and_(_found(span), Hazard.supervision_no.is_not(None))),
    "hazards.escalated": ("上报协调的隐患", lambda span: and_(_found(span), Hazard.escalated_to.is_not(None))),
    "hazards.controlled": ("带险管控中的隐患", lambda span: and_(_found(span), Hazard.canonical == "risk_controlled")),
    "hazards.rectified_in_period": (
        "期内完成整改的隐患（不论何时发现）",
        lambda span: and_(Hazard.rectified_at >= start_of_day(span.starts), _rectified(span.ends)),
    ),
    "hazards.closed_in_period": (
        "期内销号的隐患（不论何时发现）", lambda span: and_(Hazard.closed_at >= start_of_day(span.starts), _closed(span.ends))
    ),
    "hazards.open_at_end": (
        "期末未销号的隐患（不论何时发现）", lambda span: and_(Hazard.found_at < end_of_day(span.ends), _not(_closed(span.ends)))
    ),
}  # fmt: skip
FUNDS = "hazards.funds"
WHENEVER = frozenset({"hazards.rectified_in_period", "hazards.closed_in_period", "hazards.open_at_end"})
"""Facts about hazards that may have been found before the span."""
BY = frozenset({By.UNIT, By.DOMAIN})


def measure(asked: Asked) -> ColumnElement[int]:
    """The figure as an aggregate over hazards."""
    if asked.fact == FUNDS:
        chosen = and_(_found(asked.span), *narrowed(asked.only))
        return func.coalesce(func.sum(Hazard.funds_cents).filter(chosen), 0)
    return func.count().filter(and_(_CONDITIONS[asked.fact][1](asked.span), *narrowed(asked.only)))


def narrowed(only: Only) -> list[Condition]:
    asked: tuple[tuple[Any, tuple[str, ...]], ...] = (
        (Hazard.grade, only.grades), (Hazard.domain, only.domains), (Hazard.origin, only.origins),
    )  # fmt: skip
    return [column.in_(words) for column, words in asked if words]


def count(session: TenantSession, asked: Sequence[Asked], by: By, units: frozenset[UUID] | None) -> Counted:
    """One grouped query. A hazard on a campus counts for its school; one outside schools for its own unit."""
    answers = func.coalesce(Hazard.school_id, Hazard.unit_id)
    key: Any = answers if by is By.UNIT else Hazard.domain
    statement = (
        select(key, *(measure(one).label(f"m{place}") for place, one in enumerate(asked)))
        .where(Hazard.canonical != "cancelled", Hazard.found_at < end_of_day(max(one.span.ends for one in asked)))
        .group_by(key)
    )
    if not any(one.fact in WHENEVER for one in asked):
        statement = statement.where(Hazard.found_at >= start_of_day(min(one.span.starts for one in asked)))
    if units is not None:
        statement = statement.where(answers.in_(units))
    return {row[0]: [int(value) for value in row[1:]] for row in session.execute(statement)}


FACTS = (
    *(Fact(name, title, "项", narrowed_by=NARROWED, by=BY) for name, (title, _) in _CONDITIONS.items()),
    Fact(FUNDS, "期内发现的隐患计划投入的整改资金", "元", money=True, narrowed_by=NARROWED, by=BY),
)
SOURCE = FactSource(FACTS, count)
