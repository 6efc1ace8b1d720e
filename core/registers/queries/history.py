"""What was done to an entry, out of the audit log, in the words of the register."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from core.audit.queries import history
from core.db.sessions import TenantSession
from core.registers.catalogue import Registers
from core.registers.declared import Register
from core.registers.queries.cards import called, in_words, typed
from core.tenancy.packs.model import FieldKind, RegisterField

GENERIC = "register_entry"
"""Kind of a pack's entries in the log."""
FILES = "#files"
"""Among the changes of an entry: how many files hang on it; no code of a field reads so."""
ACTIONS = {"added": "登记", "changed": "修改", "retired": "停用", "restored": "恢复使用", "undone": "撤销导入"}


@dataclass(frozen=True)
class Change:
    """``changes``: (title of the field, before, after); personal values are only said to have changed."""

    at: datetime
    action: str
    """Words: 登记, 修改 …"""
    who: str
    changes: tuple[tuple[str, str, str], ...]


def object_kind(register: Register) -> str:
    return GENERIC if register.generic else register.slug


def changes_of(session: TenantSession, registers: Registers, register: Register, entry_id: UUID) -> tuple[Change, ...]:
    """Newest first. One query, and one for each field that refers to something."""
    entries = history(session, object_kind=object_kind(register), object_id=entry_id)
    found = [(entry, entry.data.get("changes", {})) for entry in entries]
    words = _references(session, registers, register, [changes for _entry, changes in found])
    return tuple(
        Change(
            entry.at,
            ACTIONS.get(entry.action.rpartition(".")[2], entry.action),
            entry.actor_name,
            tuple(_line(register, code, pair, words) for code, pair in changes.items()),
        )
        for entry, changes in found
    )


def _line(register: Register, code: str, pair: Any, words: Mapping[str, Mapping[Any, str]]) -> tuple[str, str, str]:
    own = register.by_code.get(code)
    if code == FILES:
        return register.files.label if register.files else "附件", str(pair[0]), str(pair[1])
    if own is None:  # the pack took the field away since
        return (code, str(pair[0] or ""), str(pair[1] or "")) if pair else (code, "", "")
    if pair is None:
        return own.label, "", "（个人信息，不留痕）" if own.personal else "（内容不留痕）"
    before, after = (_said(own, value, words.get(code, {})) for value in pair)
    return own.label, before, after


def _said(own: RegisterField, value: Any, words: Mapping[Any, str]) -> str:
    found = typed(own, value) if own.kind in (FieldKind.UNIT, FieldKind.PERSON, FieldKind.ENTRY) else value
    return words.get(found) or in_words(own, found)


def _references(
    session: TenantSession, registers: Registers, register: Register, changes: list[Mapping[str, Any]]
) -> dict[str, Mapping[Any, str]]:
    found: dict[str, Mapping[Any, str]] = {}
    for own in register.of_kind(FieldKind.UNIT, FieldKind.PERSON, FieldKind.ENTRY):
        pairs = [change[own.code] for change in changes if change.get(own.code)]
        ids = {value for pair in pairs for raw in pair if isinstance(value := typed(own, raw), UUID)}
        if ids:
            found[own.code] = called(session, registers, register, own, ids)
    return found
