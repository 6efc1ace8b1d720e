"""Preview and commit in one go, for commands: all rows or none."""

from __future__ import annotations

import tempfile
from typing import BinaryIO, cast

from sqlalchemy import select

from core.exchange.models import ImportBatch, ImportFault
from core.exchange.services.batches import own_batch
from core.exchange.services.committing import commit_batch
from core.exchange.services.reading import read_batch
from core.exchange.services.receiving import map_as_found, receive
from core.files.storage import Storage
from core.hooks.tables import TableWork
from core.kernel.errors import Invalid

NAMED = 50
"""Rows at fault that are named."""


def import_at_once(work: TableWork, *, kind: str, name: str, content: bytes, storage: Storage) -> dict[str, int]:
    """Raises Invalid naming the rows where any is at fault; keeps nothing then (the caller rolls back)."""
    session = work.session
    with tempfile.TemporaryFile() as spool:
        spool.write(content)
        spool.seek(0)
        received = receive(work, kind=kind, name=name, file=cast("BinaryIO", spool), storage=storage)
    batch = own_batch(work, received.batch_id)
    if not received.known:
        map_as_found(work, batch_id=batch.id)
        read_batch(work, batch_id=batch.id, storage=storage)
    batch = session.get_one(ImportBatch, (session.tenant_id, received.batch_id), populate_existing=True)
    if batch.faulty:
        faulty = session.scalars(
            select(ImportFault).where(ImportFault.batch_id == batch.id).order_by(ImportFault.row_no).limit(NAMED)
        )
        titles = {column: batch.titles[place] for column, place in batch.places.items()}
        raise Invalid(
            "表格中有%(n)s行有误", n=batch.faulty,
            fields={f"第{row.row_no}行": "；".join(f"{titles.get(key, key)}：{why}" for key, why in row.faults.items()) for row in faulty},
        )  # fmt: skip
    if batch.committed_at is None:
        commit_batch(work, batch_id=received.batch_id)
    batch = session.get_one(ImportBatch, (session.tenant_id, received.batch_id), populate_existing=True)
    return {
        "rows": batch.total, "created": batch.created, "updated": batch.changed, "unchanged": batch.same, "refused": batch.refused,
    }  # fmt: skip
