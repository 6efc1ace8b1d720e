"""Takes files in and attaches them. The bytes are stored before the row: a crash leaves an orphan for the sweep,
never a row without bytes."""

from __future__ import annotations

import hashlib
import io
import tempfile
from datetime import datetime
from typing import BinaryIO, cast
from uuid import UUID

from sqlalchemy import select

from core.access.actor import Actor
from core.audit.services import record
from core.db.sessions import TenantSession
from core.files.models import KEPT, File
from core.files.pictures import Picture, read_picture
from core.files.queries import FileCard, file_card
from core.files.sniff import IMAGES, sniff
from core.files.storage import CHUNK, THUMBNAIL_SUFFIX, Storage
from core.kernel.clock import LOCAL
from core.kernel.errors import Invalid, NotFound, TooLarge
from core.kernel.ids import new_id

MAX_BYTES = 50 * 1024 * 1024
PURPOSE_MAX = 40


def store_file(
    session: TenantSession, *, actor: Actor, storage: Storage, stream: BinaryIO, name: str, purpose: str,
    subject_kind: str | None = None, subject_id: UUID | None = None, occurred_at: datetime | None = None,
    max_bytes: int = MAX_BYTES, keep_location: bool = False,
) -> FileCard:  # fmt: skip
    """Checks, cleans and stores one upload; with a subject it hangs there at once (the caller has checked access to it).

    ``occurred_at``: as the person says; else as the camera says, if plausible. Raises Invalid, TooLarge.
    Side effects: bytes in the storage, also if the transaction is rolled back later.
    """
    if occurred_at is not None and occurred_at > session.now():
        raise Invalid(fields={"occurred_at": "拍摄时间不能晚于现在"})
    if not purpose or len(purpose) > PURPOSE_MAX:
        raise Invalid(fields={"purpose": "请说明用途，如 before、after、document"})
    with tempfile.TemporaryFile() as spool:
        received = cast("BinaryIO", spool)
        _receive(stream, received, max_bytes)
        sniffed = sniff(received, name=name)
        picture: Picture | None = None
        if sniffed.media_type in IMAGES:
            picture = read_picture(received.read(), sniffed.media_type, now=session.now(), keep_location=keep_location)
        kept: BinaryIO = io.BytesIO(picture.data) if picture else received
        row = File(
            id=new_id(), name=sniffed.name, media_type=sniffed.media_type, purpose=purpose,
            occurred_at=occurred_at or (picture.taken_at if picture else None),
            uploaded_at=session.now(), uploaded_by=actor.person_id, subject_kind=subject_kind, subject_id=subject_id,
            width=picture.width if picture else None, height=picture.height if picture else None,
        )  # fmt: skip
        row.sha256, row.size = hashlib.file_digest(kept, "sha256").hexdigest(), kept.seek(0, io.SEEK_END)  # type: ignore[arg-type]  # a BinaryIO reads as it must
        row.key = _key(session, row.id)
        kept.seek(0)
        storage.put(row.key, kept)
    if picture is not None:
        row.thumbnail_key = row.key + THUMBNAIL_SUFFIX
        storage.put(row.thumbnail_key, io.BytesIO(picture.thumbnail))
    session.add(row)
    session.flush()
    record(
        session, actor=actor, action="file.stored", object_kind="file", object_id=row.id,
        data={"sha256": row.sha256, "size": row.size, "media_type": row.media_type, "purpose": purpose},
    )  # fmt: skip
    return file_card(session, row.id)


def attach(
    session: TenantSession,
    *,
    actor: Actor,
    file_id: UUID,
    subject_kind: str,
    subject_id: UUID,
    purpose: str | None = None,
) -> None:
    """Hangs one's own loose upload on a thing, for good; the caller has checked access to the thing.

    Raises NotFound for a file that is not there, somebody else's, or hanging somewhere already.
    """
    row = _own_loose(session, actor, file_id)
    row.subject_kind, row.subject_id = subject_kind, subject_id
    row.purpose = purpose or row.purpose
    data = {"subject_kind": subject_kind, "subject_id": str(subject_id), "purpose": row.purpose}
    record(session, actor=actor, action="file.attached", object_kind="file", object_id=file_id, data=data)


def share(session: TenantSession, *, actor: Actor, file_id: UUID, purpose: str) -> UUID:
    """A second row on the same bytes, loose and the actor's own, to be attached elsewhere; the caller has checked access.

    Bytes are deleted only when no row names them. Raises NotFound for a file that is not there or whose bytes are gone.
    """
    # Locked until the commit, so that nobody lets go of the bytes before the second row stands.
    kept = select(File).where(File.id == file_id, File.state == KEPT)
    row = session.scalars(kept.with_for_update(read=True, key_share=True)).first()
    if row is None:
        raise NotFound()
    same = ("name", "media_type", "size", "sha256", "key", "thumbnail_key", "occurred_at", "width", "height")
    twin = File(
        id=new_id(), purpose=purpose, uploaded_at=session.now(), uploaded_by=actor.person_id,
        **{name: getattr(row, name) for name in same},
    )  # fmt: skip
    session.add(twin)
    session.flush()
    record(
        session, actor=actor, action="file.stored", object_kind="file", object_id=twin.id,
        data={"sha256": twin.sha256, "size": twin.size, "media_type": twin.media_type, "purpose": purpose},
    )  # fmt: skip
    return twin.id


def discard(session: TenantSession, *, actor: Actor, file_id: UUID) -> None:
    """Takes back one's own loose upload; the sweep removes the bytes. What is attached stays. Raises NotFound."""
    session.delete(_own_loose(session, actor, file_id))
    record(session, actor=actor, action="file.discarded", object_kind="file", object_id=file_id)


def detach(session: TenantSession, *, actor: Actor, file_id: UUID, subject_kind: str, subject_id: UUID) -> None:
    """Takes a file off its thing for good, by whoever hung it there; the sweep removes the bytes.

    The caller has checked access to the thing. Raises NotFound for a file that does not hang on it.
    """
    hanging = (File.id == file_id, File.subject_kind == subject_kind, File.subject_id == subject_id)
    row = session.scalars(select(File).where(*hanging).with_for_update()).first()
    if row is None:
        raise NotFound()
    session.delete(row)
    data = {"subject_kind": subject_kind, "subject_id": str(subject_id), "purpose": row.purpose}
    record(session, actor=actor, action="file.discarded", object_kind="file", object_id=file_id, data=data)


def _own_loose(session: TenantSession, actor: Actor, file_id: UUID) -> File:
    row = session.scalars(
        select(File)
        .where(File.id == file_id, File.uploaded_by == actor.person_id, File.subject_kind.is_(None))
        .with_for_update()
    ).first()
    if row is None or actor.person_id is None:
        raise NotFound()
    return row


def _receive(stream: BinaryIO, spool: BinaryIO, max_bytes: int) -> None:
    left = max_bytes
    while chunk := stream.read(min(CHUNK, left + 1)):
        left -= len(chunk)
        if left < 0:
            raise TooLarge(
                "文件太大，单个文件不超过 %(limit)s MB", fields={"file": "文件太大"}, limit=max_bytes // (1024 * 1024)
            )
        spool.write(chunk)
    spool.seek(0)


def _key(session: TenantSession, file_id: UUID) -> str:
    day = session.now().astimezone(LOCAL)
    return f"t/{session.tenant_id}/{day:%Y}/{day:%m}/{file_id}"
