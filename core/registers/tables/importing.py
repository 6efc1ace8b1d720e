"""A register as a table to bring in: an entry that is there is brought up to date, others are added."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.hooks.tables import Did, Faults, ImportKind, ImportRow, Outcome, TableWork
from core.kernel.clock import local_date
from core.kernel.errors import Refused
from core.kernel.phrases import Phrase
from core.registers.catalogue import Registers
from core.registers.declared import Register
from core.registers.expressions import in_use, json_value, rows_of
from core.registers.models import Registered
from core.registers.queries.cards import typed
from core.registers.services.entries import log, new_row, tell, write_values
from core.registers.services.values import current_values
from core.registers.tables.columns import UNIT, columns_of, kind_slug
from core.registers.tables.rows import Known, entry_values, faults_of, identity, look_around, unit_of
from core.tables.columns import Column


class RegisterImport(ImportKind):
    """One register. Rows are the same where unit and identifying fields are; what the file has no column for stays."""

    def __init__(self, registers: Registers, register: Register) -> None:
        self.registers, self.register = registers, register
        self.slug, self.title, self.permission = kind_slug(register), register.title, register.write
        self.summary = "同一单位、同一名称的条目更新，没有的新增"

    def columns(self, work: TableWork) -> Sequence[Column]:
        edited = {own.code for own in self.register.all_fields if own.edited_by and not work.actor.may(own.edited_by)}
        return tuple(column for column in columns_of(self.register) if column.name not in edited)

    def prepare(self, work: TableWork, rows: Iterable[ImportRow]) -> Known:
        return look_around(work, self.registers, self.register, rows)

    def identity(self, row: ImportRow) -> str:
        codes = self.register.identified_by or self.register.named_by
        return "\0".join(str(row.values.get(name) or "") for name in (UNIT, *codes))

    def check(self, work: TableWork, rows: Sequence[ImportRow], known: Known) -> Faults:
        today = local_date(work.session.now())
        found = {row.no: faults_of(self.register, known, row, today) for row in rows}
        return {number: wrong for number, wrong in found.items() if wrong}

    def commit(
        self, work: TableWork, batch_id: UUID, rows: Sequence[ImportRow], known: Known, *, last: bool
    ) -> Sequence[Outcome]:
        """One query for what is there, one statement for what is new. Side effects as of single entries, one event for all."""
        register, session = self.register, work.session
        units = {row.no: unit_of(known, row) for row in rows}
        there = self._there(work, {unit for unit in units.values() if unit is not None})
        done: list[tuple[ImportRow, Registered, dict[str, Any], dict[str, Any] | None]] = []
        outcomes: list[Outcome] = []
        for row in rows:
            unit_id = units[row.no]
            if unit_id is None:
                outcomes.append(Outcome(row.no, Did.REFUSED, faults={UNIT: "没有这个单位，或不在您的管理范围内"}))
                continue
            values = entry_values(register, known, unit_id, row)
            found = there.get(identity(register, unit_id, values))
            before = current_values(register, found) if found is not None else None
            changes = values if before is None else _others(before, values)
            if found is not None and not changes:
                outcomes.append(Outcome(row.no, Did.SAME, found.id))
                continue
            if found is None:
                found = there[identity(register, unit_id, values)] = new_row(register, unit_id, values)
                session.add(found)
            else:
                write_values(register, found, changes)
            done.append((row, found, changes, before))
        session.flush()
        for row, entry, changes, before in done:
            said = {
                code: (before[code] if before else None, value)
                for code, value in changes.items()
                if before or value not in (None, "")
            }
            log(
                session,
                actor=work.actor,
                register=register,
                row=entry,
                act="changed" if before else "added",
                changes=said,
            )
            kept = {code: json_value(before[code]) for code in changes} if before else None
            undo = {"version": entry.version, "before": kept}
            outcomes.append(Outcome(row.no, Did.CHANGED if before else Did.CREATED, entry.id, undo))
        if done:
            tell(session, register=register, unit_id=None)
        return outcomes

    def undo(self, work: TableWork, batch_id: UUID, done: Sequence[tuple[int, Outcome]]) -> None:
        """Takes back what nobody has touched since; an entry that the batch brought is gone then."""
        register, session = self.register, work.session
        acted = [(number, outcome) for number, outcome in done if outcome.undo is not None]
        ids = {outcome.object_id for _number, outcome in acted}
        mine = (rows_of(register), register.model.id.in_(ids))
        rows = {row.id: row for row in session.scalars(select(register.model).where(*mine).with_for_update())}
        touched: dict[str, str] = {
            Phrase("第%(row)s行", row=number): "导入后已被修改或停用"
            for number, outcome in acted
            if (row := rows.get(outcome.object_id)) is None or row.version != _undo(outcome)["version"]  # type: ignore[arg-type]  # None finds none
        }
        if touched:
            raise Refused("有条目在导入后被修改，不能整批撤销", fields=touched)
        for _number, outcome in acted:
            row, before = rows[outcome.object_id], _undo(outcome)["before"]  # type: ignore[index]  # checked above
            log(session, actor=work.actor, register=register, row=row, act="undone", changes={})
            if before is None:
                session.delete(row)
            else:
                write_values(register, row, _typed(register, before))
        session.flush()
        if acted:
            tell(session, register=register, unit_id=None)

    def _there(self, work: TableWork, units: set[UUID]) -> dict[tuple[object, ...], Registered]:
        register = self.register
        rows = work.session.scalars(
            select(register.model).where(in_use(register), register.model.unit_id.in_(units)).with_for_update()
        )
        return {identity(register, row.unit_id, current_values(register, row)): row for row in rows}


def _others(before: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """What the row says otherwise; nothing and an empty text are the same."""
    return {
        code: value
        for code, value in values.items()
        if before[code] != value and not (before[code] in (None, "") and value in (None, ""))
    }


def _undo(outcome: Outcome) -> Mapping[str, Any]:
    """As ``commit`` wrote it."""
    return outcome.undo if isinstance(outcome.undo, Mapping) else {}


def _typed(register: Register, before: Mapping[str, Any]) -> dict[str, Any]:
    """Values out of JSON as columns want them; a text that was empty is empty again."""
    return {
        code: value if value == "" or code in register.extra_codes else typed(register.by_code[code], value)
        for code, value in before.items()
    }
