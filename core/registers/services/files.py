"""Files are hung on an entry and taken off it; each is a change of the entry: version, history, event."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm.attributes import flag_modified

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.files.models import File
from core.files.services import attach, detach
from core.kernel.errors import Conflict, Invalid, NotFound, Refused
from core.kernel.phrases import Phrase
from core.registers.declared import Register
from core.registers.models import Registered
from core.registers.queries.cards import values_of
from core.registers.queries.files import MEDIA, sees_files
from core.registers.queries.history import FILES, object_kind
from core.registers.services.entries import locked, log, tell
from core.tenancy.packs.model import FileSort, RegisterFiles

SAID = {
    FileSort.IMAGE: "图片",
    FileSort.PDF: "PDF",
    FileSort.DOCUMENT: "Word文档（docx）",
    FileSort.SHEET: "Excel表格（xlsx）",
}


def hang_files(
    session: TenantSession, *, actor: Actor, register: Register, entry_id: UUID, version: int, file_ids: Sequence[UUID]
) -> int:
    """The actor's own loose uploads hang on the entry. Returns the version afterwards.

    Raises NotFound, Stale, Conflict for an entry out of use, Refused where the register takes no files, Invalid for too many or
    for what it does not take. Side effects: audit entries, event ``register.changed``.
    """
    row = _in_use(session, actor, register, entry_id, version)
    taken = register.files
    if taken is None:
        raise Refused("这个台账不附文件")
    there = _number(session, register, entry_id)
    wanted = list(dict.fromkeys(file_ids))
    if there + len(wanted) > taken.most:
        raise Invalid(fields={"files": Phrase("每条最多%(n)s个文件", n=taken.most)})
    _refuse_other_sorts(session, taken, wanted)
    for file_id in wanted:
        attach(session, actor=actor, file_id=file_id, subject_kind=object_kind(register), subject_id=entry_id)
    return _noted(session, actor, register, row, there, there + len(wanted)) if wanted else row.version


def take_file_off(
    session: TenantSession, *, actor: Actor, register: Register, entry_id: UUID, version: int, file_id: UUID
) -> int:
    """For good: the sweep removes its bytes. Returns the version afterwards.

    Raises NotFound also for a file that hangs elsewhere or that the actor may not see, Stale, Conflict. Side effects as of hanging.
    """
    row = _in_use(session, actor, register, entry_id, version)
    if not sees_files(actor, register, row.unit_id, values_of(register, row)):
        raise NotFound()
    there = _number(session, register, entry_id)
    detach(session, actor=actor, file_id=file_id, subject_kind=object_kind(register), subject_id=entry_id)
    return _noted(session, actor, register, row, there, there - 1)


def _in_use(session: TenantSession, actor: Actor, register: Register, entry_id: UUID, version: int) -> Registered:
    row = locked(session, actor=actor, register=register, entry_id=entry_id, version=version)
    if row.retired_on is not None:
        raise Conflict("这一条已经停用，请先恢复使用")
    return row


def _number(session: TenantSession, register: Register, entry_id: UUID) -> int:
    hanging = (File.subject_kind == object_kind(register), File.subject_id == entry_id)
    return session.scalar(select(func.count()).select_from(File).where(*hanging)) or 0


def _refuse_other_sorts(session: TenantSession, taken: RegisterFiles, file_ids: Sequence[UUID]) -> None:
    """What is not there is refused by ``attach``."""
    fits = frozenset[str]().union(*(MEDIA[sort] for sort in taken.sorts))
    if any(kind not in fits for kind in session.scalars(select(File.media_type).where(File.id.in_(file_ids)))):
        raise Invalid(fields={"files": Phrase("只收%(sorts)s", sorts=[SAID[sort] for sort in taken.sorts])})


def _noted(session: TenantSession, actor: Actor, register: Register, row: Registered, before: int, after: int) -> int:
    """The entry counts as changed, so that whoever undoes an import or saves an older form is stopped."""
    flag_modified(row, "extra")
    session.flush()
    log(session, actor=actor, register=register, row=row, act="changed", changes={FILES: (before, after)})
    tell(session, register=register, unit_id=row.unit_id, entry_id=row.id)
    return row.version
