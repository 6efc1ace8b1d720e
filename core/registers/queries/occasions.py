"""Entries as occasions: after a warning that the bureau entered in its register, something is due."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import TIMESTAMP, DateTime, Select, Text, cast, func, null, select

from core.kernel.clock import LOCAL
from core.kernel.schoolyear import Span
from core.registers.declared import Register
from core.registers.expressions import bound, holds, in_use, value_of
from core.tenancy.packs.model import EntryEvent


def entered_in(registers: Mapping[str, Register], span: Span, asked: EntryEvent) -> Select[Any] | None:
    """As core.hooks.occasions asks: entries in use whose date ``asked.on`` lies in ``span``; time runs from the beginning of that day.

    None: no such register here. Named by what names the entry first."""
    register = registers.get(asked.register)
    spoken = {asked.on, *(condition.field for condition in asked.where)}
    if register is None or register.read_by or not spoken <= register.by_code.keys():
        return None
    model, day = register.model, value_of(register, asked.on)
    among = [bound(register, asked.on, one) for one in (span.starts, span.ends)]
    return select(
        model.unit_id,
        model.id,
        func.timezone(LOCAL.key, cast(day, DateTime)).label("at"),
        cast(value_of(register, register.named_by[0]), Text).label("no"),
        cast(null(), TIMESTAMP(timezone=True)).label("answered_at"),
    ).where(in_use(register), day.between(*among), *(holds(register, condition) for condition in asked.where))
