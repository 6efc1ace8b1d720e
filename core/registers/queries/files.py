"""Files that hang on entries, e.g. scans of certificates: how many, which, and who may see them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.files.models import File
from core.files.queries import FileCard, Subjects, files_on
from core.files.sniff import DOCX, IMAGES, PDF, XLSX
from core.registers.catalogue import Registers
from core.registers.declared import Register
from core.registers.models import RegisterEntry
from core.registers.queries.cards import EntryCard, values_of
from core.registers.queries.history import GENERIC, object_kind
from core.tenancy.packs.model import FieldKind, FileSort

MEDIA: dict[FileSort, frozenset[str]] = {
    FileSort.IMAGE: IMAGES, FileSort.PDF: frozenset({PDF}), FileSort.DOCUMENT: frozenset({DOCX}), FileSort.SHEET: frozenset({XLSX}),
}  # fmt: skip
ENDINGS = {FileSort.IMAGE: "image/*", FileSort.PDF: ".pdf", FileSort.DOCUMENT: ".docx", FileSort.SHEET: ".xlsx"}
"""What the file chooser of a browser or a phone offers."""


def sees_files(actor: Actor, register: Register, unit_id: UUID, values: Mapping[str, Any]) -> bool:
    """Whoever reads the entry. Where files show a person: that person, who keeps the register in that unit, or checks it there.

    ``values`` of the entry: one of its fields may name the person, who then sees the own certificate's scan.
    Files of a register that takes none any more are kept as if they showed a person: nobody knows what they show.
    """
    if unit_id not in register.reach(actor):
        return False
    taken = register.files
    if taken is not None and not taken.personal:
        return True
    checks = taken is not None and taken.checked_by and actor.may(taken.checked_by, unit_id)
    return bool(checks) or unit_id in register.keep(actor) or _shown(actor, register, values)


def _shown(actor: Actor, register: Register, values: Mapping[str, Any]) -> bool:
    named = (values.get(own.code) for own in register.fields if own.kind is FieldKind.PERSON)
    return actor.person_id is not None and str(actor.person_id) in {str(one) for one in named}


def files_of(session: TenantSession, actor: Actor, register: Register, card: EntryCard) -> tuple[FileCard, ...]:
    """Those that the actor may see, oldest first. One query, none where there are none."""
    if not card.files or not sees_files(actor, register, card.unit_id, card.values):
        return ()
    return files_on(session, subject_kind=object_kind(register), subject_ids=[card.id]).get(card.id, ())


def file_counts(session: TenantSession, register: Register, ids: Iterable[UUID]) -> dict[UUID, int]:
    """Entry → how many files hang on it; without those that have none. One query."""
    rows = session.execute(
        select(File.subject_id, func.count())
        .where(File.subject_kind == object_kind(register), File.subject_id.in_(set(ids)))
        .group_by(File.subject_id)
    )
    return {subject: number for subject, number in rows if subject is not None}


def with_files(
    session: TenantSession, register: Register, cards: Sequence[EntryCard], *, left_over: bool = False
) -> tuple[EntryCard, ...]:
    """The cards with the number of their files. One query, none for a register that takes no files.

    ``left_over``: asked of such a register too, whose entries may hold some from when it did.
    """
    if not cards or (register.files is None and not left_over):
        return tuple(cards)
    counts = file_counts(session, register, [card.id for card in cards])
    return tuple(replace(card, files=counts.get(card.id, 0)) for card in cards)


def file_subjects(registers: Registers) -> Subjects:
    """For each kind of entry: may this actor see the files of that entry?"""
    return {kind: partial(_may_see, registers, kind) for kind in (*registers.coded, GENERIC)}


def _may_see(registers: Registers, kind: str, session: TenantSession, actor: Actor, entry_id: UUID) -> bool:
    """Of a plugin that is off, and of a register that is gone: nobody. The entry's query and the switches'."""
    model: Any = RegisterEntry if kind == GENERIC else registers.coded[kind].model
    row = session.scalars(select(model).where(model.id == entry_id)).one_or_none()
    if row is None:
        return False
    register = registers.in_force(session).get(row.register if kind == GENERIC else kind)
    if register is None or register.generic != (kind == GENERIC):
        return False
    return sees_files(actor, register, row.unit_id, values_of(register, row))
