"""A folder that somebody takes away, as one zip: the kind's files in order, then a list of all of them with their digests."""

from __future__ import annotations

import csv
import hashlib
import io
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import PurePosixPath
from typing import IO, BinaryIO, cast

from core.exchange.services.writing import Said, write_table
from core.files.sniff import safe_name
from core.files.storage import Storage
from core.hooks.folders import FolderFile, FolderKind
from core.hooks.tables import Question, TableWork
from core.kernel.clock import LOCAL
from core.kernel.phrases import Phrase
from core.tables.writing import harmless

CHUNK = 1024 * 1024
TELL_EVERY = 20
"""Files between two words about how far it is."""
LIST = "文件清单.csv"
PACKED = frozenset({".jpg", ".jpeg", ".png", ".webp", ".docx", ".xlsx", ".zip", ".mp4", ".pdf"})
"""Small already: packing them again only takes time."""


def write_folder(
    target: BinaryIO, kind: FolderKind, work: TableWork, question: Question, *, storage: Storage, watermark: str,
    tell: Callable[[int], None], said: Said,
) -> int:  # fmt: skip
    """Returns how many files are in it, the list not counted. Bytes that are gone are named in the list, never left out in silence."""
    now = work.session.now().astimezone(LOCAL)
    names: set[str] = set()
    made = 0
    with tempfile.TemporaryFile("w+b") as spool, zipfile.ZipFile(target, "w", allowZip64=True) as archive:
        text = io.TextIOWrapper(spool, encoding="utf-8-sig", newline="")
        told = csv.writer(text)
        told.writerow([watermark])
        told.writerow([said(head) for head in ("序号", "文件", "字节数", "SHA-256")])
        for place, file in enumerate(kind.files(work, question, storage), start=1):
            path = _unique(file.path, names)
            try:
                size, digest = _put(archive, path, file, work, storage=storage, now=now, watermark=watermark, said=said)
                made += 1
            except FileNotFoundError:
                size, digest = 0, said("原件已丢失")
            told.writerow([place, harmless(path), size, digest])
            if place % TELL_EVERY == 0:
                tell(place)
        told.writerow([f"{said(Phrase('共%(files)s个文件', files=made))}　{watermark}"])
        text.flush()
        spool.seek(0)
        with archive.open(_entry(_unique(LIST, names), now), "w", force_zip64=True) as part:
            shutil.copyfileobj(spool, part, CHUNK)
    tell(made)
    return made


def _put(
    archive: zipfile.ZipFile, path: str, file: FolderFile, work: TableWork, *, storage: Storage, now: datetime, watermark: str, said: Said
) -> tuple[int, str]:  # fmt: skip
    """(bytes, SHA-256 in hex). Raises FileNotFoundError before anything of the file is in the zip."""
    if file.table is not None:
        with tempfile.TemporaryFile() as spool:
            write_table(
                cast("BinaryIO", spool), file.table, work, file.question or Question(), form="xlsx", above=[watermark], watermark=watermark,
                tell=lambda _done: None, said=said,
            )  # fmt: skip
            spool.seek(0)
            return _copied(archive, _entry(path, now), cast("BinaryIO", spool))
    if file.content is not None:
        return _copied(archive, _entry(path, now), io.BytesIO(file.content))
    with storage.open(file.key) as source:
        return _copied(archive, _entry(path, now), source)


def _copied(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, source: IO[bytes]) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    with archive.open(entry, "w", force_zip64=True) as part:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            part.write(chunk)
    return size, digest.hexdigest()


def _entry(path: str, now: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path, now.timetuple()[:6])
    entry.compress_type = zipfile.ZIP_STORED if PurePosixPath(path).suffix.lower() in PACKED else zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def _unique(path: str, names: set[str]) -> str:
    """Every part a plain name, the whole one that is not there yet: (2), (3) …"""
    parts = [safe_name(part).replace(":", "：") for part in path.split("/") if part.strip(" .")]
    whole = PurePosixPath(*parts)
    found, times = str(whole), 1
    while found.casefold() in names:
        times += 1
        found = str(whole.with_name(f"{whole.stem}（{times}）{whole.suffix}"))
    names.add(found.casefold())
    return found
