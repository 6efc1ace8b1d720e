"""Takes a table in: keeps the file, finds its header, remembers what headers mean. Nothing else changes before the commit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, BinaryIO
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from core.audit.services import record
from core.exchange.keeping import IMPORT, digest_of, keep
from core.exchange.kinds import import_kind
from core.exchange.models import FAILED, MAPPING, PREVIEW, READING, ImportBatch, ImportHeader
from core.exchange.services.batches import clear, own_batch, same_file
from core.files.storage import Storage
from core.hooks.tables import TableWork
from core.kernel.errors import Invalid, Refused
from core.kernel.ids import new_id
from core.kernel.phrases import Phrase
from core.tables.columns import Column
from core.tables.headers import REASON, Header, find_header, header_at, plain, rows_of
from core.tables.reading import Sheet, TableFile, open_table
from core.tables.writing import CSV, XLSX

Said = Callable[[str], str]
SHOWN = 200
"""Letters of a cell that the page on which columns are matched needs."""


@dataclass(frozen=True)
class Received:
    """``known``: the same person sent the same file before; this is that batch. ``certain``: every header's meaning is known,
    so that there is nothing to ask."""

    batch_id: UUID
    known: bool
    certain: bool = False


def receive(work: TableWork, *, kind: str, name: str, file: BinaryIO, storage: Storage, said: Said = str) -> Received:
    """``file``: a real file. ``said``: a title in the sender's language, for headers of the blank form come back in it. Raises Invalid with what is right for what is no table, Forbidden, Refused, NotFound for the kind."""
    session = work.session
    found = import_kind(work, kind)
    columns = _known_as(found.columns(work), said)
    digest = digest_of(file)
    before = same_file(work, kind=kind, digest=digest)
    if before is not None:
        return Received(before, known=True)
    table = open_table(file)
    memory = remembered(work, kind)
    header = find_header(table.sheets, columns, memory) or _fullest_row(table.sheets, columns, memory)
    batch_id = new_id()
    media_type = XLSX if table.sheets[0].name else CSV
    file_id = keep(
        session, storage=storage, file=file, name=name, media_type=media_type, subject_kind=IMPORT, subject_id=batch_id,
        person_id=work.actor.person_id,
    )  # fmt: skip
    session.add(
        ImportBatch(
            id=batch_id, kind=kind, kind_title=found.title, file_name=name[-200:], file_id=file_id, digest=digest, sheet=header.sheet,
            header_row=header.row, date1904=table.date1904, titles=list(header.titles), places=dict(header.places), head=_head(table),
            created_at=session.now(), created_by=work.actor.person_id,
        )
    )  # fmt: skip
    session.flush()
    record(
        session, actor=work.actor, action="import.received", object_kind="import_batch", object_id=batch_id,
        data={"kind": kind, "file_name": name[-200:]},
    )  # fmt: skip
    return Received(batch_id, known=False, certain=_certain(header, columns, memory))


def map_columns(
    work: TableWork,
    *,
    batch_id: UUID,
    sheet: int,
    header_row: int,
    names: Mapping[int, str],
    version: int | None = None,
) -> ImportBatch:
    """Says which place is which column (``names``: place → column name, "" for none) and remembers it for the tenant.
    What was read before is dropped. Raises NotFound, Refused, Invalid naming the columns that are missing."""
    batch = own_batch(work, batch_id)
    if batch.state not in (MAPPING, PREVIEW, READING, FAILED) or batch.committed_at is not None:
        raise Refused("这个批次已经导入或撤销，不能再调整列")
    columns = tuple(import_kind(work, batch.kind).columns(work))
    titles = _titles(batch, sheet, header_row)
    places = _places(columns, titles, names)
    if header_row == 0 or not titles:
        raise Invalid(fields={"header_row": "请选择表头所在的行"})
    _remember(work, batch.kind, titles, places)
    clear(work, batch.id)
    batch.sheet, batch.header_row, batch.titles, batch.places = sheet, header_row, list(titles), places
    batch.state, batch.fault, batch.total, batch.faulty, batch.refused = READING, "", 0, 0, 0
    work.session.flush()
    return batch


def map_as_found(work: TableWork, *, batch_id: UUID) -> ImportBatch:
    """The headers mean what they meant before, or what they say. Raises as :func:`map_columns`."""
    batch = own_batch(work, batch_id)
    by_place = {place: name for name, place in batch.places.items()}
    names = {place: by_place.get(place, "") for place in range(len(batch.titles))}
    return map_columns(work, batch_id=batch_id, sheet=batch.sheet, header_row=batch.header_row, names=names)


def remembered(work: TableWork, kind: str) -> dict[str, str]:
    rows = work.session.execute(select(ImportHeader.header, ImportHeader.name).where(ImportHeader.kind == kind))
    return {row.header: row.name for row in rows} | {plain(REASON): ""}


def guessed(
    work: TableWork, batch: ImportBatch, columns: Sequence[Column], sheet: int, header_row: int, *, said: Said = str
) -> Header:
    """What the headers of another row of the file would mean."""
    known, memory = _known_as(columns, said), remembered(work, batch.kind)
    return header_at(sheet, header_row, _titles(batch, sheet, header_row), known, memory)


def _known_as(columns: Sequence[Column], said: Said) -> tuple[Column, ...]:
    """The blank form has its titles in the reader's language, so they are understood, too."""
    return tuple(replace(column, aliases=(*column.aliases, said(column.title))) for column in columns)


def _titles(batch: ImportBatch, sheet: int, header_row: int) -> tuple[str, ...]:
    if sheet == batch.sheet and header_row == batch.header_row:
        return tuple(batch.titles)
    if not 0 <= sheet < len(batch.head):
        raise Invalid(fields={"sheet": "请选择工作表"})
    texts = next((texts for number, texts in batch.head[sheet]["rows"] if number == header_row), None)
    if texts is None:
        raise Invalid(fields={"header_row": "请选择表头所在的行"})
    return tuple(" ".join(text.split()) for text in texts)


def _places(columns: Sequence[Column], titles: Sequence[str], names: Mapping[int, str]) -> dict[str, int]:
    known = {column.name: column for column in columns}
    places: dict[str, int] = {}
    for place, name in names.items():
        if not name:
            continue
        if name not in known or not 0 <= place < len(titles):
            raise Invalid(fields={f"column_{place}": "没有这一列，请从列表中选择"})
        if name in places:
            raise Invalid(fields={f"column_{place}": Phrase("“%(title)s”已经对应到另一列", title=known[name].title)})
        places[name] = place
    missing = [column.title for column in columns if column.required and column.name not in places]
    if missing:
        raise Invalid(
            "缺少必需的列", fields={"columns": Phrase("请指出这些内容在哪一列：%(columns)s", columns=missing)}
        )
    return places


def _remember(work: TableWork, kind: str, titles: Sequence[str], places: Mapping[str, int]) -> None:
    by_place = {place: name for name, place in places.items()}
    said = {plain(title): by_place.get(place, "") for place, title in reversed(list(enumerate(titles))) if plain(title)}
    said.pop(plain(REASON), None)
    if not said:
        return
    now = work.session.now()
    statement = insert(ImportHeader).values(
        [
            {"tenant_id": work.session.tenant_id, "kind": kind, "header": header[:200], "name": name, "used_at": now}
            for header, name in said.items()
        ]
    )
    work.session.execute(
        statement.on_conflict_do_update(
            index_elements=["tenant_id", "kind", "header"],
            set_={"name": statement.excluded.name, "used_at": statement.excluded.used_at},
        )
    )


def _certain(header: Header, columns: Sequence[Column], memory: Mapping[str, str]) -> bool:
    """Whether somebody matched these headers before, or all of them go by the names that the kind knows."""
    used = set(header.places.values())
    complete = all(column.name in header.places for column in columns if column.required)
    return complete and all(
        place in used or plain(title) in memory for place, title in enumerate(header.titles) if plain(title)
    )


def _fullest_row(sheets: Sequence[Sheet], columns: Sequence[Column], memory: Mapping[str, str]) -> Header:
    """Nothing is known: the fullest of the first rows of the first sheet with rows (above it stand titles of one cell),
    and a person says what is what."""
    for number, sheet in enumerate(sheets):
        if sheet.head:
            at, texts = max(rows_of(sheet), key=lambda row: sum(bool(text.strip()) for text in row[1]))
            return header_at(number, at, texts, columns, memory)
    raise Invalid("文件是空的", fields={"file": "请选择有内容的 xlsx 或 csv 文件"})


def _head(table: TableFile) -> list[Any]:
    return [
        {"name": sheet.name, "rows": [[number, [text[:SHOWN] for text in texts]] for number, texts in sheet.head]}
        for sheet in table.sheets
    ]
