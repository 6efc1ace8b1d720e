"""Writes a tenant into a package. Streams: memory grows neither with the rows nor with the files."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator
from typing import IO, Any, BinaryIO

from sqlalchemy import ColumnElement, Table, Text, case, cast, func, literal, select

from core.audit.seal import chain_end
from core.db.sessions import TenantSession
from core.files.models import KEPT, File
from core.files.storage import CHUNK, Storage
from core.kernel.clock import Clock
from core.kernel.errors import Refused
from core.onboarding.transfer.layout import (
    ABOUT,
    CHECKSUMS,
    FORMAT,
    JSON_NULL,
    MANIFEST,
    PACK,
    PRODUCT,
    README,
    ChainEntry,
    Manifest,
    TableEntry,
)
from core.onboarding.transfer.tables import carried, columns, left_out, may_be_json_null
from core.tenancy import shelf
from core.tenancy.directory import TenantCard

ROWS = 1_000
Progress = Callable[[str, int], None]
"""(what was written, how many of it)"""


class Package:
    """An archive under way. Every entry but the last two is summed while it is written."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._sums: list[dict[str, Any]] = []

    def add(self, name: str, chunks: Iterator[bytes], *, packed: bool = True) -> None:
        digest, size = hashlib.sha256(), 0
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        with self._archive.open(info, "w", force_zip64=True) as entry:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                entry.write(chunk)
        self._sums.append({"name": name, "size": size, "sha256": digest.hexdigest()})

    def seal(self) -> str:
        """Writes the checksums; returns theirs."""
        text = b"".join(json.dumps(one).encode() + b"\n" for one in self._sums)
        with self._archive.open(CHECKSUMS, "w") as entry:
            entry.write(text)
        return hashlib.sha256(text).hexdigest()

    def close(self, manifest: Manifest) -> None:
        with self._archive.open(MANIFEST, "w") as entry:
            entry.write(json.dumps(manifest.to_json(), ensure_ascii=False, indent=1).encode())


def write_package(
    session: TenantSession, *, tenant: TenantCard, schema: str, storage: Storage, target: IO[bytes], clock: Clock,
    progress: Progress | None = None,
) -> Manifest:  # fmt: skip
    """``session``: read only, REPEATABLE READ, so that all tables are of one moment. ``schema``: revision of the database.
    ``clock``: the system's, for the date of the package. Raises Refused naming a file whose bytes are gone."""
    with zipfile.ZipFile(target, "w", allowZip64=True) as archive:
        package = Package(archive)
        package.add(README, iter([ABOUT.encode()]))
        pack = shelf.current(session)
        package.add(PACK, iter([json.dumps(pack.to_json() if pack else None, ensure_ascii=False).encode()]))
        tables = []
        for number, table in enumerate(carried()):
            entry = f"tables/{number:03d}-{table.name}.ndjson"
            counted = _Counted(rows_of(session, table))
            package.add(entry, iter(counted))
            names = tuple(column.name for column in columns(table))
            tables.append(TableEntry(table.name, entry, counted.count, names))
            if progress is not None:
                progress(table.name, counted.count)
        files, size = _files(session, package, storage)
        if progress is not None:
            progress("files", files)
        end = chain_end(session)
        manifest = Manifest(
            FORMAT, PRODUCT, clock.now().isoformat(), schema, tenant.slug, tenant.name, tenant.kind, tenant.clock_offset_s,
            tuple(tables), files, size, ChainEntry(session.tenant_id, end.seq if end else 0, end.hash.hex() if end else ""),
            left_out(), package.seal(),
        )  # fmt: skip
        package.close(manifest)
    return manifest


class _Counted:
    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines, self.count = lines, 0

    def __iter__(self) -> Iterator[bytes]:
        for line in self._lines:
            self.count += 1
            yield line + b"\n"


def rows_of(session: TenantSession, table: Table) -> Iterator[bytes]:
    """One JSON object a row, in the order of the key. The database writes it: nothing is read into objects."""
    wanted = columns(table)
    parts: list[Any] = [
        part for column in wanted for part in (literal(column.name, Text), _value(session.tenant_id, table, column))
    ]
    row: ColumnElement[Any] = func.jsonb_build_object(*parts[:100])
    for start in range(100, len(parts), 100):  # a function takes a hundred arguments
        row = row.op("||")(func.jsonb_build_object(*parts[start : start + 100]))
    for column in wanted:
        if may_be_json_null(column):
            mark = func.jsonb_build_object(literal(column.name + JSON_NULL, Text), True)
            row = row.op("||")(case((func.jsonb_typeof(column) == "null", mark), else_=func.jsonb_build_object()))
    statement = (
        select(cast(row, Text))
        .where(table.c.tenant_id == session.tenant_id)
        .order_by(*table.primary_key.columns)
        .execution_options(yield_per=ROWS)
    )
    for (text,) in session.execute(statement):
        yield text.encode()


def _value(tenant_id: int, table: Table, column: Any) -> Any:
    if table.name == File.__tablename__ and column.name in ("key", "thumbnail_key"):
        # t/<tenant>/<yyyy>/<mm>/<uuid>: the tenant is another one elsewhere
        return func.substr(column, len(f"t/{tenant_id}/") + 1)
    return column


def _files(session: TenantSession, package: Package, storage: Storage) -> tuple[int, int]:
    """Each content once, though several rows may have it; thumbnails beside them."""
    count = size = 0
    before = ""
    kept = select(File.sha256, File.size, File.key, File.id, File.thumbnail_key).where(File.state == KEPT)
    for digest, length, key, file_id, thumbnail in session.execute(
        kept.order_by(File.sha256, File.id).execution_options(yield_per=ROWS)
    ):
        if digest != before:
            try:
                content = storage.open(key)
            except FileNotFoundError as fault:
                raise Refused("附件 %(id)s 的内容不在存储中，请先恢复文件或运行清理任务", id=file_id) from fault
            package.add(f"files/{digest}", _bytes(content), packed=False)
            count, size, before = count + 1, size + length, digest
        if thumbnail is not None and storage.exists(thumbnail):
            package.add(f"thumbnails/{file_id}", _bytes(storage.open(thumbnail)), packed=False)
    return count, size


def _bytes(stream: BinaryIO) -> Iterator[bytes]:
    with stream:
        while chunk := stream.read(CHUNK):
            yield chunk
