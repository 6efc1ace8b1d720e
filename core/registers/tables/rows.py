"""From the cells of a row to the values of an entry: units and references by what they are called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from marshmallow import ValidationError
from sqlalchemy import select

from core.hooks.tables import ImportRow, TableWork
from core.http.words import in_words
from core.kernel.clock import local_date
from core.kernel.phrases import Phrase
from core.orgs.models import OrgUnit
from core.registers.catalogue import Registers
from core.registers.declared import Register
from core.registers.expressions import json_value
from core.registers.queries.options import options_of
from core.registers.schemas import create_schema, extra_schema
from core.registers.tables.columns import UNIT
from core.tenancy.packs.model import FieldKind

REFERENCES = (FieldKind.UNIT, FieldKind.PERSON, FieldKind.ENTRY)


@dataclass
class Known:
    """What the rows of a file may refer to. ``units``: name or code → ids; ``options``: unit → field → words → ids."""

    units: dict[str, list[UUID]]
    options: dict[UUID, dict[str, dict[str, list[UUID]]]] = field(default_factory=dict)


def look_around(work: TableWork, registers: Registers, register: Register, rows: Iterable[ImportRow]) -> Known:
    """One query for the units; where the register refers to things of a unit, one a field and unit that the file names."""
    session = work.session
    today = local_date(session.now())
    coverage = register.keep(work.actor)
    found = session.execute(
        select(OrgUnit.id, OrgUnit.name, OrgUnit.short_name, OrgUnit.code, OrgUnit.valid_to)
        .where(coverage.filter(OrgUnit.id), OrgUnit.kind.in_(register.kept_in))
    )  # fmt: skip
    units: dict[str, list[UUID]] = {}
    for one in found:
        if one.valid_to is None or one.valid_to >= today:
            for word in {one.name, one.short_name, one.code} - {""}:
                units.setdefault(word, []).append(one.id)
    known = Known(units)
    if register.of_kind(*REFERENCES):
        for row in rows:
            unit_id = unit_of(known, row)
            if unit_id is not None and unit_id not in known.options:
                offered = options_of(session, registers, register, unit_id)
                known.options[unit_id] = {code: _by_words(pairs) for code, pairs in offered.items()}
    return known


def _by_words(pairs: Iterable[tuple[str, str]]) -> dict[str, list[UUID]]:
    found: dict[str, list[UUID]] = {}
    for key, words in pairs:
        found.setdefault(words, []).append(UUID(key))
    return found


def unit_of(known: Known, row: ImportRow) -> UUID | None:
    """None where it is unknown, or two are called so."""
    found = known.units.get(str(row.values.get(UNIT) or "").strip(), [])
    return found[0] if len(found) == 1 else None


def faults_of(register: Register, known: Known, row: ImportRow, today: date) -> dict[str, str]:
    """Column → what would be right."""
    unit_id = unit_of(known, row)
    if unit_id is None:
        several = len(known.units.get(str(row.values.get(UNIT) or "").strip(), [])) > 1
        return {UNIT: "有几个单位叫这个名称，请写单位代码" if several else "没有这个单位，或不在您的管理范围内"}
    wrong = _references(register, known, unit_id, row)
    values = entry_values(register, known, unit_id, row)
    own = {
        code: json_value(value)
        for code, value in values.items()
        if code not in register.extra_codes and value is not None
    }
    extra = {
        code: json_value(value) for code, value in values.items() if code in register.extra_codes and value is not None
    }
    for schema, given in (
        (create_schema(register)(), own | {"unit_id": str(unit_id)}),
        (extra_schema(register), extra),
    ):
        try:
            schema.load(given)
        except ValidationError as fault:
            said: dict[str, list[str]] = fault.messages_dict
            for name, texts in said.items():
                wrong.setdefault(name, "；".join(in_words(str(text)) for text in texts))
    for own_field in register.all_fields:
        value, other = values.get(own_field.code), values.get(own_field.after)
        if own_field.past and isinstance(value, date) and value > today:
            wrong.setdefault(own_field.code, "不能晚于今天")
        if own_field.after and isinstance(value, date) and isinstance(other, date) and value <= other:
            label = register.by_code[own_field.after].label
            wrong.setdefault(own_field.code, Phrase("应晚于%(other)s", other=label))
    return wrong


def _references(register: Register, known: Known, unit_id: UUID, row: ImportRow) -> dict[str, str]:
    wrong = {}
    for own in register.of_kind(*REFERENCES):
        text = str(row.values.get(own.code) or "").strip()
        found = known.options.get(unit_id, {}).get(own.code, {}).get(text, [])
        if text and len(found) != 1:
            wrong[own.code] = "有几个同名的，请在页面上登记" if found else "本单位没有登记这个名称"
    return wrong


def entry_values(register: Register, known: Known, unit_id: UUID, row: ImportRow) -> dict[str, Any]:
    """Field → value; of columns that the file has not, nothing."""
    found: dict[str, Any] = {}
    for own in register.all_fields:
        if own.code not in row.values:
            continue
        value = row.values[own.code]
        if own.kind in REFERENCES:
            text = str(value or "").strip()
            ids = known.options.get(unit_id, {}).get(own.code, {}).get(text, [])
            value = ids[0] if len(ids) == 1 else None
        elif value is None and own.kind in (FieldKind.TEXT, FieldKind.NOTE) and own.code not in register.extra_codes:
            value = ""
        found[own.code] = value
    return found


def identity(register: Register, unit_id: object, values: Mapping[str, Any]) -> tuple[object, ...]:
    """What makes two rows the same entry."""
    codes = register.identified_by or register.named_by
    return (unit_id, *(values.get(code) or "" for code in codes))
