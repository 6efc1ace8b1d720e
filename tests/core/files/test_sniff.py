"""A file is what it contains, and its name must say the same."""

from __future__ import annotations

import io

import pytest

from core.files.sniff import CSV, DOCX, JPEG, MP4, PDF, PNG, TXT, WEBP, XLSX, safe_name, sniff
from core.kernel.errors import Invalid
from tests.core.files.conftest import CONTENT_TYPES, archive, picture

HTML = b"<!DOCTYPE html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
PDF_HEAD = b"%PDF-1.7\n1 0 obj <<>> endobj\n%%EOF"
WORD = archive({"[Content_Types].xml": CONTENT_TYPES, "word/document.xml": b"<document/>"})


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("a.jpg", picture(), JPEG), ("a.JPEG", picture(), JPEG), ("a.png", picture("PNG"), PNG), ("a.webp", picture("WEBP"), WEBP),
        ("a.pdf", PDF_HEAD, PDF), ("a.xlsx", archive(), XLSX), ("a.docx", WORD, DOCX),
        ("a.mp4", b"\0\0\0\x18ftypmp42\0\0\0\0" + b"\0" * 40, MP4),
        ("a.txt", "整改说明\n".encode(), TXT), ("a.csv", "单位,隐患\n".encode("gb18030"), CSV), ("a.txt", b"\xef\xbb\xbfx", TXT),
    ],
)  # fmt: skip
def test_sniff_of_what_is_allowed(name: str, data: bytes, media_type: str) -> None:
    assert sniff(io.BytesIO(data), name=name).media_type == media_type


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.html", HTML), ("a.svg", SVG), ("a.png", HTML), ("a.png", SVG), ("a.txt", HTML), ("a.csv", b"  \n" + SVG),
        ("a.pdf", HTML + PDF_HEAD), ("a.gif", b"GIF89a/*"), ("a.jpg", b"GIF89a=1;alert(1)"), ("a.jpg", picture("PNG")),
        ("a.png", picture()), ("a.pdf", picture()), ("a.docx", archive()), ("a.xlsx", WORD), ("a.zip", archive({"x": b"y"})),
        ("a.exe", b"MZ\x90\0" + b"\0" * 100), ("a", picture()), ("a.txt", b"a\0b"), ("a.txt", b"\xff\xfe\x80"), ("a.jpg", b""),
        ("a.heic", b"\0\0\0\x18ftypheic\0\0\0\0"), ("a.txt", b"x" * 5000 + b"\x01"), ("a.jpg.html", picture()),
    ],
)  # fmt: skip
def test_sniff_of_what_is_not_then_refused_with_what_is_right(name: str, data: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        sniff(io.BytesIO(data), name=name)
    assert "file" in refused.value.fields


def test_sniff_of_heic_tells_the_way_out() -> None:
    with pytest.raises(Invalid, match="兼容性最佳"):
        sniff(io.BytesIO(b"\0\0\0\x18ftypheic\0\0\0\0"), name="IMG_1.HEIC")


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("C:\\照片\\现场.jpg", "现场.jpg"), ("../../etc/passwd", "passwd"), ("a\r\nb.jpg", "ab.jpg"), ("\u202egpj.exe", "gpj.exe"),
        ("", "file"), ("...", "file"), ("长" * 300 + ".jpg", "长" * 116 + ".jpg"),
    ],
)  # fmt: skip
def test_safe_name_is_a_name_and_nothing_else(given: str, safe: str) -> None:
    assert safe_name(given) == safe
