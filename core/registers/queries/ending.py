"""Entries that come to their last valid day, and were not told of yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import Date, case, cast, exists, literal, or_, select

from core.db.sessions import TenantSession
from core.kernel.clock import local_date
from core.registers.declared import Register
from core.registers.expressions import bound, in_use, value_of
from core.registers.models import RegisterNotice

OVER = -1
"""Stands for «it is over» among the numbers of days."""


@dataclass(frozen=True)
class Ending:
    """An entry that reached a mark: so many days are left at most, or it is over (``OVER``)."""

    entry_id: UUID
    unit_id: UUID
    field: str
    expires_on: date
    days: int


def endings(session: TenantSession, register: Register) -> Iterator[Ending]:
    """Each with the nearest mark it reached, if that one was not told yet. One query for each expiring field."""
    today = local_date(session.now())
    model = register.model
    marks = sorted(register.days_before)
    for own in register.expiring:
        value = value_of(register, own.code)
        day = cast(value, Date)

        def until(days: int, code: str = own.code) -> object:
            return bound(register, code, today + timedelta(days=days))

        mark = case(
            (value < until(0), literal(OVER)),
            *((value <= until(days), literal(days)) for days in marks),
            else_=literal(0),
        )
        told = exists().where(
            RegisterNotice.register == register.slug,
            RegisterNotice.entry_id == model.id,
            RegisterNotice.field == own.code,
            RegisterNotice.expires_on == day,
            # Whoever was told of a nearer mark needs no telling of one further away.
            or_(RegisterNotice.days == mark, RegisterNotice.days < mark),
        )
        rows = session.execute(
            select(model.id, model.unit_id, day, mark)
            .where(in_use(register), value.is_not(None), value <= until(marks[-1] if marks else 0), ~told)
            .order_by(model.unit_id, model.id)
        )
        for entry_id, unit_id, expires_on, days in rows:
            yield Ending(entry_id, unit_id, own.code, expires_on, days)
