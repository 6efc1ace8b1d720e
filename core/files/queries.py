"""Reads of attachments, and who may see one: whoever may see what it is attached to. Hands out read-models."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Select, select

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.files.models import KEPT, File
from core.files.sniff import DOCX, IMAGES, PDF, XLSX
from core.kernel.errors import NotFound

log = structlog.get_logger(__name__)

SubjectCheck = Callable[[TenantSession, Actor, UUID], bool]
Subjects = Mapping[str, SubjectCheck]
"""Kind of thing → may this actor see the files of that thing? From hook ``register_file_subjects``."""


@dataclass(frozen=True)
class FileCard:
    """One attachment. ``sha256`` in hex; ``width`` and ``height`` in pixels as seen; ``kept`` False: the bytes are gone."""

    id: UUID
    name: str
    media_type: str
    size: int
    sha256: str
    key: str
    thumbnail_key: str | None
    occurred_at: datetime | None
    uploaded_at: datetime
    uploaded_by: UUID | None
    subject_kind: str | None
    subject_id: UUID | None
    purpose: str
    width: int | None
    height: int | None
    state: str

    @property
    def kept(self) -> bool:
        return self.state == KEPT

    @property
    def kind(self) -> str:
        """image | pdf | sheet | other, as galleries show it."""
        if self.media_type in IMAGES:
            return "image"
        return {PDF: "pdf", XLSX: "sheet", DOCX: "other"}.get(self.media_type, "other")


def file_card(session: TenantSession, file_id: UUID) -> FileCard:
    """Without an access check: for whoever made one. Raises NotFound."""
    row = session.execute(_cards().where(File.id == file_id)).first()
    if row is None:
        raise NotFound()
    return FileCard(*row)


def visible_file(session: TenantSession, file_id: UUID, *, actor: Actor, subjects: Subjects) -> FileCard:
    """Raises NotFound for what is not there and for what the actor may not see: the two look the same."""
    card = file_card(session, file_id)
    if not may_see(session, card, actor=actor, subjects=subjects):
        raise NotFound()
    return card


def may_see(session: TenantSession, card: FileCard, *, actor: Actor, subjects: Subjects) -> bool:
    """Not attached yet: only the uploader. A kind of subject that nobody registered, and a check that fails, refuse."""
    if card.subject_kind is None or card.subject_id is None:
        return actor.person_id is not None and card.uploaded_by == actor.person_id
    check = subjects.get(card.subject_kind)
    if check is None:
        log.warning("no one vouches for files of this kind", subject_kind=card.subject_kind)
        return False
    try:
        return check(session, actor, card.subject_id) is True
    except NotFound:
        return False
    except Exception:
        log.exception("file access check failed", subject_kind=card.subject_kind)
        return False


def files_on(
    session: TenantSession, *, subject_kind: str, subject_ids: Iterable[UUID]
) -> dict[UUID, tuple[FileCard, ...]]:
    """The attachments of several things in one query, oldest first; the caller has checked access to the things."""
    rows = session.execute(
        _cards()
        .where(File.subject_kind == subject_kind, File.subject_id.in_(set(subject_ids)))
        .order_by(File.uploaded_at, File.id)
    )
    found: dict[UUID, tuple[FileCard, ...]] = {}
    for card in (FileCard(*row) for row in rows):
        if card.subject_id is not None:
            found[card.subject_id] = (*found.get(card.subject_id, ()), card)
    return found


def twin_of(session: TenantSession, card: FileCard) -> UUID | None:
    """An earlier file of this tenant with the same bytes: a hint that a photo is used twice. Never across tenants."""
    return session.scalar(
        select(File.id)
        .where(File.sha256 == card.sha256, File.id != card.id, File.uploaded_at <= card.uploaded_at)
        .order_by(File.uploaded_at, File.id)
        .limit(1)
    )


def _cards() -> Select[*tuple[Any, ...]]:
    return select(
        File.id, File.name, File.media_type, File.size, File.sha256, File.key, File.thumbnail_key, File.occurred_at,
        File.uploaded_at, File.uploaded_by, File.subject_kind, File.subject_id, File.purpose, File.width, File.height,
        File.state,
    )  # fmt: skip
