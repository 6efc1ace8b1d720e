"""Entries are added, changed, taken out of use and restored; never deleted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from core.access.actor import Actor
from core.audit.services import record
from core.db.sessions import TenantSession
from core.jobs.services import emit
from core.kernel.clock import local_date
from core.kernel.errors import Conflict, Invalid, NotFound, Stale
from core.kernel.events import Event
from core.orgs.queries import unit_card
from core.registers.catalogue import Registers
from core.registers.declared import Register
from core.registers.expressions import json_value, rows_of
from core.registers.models import Registered, RegisterEntry
from core.registers.queries.history import FILES, object_kind
from core.registers.services.values import completed, current_values, given_values, refuse_foreign, refuse_wrong

CHANGED = "register.changed"
"""Event: entries of a unit are others than before. Payload: register, unit_id (none: many units), and
under the kind by which the entry is searched for its id (none: many entries)."""


def create_entry(
    session: TenantSession, *, actor: Actor, registers: Registers, register: Register, unit_id: UUID, given: Mapping[str, Any]
) -> UUID:  # fmt: skip
    """``given``: as ``create_schema`` loads it. Raises NotFound for a unit out of reach, Invalid naming fields.

    Side effects: row, audit entry, event ``register.changed``.
    """
    _refuse_stranger(actor, register, unit_id)
    card = unit_card(session, unit_id)
    if card.kind not in register.kept_in or not card.open_on(local_date(session.now())):
        raise Invalid(fields={"unit_id": "这类单位不登记这个台账，或单位已撤销"})
    first = given_values(register, given, some=False)
    values = completed(session, registers=registers, register=register, unit_id=unit_id, before=None, values=first)
    filled = frozenset(code for code, value in values.items() if value not in (None, ""))
    refuse_foreign(actor, register, unit_id=unit_id, changed=filled)
    refuse_wrong(session, registers=registers, register=register, unit_id=unit_id, values=values, changed=filled)
    row = new_row(register, unit_id, values)
    session.add(row)
    session.flush()
    noted = {code: (None, value) for code, value in values.items() if value not in (None, "")}
    log(session, actor=actor, register=register, row=row, act="added", changes=noted)
    tell(session, register=register, unit_id=unit_id, entry_id=row.id)
    return row.id


def change_entry(
    session: TenantSession, *, actor: Actor, registers: Registers, register: Register, entry_id: UUID, version: int,
    given: Mapping[str, Any],
) -> int:  # fmt: skip
    """What is absent stays. Returns the version afterwards. Raises NotFound, Stale, Conflict
    for one out of use, Invalid. Side effects as of a new one; none where nothing changes."""
    row = locked(session, actor=actor, register=register, entry_id=entry_id, version=version)
    if row.retired_on is not None:
        raise Conflict("这一条已经停用，请先恢复使用")
    before = current_values(register, row)
    told = given_values(register, given, some=True)
    values = completed(session, registers=registers, register=register, unit_id=row.unit_id, before=before, values=told)
    changes = {
        code: (before[code], value)
        for code, value in values.items()
        # 0 and False are values; None and "" are the same emptiness.
        if before[code] != value and not (before[code] in (None, "") and value in (None, ""))
    }
    if not changes:
        return row.version
    changed = frozenset(changes)
    refuse_foreign(actor, register, unit_id=row.unit_id, changed=changed)
    whole = before | values
    refuse_wrong(session, registers=registers, register=register, unit_id=row.unit_id, values=whole, changed=changed)
    write_values(register, row, {code: value for code, (_before, value) in changes.items()})
    session.flush()
    log(session, actor=actor, register=register, row=row, act="changed", changes=changes)
    tell(session, register=register, unit_id=row.unit_id, entry_id=row.id)
    return row.version


def retire_entry(session: TenantSession, *, actor: Actor, register: Register, entry_id: UUID, version: int) -> int:
    """Taken out of use; it keeps its records. Raises NotFound, Stale, Conflict."""
    row = locked(session, actor=actor, register=register, entry_id=entry_id, version=version)
    if row.retired_on is not None:
        raise Conflict("这一条已经停用")
    row.retired_on = local_date(session.now())
    session.flush()
    log(session, actor=actor, register=register, row=row, act="retired", changes={})
    tell(session, register=register, unit_id=row.unit_id, entry_id=row.id)
    return row.version


def restore_entry(session: TenantSession, *, actor: Actor, register: Register, entry_id: UUID, version: int) -> int:
    """Back in use. Raises NotFound, Stale, Conflict."""
    row = locked(session, actor=actor, register=register, entry_id=entry_id, version=version)
    if row.retired_on is None:
        raise Conflict("这一条正在使用")
    row.retired_on = None
    session.flush()
    log(session, actor=actor, register=register, row=row, act="restored", changes={})
    tell(session, register=register, unit_id=row.unit_id, entry_id=row.id)
    return row.version


def locked(session: TenantSession, *, actor: Actor, register: Register, entry_id: UUID, version: int) -> Registered:
    """Raises NotFound, Forbidden, Stale."""
    model = register.model
    row = session.scalars(
        select(model)
        .where(rows_of(register), model.id == entry_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        actor.require(register.write)
        raise NotFound()
    _refuse_stranger(actor, register, row.unit_id)
    if row.version != version:
        raise Stale()
    return row


def _refuse_stranger(actor: Actor, register: Register, unit_id: UUID) -> None:
    """Raises Forbidden without the permission to keep it anywhere, NotFound where unit or register is out of reach."""
    actor.require(register.write, unit_id)
    if unit_id not in register.keep(actor):
        raise NotFound()


def new_row(register: Register, unit_id: UUID, values: Mapping[str, Any]) -> Registered:
    row = register.model(unit_id=unit_id, extra={})
    if isinstance(row, RegisterEntry):
        row.register = register.slug
    write_values(register, row, values)
    return row


def write_values(register: Register, row: Registered, values: Mapping[str, Any]) -> None:
    for code, value in values.items():
        if code not in register.extra_codes:
            setattr(row, code, value)
        elif value in (None, ""):
            row.extra.pop(code, None)
        else:
            row.extra[code] = json_value(value)
    if register.extra_codes & values.keys():
        flag_modified(row, "extra")


def log(
    session: TenantSession, *, actor: Actor, register: Register, row: Registered, act: str,
    changes: Mapping[str, tuple[Any, Any]],
) -> None:  # fmt: skip
    """Writes down what was done; of personal fields, and where readers need a permission of its own, only that they changed."""
    kind = object_kind(register)
    said = {
        code: None
        if code != FILES and (register.read_by or register.by_code[code].personal)
        else [json_value(before), json_value(after)]
        for code, (before, after) in changes.items()
    }
    data: dict[str, Any] = {"unit_id": str(row.unit_id)} | ({"changes": said} if said else {})
    if register.generic:
        data["register"] = register.slug
    record(session, actor=actor, action=f"{kind}.{act}", object_kind=kind, object_id=row.id, data=data)


def tell(session: TenantSession, *, register: Register, unit_id: UUID | None, entry_id: UUID | None = None) -> None:
    """After the commit the rules are asked anew for the unit, and the search follows the entry; None: for all of them."""
    payload = {
        "register": register.slug, "unit_id": str(unit_id) if unit_id else None,
        object_kind(register): str(entry_id) if entry_id else None,
    }  # fmt: skip
    emit(session, Event(topic=CHANGED, tenant_id=session.tenant_id, at=session.now(), payload=payload))
