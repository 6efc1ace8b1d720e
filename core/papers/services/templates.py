"""The district's own templates: tried before they are taken, kept for good, the built-in one always at hand."""

from __future__ import annotations

import io
from typing import BinaryIO
from uuid import UUID

from sqlalchemy import func, select

from core.access.actor import Actor
from core.audit.services import record
from core.db.sessions import TenantSession
from core.documents.rendering import render
from core.files.services import store_file
from core.files.storage import Storage
from core.hooks.papers import PaperKind
from core.kernel.archives import Limits, check_archive
from core.kernel.errors import Conflict, Invalid, Stale, TooLarge
from core.kernel.ids import new_id
from core.papers.models import PaperTemplate, PaperWord
from core.papers.permissions import PaperPermission
from core.papers.queries.templates import current_template, word_of
from core.tenancy.packs.model import Pack

SUBJECT = "paper_template"
LARGEST = 5 * 1024 * 1024
LIMITS = Limits(total=60 * 1024 * 1024, ratio=100, entries=500)
"""Of an unpacked template with its pictures."""
WORD_MAX = 20


def put_template(
    session: TenantSession, *, actor: Actor, storage: Storage, kind: PaperKind, stream: BinaryIO, name: str, note: str = "",
) -> int:  # fmt: skip
    """Takes a docx in the place of the template in force; returns its number within the kind.

    It is filled with sample values first. Raises Invalid for what is no Word file, asks for a name that is not there or for
    what it must not have; TooLarge. Side effects: a file.
    """
    actor.require(PaperPermission.TEMPLATE)
    content = stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise TooLarge("模板不超过%(most)s MB", most=LARGEST // 1024 // 1024)
    if not content.startswith(b"PK"):
        raise Invalid(fields={"file": "请上传 Word 文件（docx）"})
    check_archive(io.BytesIO(content), limits=LIMITS)
    try:
        render(content, kind.sample)
    except Invalid as fault:
        raise Invalid(fields={"file": fault.fields["template"]}) from fault
    number = _next(session, kind)
    row = PaperTemplate(
        id=new_id(), kind=kind.code, no=number, note=note, at=session.now(), by_id=actor.person_id, by_name=actor.name
    )
    card = store_file(
        session, actor=actor, storage=storage, stream=io.BytesIO(content), name=name, purpose="template",
        subject_kind=SUBJECT, subject_id=row.id, max_bytes=LARGEST,
    )  # fmt: skip
    row.file_id = card.id
    session.add(row)
    session.flush()
    _record(session, actor, "put", row.id, kind=kind.code, no=number)
    return number


def take_back(session: TenantSession, *, actor: Actor, kind: PaperKind, no: int) -> None:
    """The built-in template is in force again; what the district had stays on the list.

    ``no``: of the template that the actor saw in force. Raises Conflict where the built-in one is in force, Stale for another.
    """
    actor.require(PaperPermission.TEMPLATE)
    number = _next(session, kind)
    current = current_template(session, kind.code)
    if current is None:
        raise Conflict("现在用的就是内置模板")
    if current.no != no:
        raise Stale()
    row = PaperTemplate(
        id=new_id(), kind=kind.code, no=number, at=session.now(), by_id=actor.person_id, by_name=actor.name
    )
    session.add(row)
    session.flush()
    _record(session, actor, "taken_back", row.id, kind=kind.code, no=number)


def set_word(session: TenantSession, *, actor: Actor, pack: Pack, kind: PaperKind, version: int, word: str) -> None:
    """The 机关代字 of a kind from now on; ``version`` 0 where the district had none of its own. Raises Stale, Invalid."""
    actor.require(PaperPermission.TEMPLATE)
    word = word.strip()
    if not 0 < len(word) <= WORD_MAX or any(sign in word for sign in "〔〕[]（）()") or word.split() != [word]:
        raise Invalid(fields={"word": "机关代字是不含空格和括号的二十字以内文字"})
    row = session.scalars(select(PaperWord).where(PaperWord.kind == kind.code).with_for_update()).first()
    if (row.version if row is not None else 0) != version:
        raise Stale()
    before = word_of(session, pack, kind).word
    if row is None:
        session.add(PaperWord(kind=kind.code, word=word))
    else:
        row.word = word
    session.flush()
    record(
        session, actor=actor, action="paper_template.word", object_kind="paper_template", object_id=kind.code,
        data={"kind": kind.code, "before": before, "word": word},
    )  # fmt: skip


def _next(session: TenantSession, kind: PaperKind) -> int:
    """Two at once get different numbers: the later one meets the unique key and is told to try again."""
    last = session.scalar(select(func.max(PaperTemplate.no)).where(PaperTemplate.kind == kind.code))
    return (last or 0) + 1


def _record(session: TenantSession, actor: Actor, act: str, row_id: UUID, **data: object) -> None:
    record(
        session, actor=actor, action=f"paper_template.{act}", object_kind="paper_template", object_id=row_id, data=data
    )
