"""Opens a package and believes nothing of it before it is looked at: names, sizes, sums, order. Writes nothing."""

from __future__ import annotations

import hashlib
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import IO, BinaryIO

from core.kernel.errors import Invalid
from core.onboarding.transfer.layout import (
    CHECKSUMS,
    FILE,
    MANIFEST,
    PACK,
    README,
    TABLE,
    THUMBNAIL,
    Manifest,
    TableEntry,
    refused,
)
from core.onboarding.transfer.tables import carried, columns

CHUNK = 1024 * 1024
MOST_ENTRIES = 1_000_000
DIRECTORY_MOST = 256 * 1024 * 1024
"""Bytes of the archive's directory, which is read whole; a hundred bytes an entry are usual."""
SUMS_MOST = 256 * 1024 * 1024
MANIFEST_MOST = 4 * 1024 * 1024
RATIO, RATIO_FROM = 400, 16 * 1024 * 1024
"""Unpacked to packed, for entries beyond so many bytes: rows of one table are alike and pack well, but not better."""
LINE_MOST = 64 * 1024 * 1024
END = struct.Struct("<4s4H2LH")
LOCATOR = struct.Struct("<4sLQL")
END64 = struct.Struct("<4sQ2H2L4Q")
ENCRYPTED = 0x1


class OpenPackage:
    """A package that passed :func:`opened`. Every reader yields as it reads; nothing is kept."""

    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest, sums: dict[str, tuple[int, str]]) -> None:
        self._archive, self.manifest, self._sums = archive, manifest, sums

    def lines(self, table: TableEntry) -> Iterator[bytes]:
        """The rows of a table. Raises Invalid where there are not as many as the manifest says."""
        count = 0
        with self._archive.open(table.file) as entry:
            while line := entry.readline(LINE_MOST):
                if not line.endswith(b"\n"):
                    raise refused("%(entry)s 的内容不完整", entry=table.file)
                count += 1
                yield line
        if count != table.rows:
            raise refused(
                "%(entry)s 应有 %(wanted)s 行，实有 %(found)s 行", entry=table.file, wanted=table.rows, found=count
            )

    def has(self, name: str) -> bool:
        return name in self._sums

    @contextmanager
    def stream(self, name: str) -> Iterator[IO[bytes]]:
        with self._archive.open(name) as entry:
            yield entry

    def verify(self) -> None:
        """Reads everything once. Raises Invalid naming the entry whose content is not what the checksums say."""
        for name, (size, digest) in self._sums.items():
            found, length = hashlib.sha256(), 0
            with self._archive.open(name) as entry:
                while chunk := entry.read(CHUNK):
                    found.update(chunk)
                    length += len(chunk)
                    if length > size:
                        break
            if length != size or found.hexdigest() != digest:
                raise refused("%(entry)s 的内容与校验和不符，单位包已损坏", entry=name)
            stored = FILE.fullmatch(name)
            if stored and stored[1] != digest:
                raise refused("%(entry)s 的名称与内容不符，单位包已损坏", entry=name)


def in_batches(lines: Iterable[bytes], size: int) -> Iterator[list[bytes]]:
    """Lists of at most ``size`` lines."""
    going = iter(lines)
    while batch := list(islice(going, size)):
        yield batch


@contextmanager
def opened(file: BinaryIO) -> Iterator[OpenPackage]:
    """Raises Invalid for what is no package, damaged, doubled, larger inside than it can honestly be, or of a newer make."""
    try:
        if _directory(file) > DIRECTORY_MOST:
            raise refused("单位包的条目过多，不予接收")
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            _check_entries(entries)
            manifest = Manifest.from_json(json.loads(_small(archive, MANIFEST, MANIFEST_MOST)))
            sums = _sums(archive, manifest)
            _check_sums(entries, sums)
            _check_tables(manifest, sums)
            yield OpenPackage(archive, manifest, sums)
    except (
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        EOFError,
        NotImplementedError,
        UnicodeError,
        ValueError,
    ) as fault:
        if isinstance(fault, Invalid):
            raise
        raise refused("单位包已损坏，无法打开") from fault


def _directory(file: BinaryIO) -> int:
    """Bytes of the directory, from the end of the file: looked at before it is read whole. Raises BadZipFile."""
    size = file.seek(0, io.SEEK_END)
    tail_at = max(0, size - END.size - LOCATOR.size - 0xFFFF)
    file.seek(tail_at)
    tail = file.read()
    file.seek(0)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + END.size:
        raise zipfile.BadZipFile("no directory")
    directory = int(END.unpack_from(tail, at)[5])
    if at >= LOCATOR.size and tail.startswith(b"PK\x06\x07", at - LOCATOR.size):
        offset = LOCATOR.unpack_from(tail, at - LOCATOR.size)[2]
        file.seek(offset)
        directory = int(END64.unpack(file.read(END64.size))[8])
        file.seek(0)
    return directory


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename for entry in entries]
    if len(names) > MOST_ENTRIES:
        raise refused("单位包的条目过多，不予接收")
    if len(set(names)) < len(names):
        raise refused("单位包中有重复的条目，不予接收")
    for entry in entries:
        name = entry.filename
        known = name in (MANIFEST, CHECKSUMS, PACK, README)
        if not known and not any(pattern.fullmatch(name) for pattern in (TABLE, FILE, THUMBNAIL)):
            raise refused("单位包中有不认识的条目 %(entry)s", entry=name[:80])
        if entry.flag_bits & ENCRYPTED:
            raise refused("单位包有打开密码，请去掉密码")
        if entry.file_size > max(RATIO_FROM, RATIO * max(entry.compress_size, 1)):
            raise refused("单位包解压后过大，不予接收")


def _small(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    try:
        info = archive.getinfo(name)
    except KeyError as fault:
        raise refused("单位包中没有 %(entry)s", entry=name) from fault
    if info.file_size > most:
        raise refused("%(entry)s 过大，不予接收", entry=name)
    with archive.open(info) as entry:
        return entry.read(most + 1)


def _sums(archive: zipfile.ZipFile, manifest: Manifest) -> dict[str, tuple[int, str]]:
    text = _small(archive, CHECKSUMS, SUMS_MOST)
    if hashlib.sha256(text).hexdigest() != manifest.checksums:
        raise refused("校验和清单与单位包的清单不符，单位包已损坏")
    sums: dict[str, tuple[int, str]] = {}
    for line in text.splitlines():
        one = json.loads(line)
        if one["name"] in sums:
            raise refused("单位包中有重复的条目，不予接收")
        sums[one["name"]] = (int(one["size"]), str(one["sha256"]))
    return sums


def _check_sums(entries: list[zipfile.ZipInfo], sums: dict[str, tuple[int, str]]) -> None:
    there = {entry.filename: entry.file_size for entry in entries if entry.filename not in (MANIFEST, CHECKSUMS)}
    if there.keys() != sums.keys():
        odd = min(there.keys() ^ sums.keys())
        raise refused("%(entry)s 与校验和清单不符，单位包已损坏", entry=odd)
    for name, size in there.items():
        if size != sums[name][0]:
            raise refused("%(entry)s 的大小与校验和清单不符，单位包已损坏", entry=name)


def _check_tables(manifest: Manifest, sums: dict[str, tuple[int, str]]) -> None:
    here = {table.name: {column.name for column in columns(table)} for table in carried()}
    for entry in manifest.tables:
        named = TABLE.fullmatch(entry.file)
        if named is None or named[2] != entry.name or entry.file not in sums:
            raise refused("单位包中没有 %(entry)s", entry=entry.file)
        if entry.name not in here:
            raise refused("本系统没有数据表 %(table)s：先安装相应的插件或升级", table=entry.name)
        if odd := sorted(set(entry.columns) - here[entry.name]):
            raise refused(
                "本系统的数据表 %(table)s 没有 %(column)s：单位包来自更新的版本，先升级",
                table=entry.name,
                column=odd[0],
            )
    if len({entry.name for entry in manifest.tables}) < len(manifest.tables):
        raise refused("单位包中有重复的数据表，不予接收")
