"""What a file really is, by its content; its name must agree. What is not on the list is refused by name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO

import puremagic

from core.kernel.archives import check_archive
from core.kernel.errors import Invalid

HEAD = 4096
JPEG, PNG, WEBP = "image/jpeg", "image/png", "image/webp"
PDF, MP4, TXT, CSV = "application/pdf", "video/mp4", "text/plain", "text/csv"
OFFICE = "application/vnd.openxmlformats-officedocument."
DOCX, XLSX = f"{OFFICE}wordprocessingml.document", f"{OFFICE}spreadsheetml.sheet"
IMAGES = frozenset({JPEG, PNG, WEBP})

EXTENSIONS = {
    ".jpg": JPEG, ".jpeg": JPEG, ".png": PNG, ".webp": WEBP, ".pdf": PDF, ".docx": DOCX, ".xlsx": XLSX, ".mp4": MP4,
    ".txt": TXT, ".csv": CSV,
}  # fmt: skip
MP4_BRANDS = (
    b"isom",
    b"iso2",
    b"iso4",
    b"iso5",
    b"iso6",
    b"mp41",
    b"mp42",
    b"avc1",
    b"M4V ",
    b"MSNV",
    b"dash",
    b"3gp4",
    b"3gp5",
)
HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif")
MARKUP = re.compile(rb"<\s*(!doctype|html|svg|script|\?xml|head|body|iframe|math)", re.IGNORECASE)
CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
ALLOWED = "可以上传：jpg、png、webp、pdf、docx、xlsx、mp4、txt、csv"


@dataclass(frozen=True)
class Sniffed:
    media_type: str
    name: str
    """Without folders and control characters, at most 120 characters."""


def sniff(stream: BinaryIO, *, name: str) -> Sniffed:
    """Raises Invalid naming what is right. Leaves the stream at its start."""
    clean = safe_name(name)
    extension = PurePath(clean).suffix.lower()
    expected = EXTENSIONS.get(extension)
    stream.seek(0)
    head = stream.read(HEAD)
    stream.seek(0)
    if not head:
        raise Invalid("文件是空的，请重新选择", fields={"file": "不能为空"})
    found = _by_magic(head, stream)
    if found is None and expected in (TXT, CSV) and _is_text(head, stream):
        found = expected
    if found is None:
        raise _not_allowed(head)
    if found != expected:
        raise Invalid(
            "文件内容与扩展名“%(extension)s”不符，请核对后重新上传",
            extension=extension or "（无）",
            fields={"file": ALLOWED},
        )
    return Sniffed(found, clean)


def safe_name(name: str) -> str:
    """The last part of the name as people may see it; never used as a path."""
    last = re.split(r"[/\\]", name)[-1]
    # direction marks can make «exe.jpg» out of «gpj.exe»
    shown = "".join(
        char
        for char in last
        if char.isprintable() and char not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )
    stem, suffix = PurePath(shown.strip(" .") or "file").stem, PurePath(shown.strip(" .")).suffix
    return stem[: 120 - len(suffix)] + suffix[:10]


def _by_magic(head: bytes, stream: BinaryIO) -> str | None:
    """Only at the very beginning: a PDF behind a page of HTML is an HTML file to some."""
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head.startswith(b"%PDF-"):
        return PDF
    if head[4:8] == b"ftyp" and head[8:12] in MP4_BRANDS:
        return MP4
    return _office(stream) if head.startswith(b"PK\x03\x04") else None


def _office(stream: BinaryIO) -> str | None:
    names = set(check_archive(stream))
    if "[Content_Types].xml" not in names:
        return None
    return DOCX if "word/document.xml" in names else XLSX if "xl/workbook.xml" in names else None


def _is_text(head: bytes, stream: BinaryIO) -> bool:
    """UTF-8 or GB18030 without control characters, and nothing that a browser could take for a page."""
    if MARKUP.search(head) or CONTROLS.search(head):
        return False
    data = stream.read()
    stream.seek(0)
    if CONTROLS.search(data):
        return False
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


def _not_allowed(head: bytes) -> Invalid:
    right = {"file": ALLOWED}
    if head[4:8] == b"ftyp" and head[8:12] in HEIF_BRANDS:
        return Invalid("暂不支持 HEIC 照片，请在手机相机设置中选用“兼容性最佳”（JPG），或转换后上传", fields=right)
    try:
        guess = puremagic.magic_string(head)[0].extension.lstrip(".")
    except (puremagic.PureError, IndexError, ValueError):
        guess = ""
    if not guess:
        return Invalid("不支持这种文件", fields=right)
    return Invalid("不支持这种文件（看起来是 %(guess)s）", guess=guess, fields=right)
