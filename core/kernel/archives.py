"""Looks into zip-based documents (xlsx, docx) before any parser does: bombs, entities, macros. Knows no document format.

The sizes that an archive declares are not believed: every entry is inflated, up to the limit, and counted.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from core.kernel.errors import Invalid

CHUNK = 64 * 1024
LOCAL_HEADER = struct.Struct("<4s5H3L2H")
END = struct.Struct("<4s4H2LH")
END_MARK, END64_MARK = b"PK\x05\x06", b"PK\x06\x07"
COMMENT_MAX = 0xFFFF
ENTRY_MAX = 1024
"""Bytes of the directory per entry that an honest archive stays far below."""
XML = (".xml", ".rels", ".vml", ".xhtml", ".html")
FORBIDDEN = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
ENCODING = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([^\"']*)")
OVERLAP = 32
"""Bytes kept from one chunk to the next, so that a word on the seam is seen."""
ENCRYPTED = 0x1


@dataclass(frozen=True)
class Limits:
    """``total``: bytes unpacked; ``ratio``: unpacked to packed, per entry (small entries may compress better)."""

    total: int = 50 * 1024 * 1024
    ratio: int = 100
    entries: int = 200
    ratio_from: int = 1024 * 1024


def check_archive(stream: BinaryIO, *, limits: Limits = Limits()) -> list[str]:
    """The names of the entries. Raises Invalid for what is broken, too large when unpacked, or would make a parser
    fetch or expand something. Leaves the stream at its start; memory stays flat."""
    try:
        _check_directory(stream, limits)
        with zipfile.ZipFile(stream) as archive:
            names = _check_entries(archive, limits)
            left = limits.total
            for entry in archive.infolist():
                left -= _check_entry(stream, entry, limits, left)
    except (zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, UnicodeError, EOFError) as fault:
        raise _refused("文件已损坏，无法打开，请重新保存后上传") from fault
    finally:
        stream.seek(0)
    return names


def _check_directory(stream: BinaryIO, limits: Limits) -> None:
    """Before ZipFile reads it whole: 50 MB of empty entries become 500 MB of objects. Looks for its end as ZipFile does."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - END.size - COMMENT_MAX))
    tail = stream.read()
    at = len(tail) - END.size
    if at < 0 or not (tail.startswith(END_MARK, at) and tail.endswith(b"\0\0")):
        at = tail.rfind(END_MARK)
    if at < 0 or len(tail) < at + END.size:
        raise zipfile.BadZipFile("no directory")
    *_, directory, _offset, _comment = END.unpack_from(tail, at)
    if directory > limits.entries * ENTRY_MAX or END64_MARK in tail[max(0, at - 20) : at]:
        raise _bomb()


def _check_entries(archive: zipfile.ZipFile, limits: Limits) -> list[str]:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(entries) > limits.entries or sum(entry.file_size for entry in entries) > limits.total:
        raise _bomb()
    if len(set(names)) < len(names) or any(
        name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) for name in names
    ):
        raise _refused("文件内部结构异常，请重新保存后上传")
    if any(entry.flag_bits & ENCRYPTED for entry in entries):
        raise _refused("文件有打开密码，请去掉密码后上传")
    if any("vbaproject" in name.lower() for name in names):
        raise _refused("文件含有宏，请另存为不含宏的格式后上传")
    return names


def _check_entry(stream: BinaryIO, entry: zipfile.ZipInfo, limits: Limits, left: int) -> int:
    size = 0
    is_xml = entry.filename.lower().endswith(XML)
    before = b""
    for chunk in _unpacked(stream, entry):
        size += len(chunk)
        if size > left or size > max(limits.ratio_from, limits.ratio * max(entry.compress_size, 1)):
            raise _bomb()
        if is_xml:
            _check_xml(before + chunk, first=not before)
            before = chunk[-OVERLAP:]
    if size != entry.file_size:
        raise zipfile.BadZipFile("declared size is wrong")
    return size


def _check_xml(text: bytes, *, first: bool) -> None:
    if first:
        named = ENCODING.search(text[:200])
        # in another encoding the words below would look different to us than to the parser
        if b"\0" in text[:200] or (named and named.group(1).lower() not in (b"utf-8", b"utf8", b"us-ascii")):
            raise _refused("文件内部编码异常，请重新保存后上传")
    if FORBIDDEN.search(text):
        raise _refused("文件含有外部实体声明，不予接收，请重新保存后上传")


def _unpacked(stream: BinaryIO, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The entry's bytes in chunks. Not ZipFile.open: that stops at the declared size, other parsers do not."""
    stream.seek(entry.header_offset)
    header = LOCAL_HEADER.unpack(stream.read(LOCAL_HEADER.size))
    if header[0] != b"PK\x03\x04" or header[3] != entry.compress_type:
        raise zipfile.BadZipFile("local header")
    stream.seek(header[9] + header[10], 1)
    packed = entry.compress_size
    if entry.compress_type == zipfile.ZIP_STORED:
        while packed > 0 and (chunk := stream.read(min(CHUNK, packed))):
            packed -= len(chunk)
            yield chunk
        return
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        raise NotImplementedError(f"compression {entry.compress_type}")
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    while not inflate.eof:
        source = inflate.unconsumed_tail or stream.read(min(CHUNK, packed))
        if not inflate.unconsumed_tail:
            packed -= len(source)
        chunk = inflate.decompress(source, CHUNK)
        if not source and not chunk:
            raise zipfile.BadZipFile("cut short")
        if chunk:
            yield chunk


def _bomb() -> Invalid:
    return _refused("文件解压后过大，不予接收；请删去多余的内容后重新保存")


def _refused(why: str) -> Invalid:
    return Invalid(why, fields={"file": why})
