"""What templates of registers are handed: columns, controls, pairs. Plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import render_template
from flask_babel import gettext as _

from core.http.context import RequestContext, current
from core.http.words import said
from core.registers.catalogue import Registers
from core.registers.declared import Register
from core.registers.pages.files import file_control
from core.registers.queries.cards import EntryCard, in_words
from core.registers.queries.history import changes_of
from core.registers.queries.options import keepers, options_of
from core.tenancy.packs.model import FieldKind, RegisterField

CONTROLS = {
    FieldKind.TEXT: "text", FieldKind.NOTE: "textarea", FieldKind.INTEGER: "number", FieldKind.DATE: "date",
    FieldKind.BOOLEAN: "select", FieldKind.CHOICE: "select", FieldKind.UNIT: "select", FieldKind.PERSON: "select",
    FieldKind.ENTRY: "select",
}  # fmt: skip
CELLS = {FieldKind.INTEGER: "num", FieldKind.DATE: "date", FieldKind.BOOLEAN: "mid"}
FROZEN = 2
"""序号 and what names the entry stay in sight on a wide table."""


def listed(register: Register, *, personal: bool) -> tuple[RegisterField, ...]:
    """The fields of the list's columns; those that name an entry stand in its first one."""
    return tuple(
        own
        for own in register.all_fields
        if own.listed and own.code not in register.named_by and (personal or not own.personal)
    )


def columns(register: Register, fields: Sequence[RegisterField]) -> list[dict[str, Any]]:
    named = register.by_code[register.named_by[0]]
    title = " · ".join(said(register.by_code[code].label) for code in register.named_by)
    own = [
        {
            "label": field.label,
            "sort": register.key(field.code),
            "kind": CELLS.get(field.kind, "text"),
            "hint": field.help or None,
        }
        for field in fields
    ]
    due = [{"label": _("期限"), "kind": "mid"}] if register.expiring else []
    return [
        {"label": _("序号"), "kind": "seq"},
        {"label": title, "sort": register.key(named.code), "width": "lg"},
        {"label": _("单位"), "sort": "unit", "width": "lg"},
        *due,
        *own,
        *([{"label": register.files.label, "kind": "num"}] if register.files is not None else []),
    ]


def filters(register: Register, args: Mapping[str, Any], *, personal: bool) -> list[dict[str, Any]]:
    """Controls of the filter bar for the register's own fields: choices and switches, dates from and to."""
    found: list[dict[str, Any]] = []
    for own in register.all_fields:
        key = register.key(own.code)
        if own.personal and not personal:
            continue
        if own.kind is FieldKind.CHOICE:
            options = [(choice.code, choice.label) for choice in own.choices]
            found.append(
                {"label": own.label, "name": key, "value": args.get(own.code), "type": "select", "options": options}
            )
        elif own.kind is FieldKind.BOOLEAN:
            found.append(
                {"label": own.label, "name": key, "value": args.get(own.code), "type": "select", "options": _yes_no()}
            )
        elif own.kind is FieldKind.DATE:
            for end, word in (("from", _("从")), ("to", _("到"))):
                value = args.get(f"{own.code}_{end}")
                found.append(
                    {
                        "label": f"{said(own.label)}{word}",
                        "name": f"{key}_{end}",
                        "value": value,
                        "type": "date",
                        "options": [],
                    }
                )
    return found


def pairs(register: Register, card: EntryCard, *, personal: bool) -> list[tuple[str, str]]:
    """(title, words) of every field."""
    return [
        (own.label, said(in_words(own, card.values.get(own.code), card.words)))
        for own in register.all_fields
        if personal or not own.personal
    ]


def history_of(
    context: RequestContext, registers: Registers, register: Register, entry_id: UUID
) -> list[dict[str, Any]]:
    """For the timeline macro, newest first."""
    return [
        {"at": change.at, "action": change.action, "who": change.who,
         "changes": [(title, said(before), said(after)) for title, before, after in change.changes]}
        for change in changes_of(context.session, registers, register, entry_id)
    ]  # fmt: skip


def form_page(
    registers: Registers,
    register: Register,
    card: EntryCard | None,
    values: Mapping[str, Any],
    errors: Mapping[str, str],
) -> str:
    """The form; of a new entry in a register that refers to things of its unit, the unit is chosen first."""
    context = current()
    session, actor = context.session, context.actor
    mine = () if card is not None else keepers(session, register, register.keep(actor))
    unit_id = card.unit_id if card is not None else _unit(values, [unit.id for unit in mine])
    refers = bool(register.of_kind(FieldKind.PERSON, FieldKind.ENTRY))
    first = card is None and refers and unit_id is None and len(mine) > 1
    options = {} if first else options_of(session, registers, register, unit_id)
    names = {unit.id: unit.name for unit in mine}
    controls = [
        _control(register, own, values, errors, options) for own in register.all_fields if not _hidden(own, options)
    ]
    return render_template(
        "registers/form.html", register=register, card=card, errors=errors, files=file_control(register, card, errors), first=first, refers=refers, unit_id=unit_id,
        units=[(str(unit.id), unit.name) for unit in mine], unit_name=names.get(unit_id) if unit_id else None,
        controls=[] if first else controls, labels={"unit_id": _("单位"), "files": register.files.label if register.files else _("附件"), **{register.key(own.code): own.label for own in register.all_fields}},
        locked={register.key(own.code) for own in register.all_fields if own.edited_by and not actor.may(own.edited_by)},
    )  # fmt: skip


def _unit(values: Mapping[str, Any], mine: Sequence[UUID]) -> UUID | None:
    """The one that was chosen, else the only one."""
    chosen = next((unit for unit in mine if str(unit) == str(values.get("unit_id", ""))), None)
    return chosen or (mine[0] if len(mine) == 1 else None)


def _hidden(own: RegisterField, options: Mapping[str, Sequence[tuple[str, str]]]) -> bool:
    """Nothing to choose from: no control, rather than an empty one."""
    return own.code in options and not options[own.code] and not own.required


def _control(
    register: Register, own: RegisterField, values: Mapping[str, Any], errors: Mapping[str, str],
    options: Mapping[str, Sequence[tuple[str, str]]],
) -> dict[str, Any]:  # fmt: skip
    key = register.key(own.code)
    value = values.get(key, "")
    attrs: dict[str, Any] = {}
    if own.kind in (FieldKind.TEXT, FieldKind.NOTE):
        attrs["maxlength"] = own.most or (200 if own.kind is FieldKind.TEXT else 2_000)
    if own.kind is FieldKind.INTEGER:
        attrs["min"] = own.least or 0
    if own.past:
        attrs["max"] = current().today.isoformat()
    if own.kind is FieldKind.BOOLEAN:
        value = {True: "true", False: "false"}.get(value, value)
        offered: Sequence[tuple[str, str]] = _yes_no()
    elif own.kind is FieldKind.CHOICE:
        offered = [(choice.code, choice.label) for choice in own.choices]
    else:
        offered = options.get(own.code, ())
    return {
        "label": own.label, "name": key, "value": value, "error": errors.get(key), "type": CONTROLS[own.kind], "options": offered,
        "required": own.required, "help": own.help or None, "attrs": attrs, "unit": own.unit or None,
        "wide": own.kind is FieldKind.NOTE,
    }  # fmt: skip


def _yes_no() -> list[tuple[str, str]]:
    return [("true", _("是")), ("false", _("否"))]
