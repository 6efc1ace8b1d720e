"""Bytes of tables in the storage of the attachments: what was sent, what was made. Decides no access."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast
from uuid import UUID

from sqlalchemy import delete

from core.db.sessions import TenantSession
from core.files.models import File
from core.files.queries import file_card
from core.files.sniff import safe_name
from core.files.storage import Storage
from core.kernel.clock import LOCAL
from core.kernel.errors import NotFound
from core.kernel.ids import new_id

IMPORT, EXPORT = "import_batch", "export"
"""Kinds of things that these files hang on."""


def digest_of(file: BinaryIO) -> str:
    file.seek(0)
    found = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # a BinaryIO reads as it must
    file.seek(0)
    return found


def keep(
    session: TenantSession, *, storage: Storage, file: BinaryIO, name: str, media_type: str, subject_kind: str,
    subject_id: UUID, person_id: UUID | None,
) -> UUID:  # fmt: skip
    """Stores the bytes, then their row. Side effects: bytes in the storage, also if the transaction is rolled back later."""
    file_id = new_id()
    day = session.now().astimezone(LOCAL)
    sha256 = digest_of(file)
    size = file.seek(0, 2)
    file.seek(0)
    key = f"t/{session.tenant_id}/{day:%Y}/{day:%m}/{file_id}"
    storage.put(key, file)
    session.add(
        File(
            id=file_id, name=safe_name(name), media_type=media_type, size=size, sha256=sha256, key=key, uploaded_at=session.now(),
            uploaded_by=person_id, subject_kind=subject_kind, subject_id=subject_id, purpose="table",
        )
    )  # fmt: skip
    session.flush()
    return file_id


@contextmanager
def fetched(session: TenantSession, file_id: UUID | None, storage: Storage) -> Iterator[BinaryIO]:
    """The bytes as a real file on this machine. Raises NotFound for what was forgotten."""
    if file_id is None:
        raise NotFound("原文件已过保存期限，请重新上传")
    key = file_card(session, file_id).key
    with tempfile.TemporaryFile() as spool:
        try:
            with storage.open(key) as source:
                shutil.copyfileobj(source, spool)
        except FileNotFoundError as fault:
            raise NotFound("原文件已丢失，请重新上传") from fault
        spool.seek(0)
        yield cast("BinaryIO", spool)


def forget(session: TenantSession, file_ids: list[UUID]) -> None:
    """Removes the rows; the sweep removes the bytes."""
    if file_ids:
        session.execute(delete(File).where(File.id.in_(file_ids)).execution_options(synchronize_session=False))
