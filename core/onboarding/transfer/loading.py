"""Reads a package into a new tenant. Everything runs in that tenant's own scope: its rows can land nowhere else."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, BinaryIO, cast

from sqlalchemy import (
    Boolean,
    Column,
    Table,
    Text,
    and_,
    bindparam,
    case,
    column,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import JSONB

from core.access.actor import Actor
from core.audit.services import record
from core.db.sessions import TenantSession
from core.files.models import KEPT, File
from core.files.storage import Storage
from core.jobs.services import emit, enqueue
from core.kernel.events import Event
from core.onboarding.transfer.chain import reseal
from core.onboarding.transfer.layout import JSON_NULL, TableEntry, refused
from core.onboarding.transfer.reading import OpenPackage, in_batches
from core.onboarding.transfer.tables import SEALS, carried, columns, may_be_json_null, refers_to_itself
from core.orgs.services.closure import rebuild_closure
from core.search.tasks import COMPARE
from core.tenancy import shelf

_NULL = sql_cast(literal("null", Text), JSONB)
ROWS = 500
"""Rows of one statement."""


def load_package(session: TenantSession, *, actor: Actor, package: OpenPackage) -> int:
    """All rows, the audit chain sealed anew under this tenant's number, what is derived; returns how many rows.

    Raises Invalid where the audit log is not what the manifest's last link vouches for, or rows do not hang together.
    Side effects: rows of this tenant; jobs that build what is derived; the entry ``tenant.imported`` in the audit log.
    """
    manifest = package.manifest
    entries = {entry.name: entry for entry in manifest.tables}
    total = 0
    for table in carried():
        entry = entries.get(table.name)
        if entry is None or table.name == SEALS:
            continue
        total += _load(session, table, entry, package)
    if SEALS in entries:
        total += reseal(session, manifest.audit, package.lines(entries[SEALS]))
    rebuild_closure(session)
    pack = shelf.current(session)
    record(
        session, actor=actor, action="tenant.imported", object_kind="tenant", object_id=manifest.slug,
        data={"rows": total, "files": manifest.files, "made_at": manifest.made_at, "head": manifest.audit.head},
    )  # fmt: skip
    emit(
        session, Event("tenant.onboarded", session.tenant_id, session.now(), {"version": pack.version if pack else ""})
    )
    enqueue(session, kind=COMPARE, args={}, actor=None, dedupe_key=f"{COMPARE}:imported")
    return total


def load_files(session: TenantSession, *, package: OpenPackage, storage: Storage) -> Iterator[str]:
    """Stores the bytes of every file of the tenant, under its new keys; yields each key before it is written, so that a
    caller that fails can take them back. Raises Invalid for a file that the package should have and has not."""
    rows = session.execute(
        select(File.id, File.sha256, File.key, File.thumbnail_key)
        .where(File.state == KEPT)
        .order_by(File.id)
        .execution_options(yield_per=ROWS)
    )
    for file_id, digest, key, thumbnail in rows:
        if not package.has(f"files/{digest}"):
            raise refused("单位包中没有 %(entry)s", entry=f"files/{digest}")
        yield key
        with package.stream(f"files/{digest}") as stream:
            storage.put(key, cast("BinaryIO", stream))
        if thumbnail is not None and package.has(f"thumbnails/{file_id}"):
            yield thumbnail
            with package.stream(f"thumbnails/{file_id}") as stream:
                storage.put(thumbnail, cast("BinaryIO", stream))


def _load(session: TenantSession, table: Table, entry: TableEntry, package: OpenPackage) -> int:
    own = [one for one in columns(table) if one.name in entry.columns]
    circular = refers_to_itself(table)
    if not circular:
        for batch in in_batches(package.lines(entry), ROWS):
            _insert(session, table, own, batch, ())
        return entry.rows
    # rows that refer to others of the table come after them: as many passes as chains are long
    done = -1
    while (now := _passed(session, table, own, package.lines(entry), circular)) < entry.rows:
        if now == done:
            raise refused("%(entry)s 中有的行所指的行不在单位包中", entry=entry.file)
        done = now
    return entry.rows


def _passed(
    session: TenantSession, table: Table, own: Sequence[Column[Any]], lines: Iterable[bytes], circular: tuple[str, ...]
) -> int:
    for batch in in_batches(lines, ROWS):
        _insert(session, table, own, batch, circular)
    return int(
        session.scalar(select(func.count()).select_from(table).where(table.c.tenant_id == session.tenant_id)) or 0
    )


def _insert(
    session: TenantSession, table: Table, own: Sequence[Column[Any]], lines: Sequence[bytes], circular: tuple[str, ...]
) -> None:
    """One statement: the database takes the JSON apart by the columns' types. ``circular``: only rows whose references are there."""
    marks = [column(one.name + JSON_NULL, Boolean) for one in own if may_be_json_null(one)]
    shape = [column(one.name, one.type) for one in own]
    rows = (
        func.jsonb_to_recordset(bindparam("rows", type_=JSONB))
        .table_valued(*shape, *marks, name="package_row")
        .render_derived(with_types=True)
    )
    values = [_value(session.tenant_id, table, one, rows.c) for one in own]
    wanted = select(literal(session.tenant_id, table.c.tenant_id.type), *values)
    if circular:
        there = table.alias("there")
        key = [one.name for one in table.primary_key.columns if one.name != "tenant_id"]
        mine = there.c.tenant_id == session.tenant_id
        wanted = wanted.where(
            ~exists().where(mine, *(there.c[name] == rows.c[name] for name in key)),
            and_(*(or_(rows.c[name].is_(None), exists().where(mine, there.c.id == rows.c[name])) for name in circular)),
        )
    session.execute(
        insert(table).from_select(["tenant_id", *(one.name for one in own)], wanted),
        {"rows": [json.loads(line) for line in lines]},
    )


def _value(tenant_id: int, table: Table, one: Column[Any], row: Any) -> Any:
    value = row[one.name]
    if table.name == File.__tablename__ and one.name in ("key", "thumbnail_key"):
        return literal(f"t/{tenant_id}/", Text) + value
    if may_be_json_null(one):
        return case((row[one.name + JSON_NULL].is_(True), _NULL), else_=value)
    if isinstance(one.type, JSONB):  # not nullable: what is null there is JSON's
        return func.coalesce(value, _NULL)
    return value
