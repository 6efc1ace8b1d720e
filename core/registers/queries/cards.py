"""An entry as people see it: its values, what its references are called, how long it holds. Set-based."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.access.actor import Coverage
from core.db.sessions import TenantSession
from core.identity.models import Person
from core.kernel.clock import local_date
from core.kernel.phrases import Phrase
from core.orgs.models import OrgUnit
from core.registers.catalogue import Registers
from core.registers.declared import OfferedTarget, Register
from core.registers.models import Registered
from core.tenancy.packs.model import FieldKind, RegisterField

SOON, FAR = 30, 90
"""Days within which an entry comes to its end soon, and before long."""
TITLE_LENGTH = 80


@dataclass(frozen=True)
class EntryCard:
    """``values``: code → value, dates as dates, references as ids. ``words``: code of a reference or choice → what it is called."""

    id: UUID
    unit_id: UUID
    unit_name: str
    title: str
    values: Mapping[str, Any]
    words: Mapping[str, str]
    expires_on: date | None
    """The earliest of its last valid days."""
    days_left: int | None
    retired_on: date | None
    version: int
    files: int = 0
    """How many files hang on it, where whoever asked wanted to know."""

    @property
    def tone(self) -> str:
        """normal | soon | overdue | none, for the badge."""
        if self.days_left is None:
            return "none"
        return "overdue" if self.days_left < 0 else "soon" if self.days_left <= SOON else "normal"

    def veiled(self, register: Register, keeping: Coverage) -> EntryCard:
        """Without what is personal, where its unit is none of ``keeping``: whose entries the reader keeps, not only reads."""
        if self.unit_id in keeping:
            return self
        hidden = register.personal_codes
        return replace(
            self,
            values={code: value for code, value in self.values.items() if code not in hidden},
            words={code: word for code, word in self.words.items() if code not in hidden},
        )

    def dump(self, register: Register) -> dict[str, Any]:
        """As the REST schema gives it; what is veiled is left out."""
        own = {field.code: self.values[field.code] for field in register.fields if field.code in self.values}
        extra = {code: self.values[code] for code in register.extra_codes if code in self.values}
        return {
            "id": self.id, "unit_id": self.unit_id, "unit_name": self.unit_name, "title": self.title, **own,
            "extra": {code: str(value) if isinstance(value, UUID | date) else value for code, value in extra.items()},
            "expires_on": self.expires_on, "days_left": self.days_left, "retired_on": self.retired_on, "files": self.files,
            "version": self.version,
        }  # fmt: skip


def cards_of(
    session: TenantSession, registers: Registers, register: Register, rows: Sequence[tuple[Registered, str]]
) -> tuple[EntryCard, ...]:
    """``rows``: entry and name of its unit. One query for each field that refers to something, whatever the length."""
    today = local_date(session.now())
    values = [values_of(register, row) for row, _unit in rows]
    words = words_of(session, registers, register, values)
    return tuple(
        _card(register, row, unit, own, _own_words(words, own), today)
        for (row, unit), own in zip(rows, values, strict=True)
    )


def values_of(register: Register, row: Registered) -> dict[str, Any]:
    found = {own.code: getattr(row, own.code) for own in register.fields}
    return found | {own.code: typed(own, row.extra.get(own.code)) for own in register.extra}


def typed(own: RegisterField, value: Any) -> Any:
    """A value out of JSON as the field's kind has it; what does not fit any more (the pack changed) is shown as text."""
    if value in (None, ""):
        return None
    try:
        if own.kind is FieldKind.DATE:
            return date.fromisoformat(value)
        if own.kind in (FieldKind.UNIT, FieldKind.PERSON, FieldKind.ENTRY):
            return UUID(value)
    except (TypeError, ValueError):
        return str(value)
    return value


Words = Mapping[str, Mapping[Any, str]]
"""Code of a field → value → what it is called."""


def words_of(
    session: TenantSession, registers: Registers, register: Register, values: Sequence[Mapping[str, Any]]
) -> Words:
    found: dict[str, Mapping[Any, str]] = {}
    for own in register.all_fields:
        if own.kind is FieldKind.CHOICE:
            found[own.code] = {choice.code: choice.label for choice in own.choices}
        elif own.kind is FieldKind.BOOLEAN:
            found[own.code] = {True: "是", False: "否"}
        elif own.kind in (FieldKind.UNIT, FieldKind.PERSON, FieldKind.ENTRY):
            ids = {value[own.code] for value in values if isinstance(value.get(own.code), UUID)}
            found[own.code] = called(session, registers, register, own, ids) if ids else {}
    return found


def called(
    session: TenantSession, registers: Registers, register: Register, own: RegisterField, ids: Iterable[UUID]
) -> dict[Any, str]:
    """What the things of these ids are called. One query."""
    wanted = set(ids)
    target = register.targets.get(own.code)
    if isinstance(target, OfferedTarget):
        return dict(target.names(registers.offered(session, target.port), sorted(wanted)))
    if own.kind is FieldKind.ENTRY and target is None:
        other = registers.known(session).get(own.to)
        return titles(session, other, wanted) if other is not None else {}
    column: Any
    if target is not None:
        model: Any = target.model
        key, column = model.id, getattr(model, target.name)
    else:
        person = own.kind is FieldKind.PERSON
        key, column = (Person.id, Person.name) if person else (OrgUnit.id, OrgUnit.name)
    return {row[0]: row[1] for row in session.execute(select(key, column).where(key.in_(wanted)))}


def titles(session: TenantSession, register: Register, ids: Iterable[UUID]) -> dict[Any, str]:
    """What entries are called by their own fields, without following references. One query."""
    model = register.model
    rows = session.scalars(select(model).where(model.id.in_(set(ids))))
    return {row.id: title_of(register, values_of(register, row)) for row in rows}


def title_of(register: Register, values: Mapping[str, Any], words: Mapping[str, str] | None = None) -> str:
    """The fields that name an entry, joined by ·; personal ones are left out."""
    parts = [
        text
        for code in register.named_by
        if not register.by_code[code].personal and (text := in_words(register.by_code[code], values.get(code), words))
    ]
    title = " · ".join(parts) or register.title
    return title if len(title) <= TITLE_LENGTH else f"{title[: TITLE_LENGTH - 1]}…"


def in_words(own: RegisterField, value: Any, words: Mapping[str, str] | None = None) -> str:
    """A value as a table or a log says it; empty for none."""
    if value is None or value == "":
        return ""
    if words is not None and own.code in words:
        return words[own.code]
    if own.kind is FieldKind.CHOICE:
        return next((choice.label for choice in own.choices if choice.code == value), str(value))
    if own.kind is FieldKind.BOOLEAN:
        return "是" if value else "否"
    if own.kind is FieldKind.INTEGER and own.unit:
        return Phrase("%(n)s%(unit)s", n=value, unit=own.unit)
    return value.isoformat() if isinstance(value, date) else str(value)


def _own_words(words: Words, values: Mapping[str, Any]) -> dict[str, str]:
    return {
        code: meanings[values[code]]
        for code, meanings in words.items()
        if values.get(code) is not None and values[code] in meanings
    }


def _card(
    register: Register, row: Registered, unit: str, values: Mapping[str, Any], words: Mapping[str, str], today: date
) -> EntryCard:
    ends = [values[own.code] for own in register.expiring if isinstance(values.get(own.code), date)]
    expires_on = min(ends, default=None)
    return EntryCard(
        id=row.id, unit_id=row.unit_id, unit_name=unit, title=title_of(register, values, words), values=values, words=words,
        expires_on=expires_on, days_left=None if expires_on is None else (expires_on - today).days, retired_on=row.retired_on,
        version=row.version,
    )  # fmt: skip
