"""Rules as SQL: for each rule one statement over all units that it is over, however many there are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.orm import aliased

from core.db.sessions import TenantSession
from core.files.models import KEPT, File
from core.kernel.clock import local_date
from core.orgs.models import OrgClosure, OrgUnit
from core.registers.catalogue import Registers
from core.registers.declared import Register
from core.registers.expressions import bound, holds, in_use, valid_on, value_of
from core.registers.queries.cards import EntryCard, cards_of
from core.registers.queries.history import object_kind
from core.registers.queries.holders import holders
from core.tenancy.packs.model import RegisterBalance, RegisterRule, RuleKind

NOTHING: Mapping[str, Register] = MappingProxyType({})
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
    session: TenantSession,
    register: Register,
    rule: RegisterRule,
    *,
    units: Collection[UUID] | None = None,
    others: Mapping[str, Register] = NOTHING,
) -> tuple[Failing, ...]:
    """Units that do not keep the rule today; ``units``: of these only. One query.

    ``others``: the registers that there are (``Registers.known``), for a rule that looks into another one; where that is not among
    them nobody can tell, and nobody fails.
    """
    if not watched(rule) <= others.keys():
        return ()
    today = local_date(session.now())
    over = _over(rule, today, units, others)
    statement = (
        _too_few(register, rule, today) if rule.kind is RuleKind.AT_LEAST else _at_fault(register, rule, today, others)
    )
    statement = statement.where(*over)
    return tuple(
        Failing(row.unit_id, row.have, row.number, tuple(row.entries or ())) for row in session.execute(statement)
    )


def watched(rule: RegisterRule) -> frozenset[str]:
    """The other registers that the rule looks into."""
    having = {rule.having.register} if rule.having is not None else set()
    return frozenset(having | ({rule.balance.register} if rule.balance is not None else set()))


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


def _too_few(register: Register, rule: RegisterRule, today: date) -> Select[Any]:
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
    return statement.where(have < rule.at_least)


def _at_fault(register: Register, rule: RegisterRule, today: date, others: Mapping[str, Register]) -> Select[Any]:
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
        .where(in_use(register))
        .where(*(holds(register, condition) for condition in rule.where))
    )
    if rule.balance is None:
        statement = statement.where(_wrong(register, rule, today))
    else:
        stock = _stock(rule.balance, others)
        there = func.coalesce(stock.c.number, 0)
        statement = statement.outerjoin(stock, stock.c.entry == cast(model.id, Text))
        statement = statement.where(value_of(register, rule.field).is_distinct_from(there))
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
        case RuleKind.HAS_FILES:
            hanging = select(File.subject_id).where(
                File.subject_kind == object_kind(register), File.subject_id.is_not(None), File.state == KEPT
            )
            return register.model.id.not_in(hanging.group_by(File.subject_id).having(func.count() >= rule.at_least))
        case _:
            if rule.field:
                value = value_of(register, rule.field)
                return func.coalesce(value < bound(register, rule.field, today), False)
            return ~valid_on(register, today)


def _stock(balance: RegisterBalance, others: Mapping[str, Register]) -> CTE:
    """entry (id as text), number: what came in less what went out, of all entries of which something is written. Added up once."""
    moves = others[balance.register]
    book = aliased(moves.model)  # a pack's registers share one table
    line = replace(moves, model=book)
    number, movement = value_of(line, balance.number), value_of(line, balance.movement)
    signed = case((movement.in_(balance.adds), number), (movement.in_(balance.takes), -number), else_=0)
    entry = value_of(line, balance.entry)
    mine = book.register == moves.slug if moves.generic else true()  # type: ignore[attr-defined]  # then it is RegisterEntry
    sums = select(entry.label("entry"), cast(func.sum(signed), Integer).label("number"))
    return sums.where(mine, book.retired_on.is_(None)).group_by(entry).cte("stock").prefix_with("MATERIALIZED")


def _over(
    rule: RegisterRule, today: date, units: Collection[UUID] | None, others: Mapping[str, Register]
) -> list[ColumnElement[bool]]:
    """Open units that the rule is over."""
    found = [OrgUnit.valid_from <= today, or_(OrgUnit.valid_to.is_(None), OrgUnit.valid_to >= today)]
    if rule.kinds:
        found.append(OrgUnit.kind.in_([str(kind) for kind in rule.kinds]))
    if rule.org_types:
        found.append(OrgUnit.org_type.in_(rule.org_types))
    if rule.stages:
        found.append(OrgUnit.stages.overlap([str(stage) for stage in rule.stages]))
    if rule.having is not None and (theirs := holders(others, rule.having)) is not None:
        told = theirs.subquery("theirs").c
        found.append(OrgUnit.id.in_(select(told.unit_id).where(literal(today).between(told.starts, told.ends))))
    if units is not None:
        found.append(OrgUnit.id == any_(literal(list(units), ARRAY(Uuid(as_uuid=True)))))
    return found


def _first(column: Any, fits: ColumnElement[bool]) -> ColumnElement[Any]:
    """The first few ids, in the order in which they were entered."""
    array = func.array_agg(aggregate_order_by(column, column), type_=ARRAY(Uuid(as_uuid=True)))
    return array.filter(fits)[1:NAMED]
