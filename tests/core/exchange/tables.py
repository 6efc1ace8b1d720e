"""Sends tables through the import centre as pages do: upload, match as found, read; commit and undo."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from functools import cache
from typing import BinaryIO, cast
from uuid import UUID

from sqlalchemy import select

from core.access.actor import Actor
from core.app import feature_modules
from core.db.sessions import TenantSession
from core.exchange.acting import plugins_on
from core.exchange.models import ImportBatch, ImportFault
from core.exchange.services.committing import commit_batch
from core.exchange.services.reading import read_batch
from core.exchange.services.receiving import Received, map_as_found, receive
from core.exchange.services.undoing import undo_batch
from core.files.storage import Storage
from core.hooks.manager import Plugins, build_plugins
from core.hooks.tables import TableWork


@cache
def plugins() -> Plugins:
    return build_plugins(feature_modules(), points=())


class Kept(Storage):
    """A storage in memory, with the contract of the others."""

    def __init__(self) -> None:
        self.blobs: dict[str, bytes] = {}

    def put(self, key: str, stream: BinaryIO) -> None:
        self.blobs[key] = stream.read()

    def open(self, key: str) -> BinaryIO:
        if key not in self.blobs:
            raise FileNotFoundError(key)
        return io.BytesIO(self.blobs[key])

    def delete(self, key: str) -> None:
        self.blobs.pop(key, None)

    def exists(self, key: str) -> bool:
        return key in self.blobs


STORAGE = Kept()


def work_of(session: TenantSession, actor: Actor) -> TableWork:
    return TableWork(session, actor, plugins(), plugins_on(session, plugins()))


def received(work: TableWork, content: str | bytes, kind: str, name: str = "表.csv") -> Received:
    """Upload alone."""
    with tempfile.TemporaryFile() as spool:
        spool.write(content.encode() if isinstance(content, str) else content)
        return receive(work, kind=kind, name=name, file=cast("BinaryIO", spool), storage=STORAGE)


def send(work: TableWork, content: str | bytes, kind: str, name: str = "表.csv") -> Received:
    """Upload, and where it is new: columns as found, then read."""
    made = received(work, content, kind, name)
    if not made.known:
        map_as_found(work, batch_id=made.batch_id)
        read_batch(work, batch_id=made.batch_id, storage=STORAGE)
    return made


def faults_of(session: TenantSession, batch_id: UUID) -> dict[int, dict[str, str]]:
    rows = session.scalars(select(ImportFault).where(ImportFault.batch_id == batch_id))
    return {row.row_no: dict(row.faults) for row in rows}


def batch_of(session: TenantSession, batch_id: UUID) -> ImportBatch:
    return session.get_one(ImportBatch, (session.tenant_id, batch_id), populate_existing=True)


def commit(work: TableWork, batch_id: UUID, progress: Callable[[int, int], None] | None = None) -> ImportBatch:
    commit_batch(work, batch_id=batch_id, progress=progress)
    return batch_of(work.session, batch_id)


def undo(work: TableWork, batch_id: UUID) -> None:
    undo_batch(work, batch_id=batch_id)
