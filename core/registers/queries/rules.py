"""Rules as SQL: for each rule one statement over all units that it is over, however many there are."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Select, Uuid, and_, any_, cast, func, literal, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.orm import aliased

from core.db.sessions import TenantSession
from core.kernel.clock import local_date
from core.orgs.models import OrgClosure, OrgUnit
from core.registers.catalogue import Registers
from core.registers.declared import Register
from core.registers.expressions import bound, holds, in_use, valid_on, value_of
from core.registers.queries.cards import EntryCard, cards_of
from core.tenancy.packs.model import RegisterRule, RuleKind

NAMED = 3
"""So many entries are named where a rule fails; the rest are counted."""


@dataclass(frozen=True)
class Failing:
    """A unit that does not keep a rule. ``have``: of AT_LEAST, how many there are; ``entries``: the first few at fault."""

    unit_id: UUID
    have: int
    count: int
    entries: tuple[UUID, ...]


def failing(
    session: TenantSession, register: Register, rule: RegisterRule, *, units: Collection[UUID] | None = None
) -> tuple[Failing, ...]:
    """Units that do not keep the rule today; ``units``: of these only. One query."""
    today = local_date(session.now())
    if rule.kind is RuleKind.AT_LEAST:
        statement = _too_few(register, rule, today, units)
    else:
        statement = _at_fault(register, rule, today, units)
    return tuple(
        Failing(row.unit_id, row.have, row.number, tuple(row.entries or ())) for row in session.execute(statement)
    )


def named(
    session: TenantSession, registers: Registers, register: Register, found: Iterable[Failing]
) -> dict[UUID, EntryCard]:
    """The entries that are named. One query, and one for each field that refers to something."""
    ids = [entry for one in found for entry in one.entries]
    if not ids:
        return {}
    model = register.model
    # One array, not thousands of parameters: a district of a thousand schools names five thousand.
    wanted = model.id == any_(literal(ids, ARRAY(Uuid(as_uuid=True))))
    rows = session.execute(select(model, literal("")).where(wanted)).all()
    return {card.id: card for card in cards_of(session, registers, register, [(row[0], row[1]) for row in rows])}


def _too_few(register: Register, rule: RegisterRule, today: date, units: Collection[UUID] | None) -> Select[Any]:
    """Units with fewer valid entries than asked; those that ran out are the ones to name.

    Entries are summed up by unit first, once, whatever the planner thinks: without fresh statistics it would walk through
    the district's entries again for each school.
    """
    model = register.model
    valid: ColumnElement[bool] = true() if rule.lapsed else valid_on(register, today)
    number: ColumnElement[Any] = func.count().filter(valid)
    if rule.sum_of:
        number = func.coalesce(func.sum(value_of(register, rule.sum_of)).filter(valid), 0)
    owner: Any = model.unit_id
    up = aliased(OrgClosure)
    if rule.below:
        owner = up.ancestor_id
    summed: tuple[Any, ...] = (
        owner.label("unit_id"), cast(number, Integer).label("have"), func.count().filter(~valid).label("number"),
        _first(model.id, ~valid).label("entries"),
    )  # fmt: skip
    source = select(*summed).where(in_use(register), *(holds(register, condition) for condition in rule.where))
    if rule.below:
        source = source.join(up, and_(up.descendant_id == model.unit_id, up.admin_depth.is_not(None)))
    sums = source.group_by(owner).cte("sums").prefix_with("MATERIALIZED")
    have = func.coalesce(sums.c.have, 0)
    columns: tuple[Any, ...] = (
        OrgUnit.id.label("unit_id"),
        have.label("have"),
        func.coalesce(sums.c.number, 0).label("number"),
        sums.c.entries,
    )
    statement = select(*columns).outerjoin(sums, sums.c.unit_id == OrgUnit.id)
    return statement.where(*_over(rule, today, units), have < rule.at_least)


def _at_fault(register: Register, rule: RegisterRule, today: date, units: Collection[UUID] | None) -> Select[Any]:
    """Units with an entry that is not as it must be."""
    model = register.model
    statement = (
        select(
            model.unit_id.label("unit_id"),
            literal(0).label("have"),
            func.count().label("number"),
            _first(model.id, true()).label("entries"),
        )
        .join(OrgUnit, OrgUnit.id == model.unit_id)
        .where(in_use(register), _wrong(register, rule, today), *_over(rule, today, units))
        .where(*(holds(register, condition) for condition in rule.where))
    )
    return statement.group_by(model.unit_id)


def _wrong(register: Register, rule: RegisterRule, today: date) -> ColumnElement[bool]:
    """The entry breaks the rule."""
    match rule.kind:
        case RuleKind.MATCHES:
            return ~and_(true(), *(holds(register, condition) for condition in rule.must))
        case RuleKind.FRESH_WITHIN:
            code = rule.field or (register.expiring[0].code if register.expiring else register.named_by[0])
            value = value_of(register, code)
            oldest = bound(register, code, today - timedelta(days=rule.days or 0))
            return or_(value.is_(None), value < oldest)  # never looked at is not fresh either
        case _:
            if rule.field:
                value = value_of(register, rule.field)
                return func.coalesce(value < bound(register, rule.field, today), False)
            return ~valid_on(register, today)


def _over(rule: RegisterRule, today: date, units: Collection[UUID] | None) -> list[ColumnElement[bool]]:
    """Open units that the rule is over."""
    found = [OrgUnit.valid_from <= today, or_(OrgUnit.valid_to.is_(None), OrgUnit.valid_to >= today)]
    if rule.kinds:
        found.append(OrgUnit.kind.in_([str(kind) for kind in rule.kinds]))
    if rule.org_types:
        found.append(OrgUnit.org_type.in_(rule.org_types))
    if rule.stages:
        found.append(OrgUnit.stages.overlap([str(stage) for stage in rule.stages]))
    if units is not None:
        found.append(OrgUnit.id == any_(literal(list(units), ARRAY(Uuid(as_uuid=True)))))
    return found


def _first(column: Any, fits: ColumnElement[bool]) -> ColumnElement[Any]:
    """The first few ids, in the order in which they were entered."""
    array = func.array_agg(aggregate_order_by(column, column), type_=ARRAY(Uuid(as_uuid=True)))
    return array.filter(fits)[1:NAMED]
