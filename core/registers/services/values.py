"""What is written into an entry, checked: dates in order, references into the own unit, fields that others edit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.kernel.clock import local_date
from core.kernel.errors import Invalid
from core.kernel.phrases import Phrase
from core.registers.catalogue import Registers
from core.registers.declared import Completing, Register
from core.registers.models import Registered
from core.registers.queries.cards import typed
from core.registers.queries.options import same_unit
from core.registers.schemas import checked_extra
from core.tenancy.packs.model import FieldKind


def given_values(register: Register, given: Mapping[str, Any], *, some: bool) -> dict[str, Any]:
    """Field → value, out of what a schema loaded (own fields flat, the district's in ``extra``). Raises Invalid."""
    found = {own.code: given[own.code] for own in register.fields if own.code in given}
    for own in register.fields:
        if found.get(own.code, "") is None and own.kind in (FieldKind.TEXT, FieldKind.NOTE):
            found[own.code] = ""  # a column of text is never null
    return found | checked_extra(register, given.get("extra"), partial=some)


def completed(
    session: TenantSession, *, registers: Registers, register: Register, unit_id: UUID, before: Mapping[str, Any] | None,
    values: dict[str, Any],
) -> dict[str, Any]:  # fmt: skip
    """The values with what follows from them. Raises what the register's own ``complete`` raises."""
    if register.complete is None:
        return values
    return register.complete(Completing(session, unit_id, before, partial(registers.offered, session)), values)


def refuse_wrong(
    session: TenantSession, *, registers: Registers, register: Register, unit_id: UUID, values: Mapping[str, Any],
    changed: frozenset[str],
) -> None:  # fmt: skip
    """``values``: the whole entry as it will be. Raises Invalid naming every field that cannot be so."""
    today = local_date(session.now())
    wrong: dict[str, str] = {}
    for own in register.all_fields:
        value, key = values.get(own.code), register.key(own.code)
        if own.required and value in (None, ""):
            wrong[key] = "必填"
        if not isinstance(value, date | UUID):
            continue
        if own.past and isinstance(value, date) and value > today:
            wrong[key] = "不能晚于今天"
        other = values.get(own.after) if own.after else None
        if isinstance(value, date) and isinstance(other, date) and value <= other:
            wrong[key] = Phrase("应晚于%(other)s", other=register.by_code[own.after].label)
        if (
            isinstance(value, UUID)
            and own.code in changed
            and not same_unit(session, registers, register, own, unit_id, value)
        ):
            wrong[key] = "请从列表中选择本单位的"
    if wrong:
        raise Invalid(fields=wrong)


def refuse_foreign(actor: Actor, register: Register, *, unit_id: UUID, changed: frozenset[str]) -> None:
    """Raises Invalid for fields that somebody else edits."""
    foreign = [
        own
        for own in register.all_fields
        if own.code in changed and own.edited_by and not actor.may(own.edited_by, unit_id)
    ]
    if foreign:
        raise Invalid(fields={register.key(own.code): "这一项由上级填写，您不能修改" for own in foreign})


def current_values(register: Register, row: Registered) -> dict[str, Any]:
    found = {own.code: getattr(row, own.code) for own in register.fields}
    return found | {own.code: typed(own, row.extra.get(own.code)) for own in register.extra}
