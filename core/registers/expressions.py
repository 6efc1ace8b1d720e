"""Fields as SQL: a column of the model, or a value inside the JSON of the district's own. One place for both."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, and_, cast, func, or_, true

from core.registers.declared import Register
from core.registers.models import RegisterEntry
from core.tenancy.packs.model import FieldKind, RegisterCondition

ISO = "YYYY-MM-DD"
"""A day as PostgreSQL's to_char writes it so that it sorts as it should."""


def rows_of(register: Register) -> ColumnElement[bool]:
    """Rows of this register; several of a pack share one table."""
    return RegisterEntry.register == register.slug if register.generic else true()


def in_use(register: Register) -> ColumnElement[bool]:
    return and_(rows_of(register), register.model.retired_on.is_(None))


def value_of(register: Register, code: str) -> ColumnElement[Any]:
    """The field's value; of the district's own: numbers as numbers, all else as text (dates in ISO sort as they should)."""
    if code not in register.extra_codes:
        column: ColumnElement[Any] = getattr(register.model, code)
        return column
    text: ColumnElement[Any] = register.model.extra[code].astext
    return cast(text, Integer) if register.by_code[code].kind is FieldKind.INTEGER else text


def bound(register: Register, code: str, value: Any) -> Any:
    """``value`` as ``value_of`` compares it; words of a condition come as text."""
    kind = register.by_code[code].kind
    if kind is FieldKind.INTEGER:
        return int(value)
    if code in register.extra_codes:
        return stored(value)
    return value == "true" if kind is FieldKind.BOOLEAN and isinstance(value, str) else value


def stored(value: Any) -> Any:
    """A value as text inside JSON is compared."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def json_value(value: Any) -> Any:
    """A value as it is kept in the JSON column and in the log."""
    return value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, UUID) else value


def valid_on(register: Register, day: date) -> ColumnElement[bool]:
    """No date after which it no longer holds is past."""
    parts = []
    for own in register.expiring:
        value = value_of(register, own.code)
        parts.append(or_(value.is_(None), value >= bound(register, own.code, day)))
    return and_(true(), *parts)


def earliest_end(register: Register) -> tuple[ColumnElement[Any], Callable[[date], Any]]:
    """The first of the dates after which it no longer holds, and how a day is written to be compared with it.

    A column is a date and the district's own field is text: where an entry ends by both, all is compared as text.
    """
    codes = [own.code for own in register.expiring]
    own = register.extra_codes.intersection(codes)
    ends = [value_of(register, code) for code in codes]
    if own and len(own) < len(codes):
        ends = [func.to_char(end, ISO) if code not in own else end for code, end in zip(codes, ends, strict=True)]
    first = func.least(*ends) if len(ends) > 1 else ends[0]
    return first, stored if own else partial(bound, register, codes[0])


def holds(register: Register, condition: RegisterCondition) -> ColumnElement[bool]:
    """The condition, as SQL that is true or false and never unknown."""
    value = value_of(register, condition.field)
    parts: list[ColumnElement[bool]] = []
    if condition.among:
        parts.append(value.in_([bound(register, condition.field, word) for word in condition.among]))
    if condition.filled is not None:
        empty = value.is_(None) if _typeless(register, condition.field) else or_(value.is_(None), value == "")
        parts.append(~empty if condition.filled else empty)
    if condition.least is not None:
        parts.append(value >= condition.least)
    if condition.most is not None:
        parts.append(value <= condition.most)
    return func.coalesce(and_(true(), *parts), False)


def _typeless(register: Register, code: str) -> bool:
    """Whether an empty text is no value of the field as ``value_of`` gives it."""
    kind = register.by_code[code].kind
    if code in register.extra_codes:
        return kind is FieldKind.INTEGER
    return kind not in (FieldKind.TEXT, FieldKind.NOTE, FieldKind.CHOICE)
