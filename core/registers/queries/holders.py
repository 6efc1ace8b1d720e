"""Which units have an entry in a register, and from when to when: for duties that only those owe, for rules over only those."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Date, Select, and_, cast, func, literal, select
from sqlalchemy.orm import aliased

from core.kernel.obligations import FOREVER
from core.orgs.models import OrgClosure
from core.registers.declared import Register
from core.registers.expressions import holds, rows_of
from core.tenancy.packs.model import Having

_DAY = timedelta(days=1)


def holders(registers: Mapping[str, Register], having: Having) -> Select[Any] | None:
    """unit_id, starts, ends (core.hooks.holdings): one row for each entry and each unit that it counts for; None: no such register here.

    An entry counts to the day before it was taken out of use; from when on is no matter: writing it down late frees nobody, and
    a date of validity is that of the latest permit.
    """
    register = registers.get(having.register)
    if register is None or any(condition.field not in register.by_code for condition in having.where):
        return None
    model, up = register.model, aliased(OrgClosure)
    last = cast(model.retired_on - _DAY, Date)
    found: Any = (
        select(
            up.ancestor_id.label("unit_id"),
            literal(FOREVER.starts).label("starts"),
            func.coalesce(last, FOREVER.ends).label("ends"),
        )
        .join(up, and_(up.descendant_id == model.unit_id, up.admin_depth.is_not(None)))
        .where(rows_of(register), *(holds(register, condition) for condition in having.where))
    )
    statement: Select[Any] = found
    return statement
