"""What would hurt a parser never reaches it."""

from __future__ import annotations

import io
import struct
import zipfile

import openpyxl
import pytest

from core.kernel.archives import Limits, check_archive
from core.kernel.errors import Invalid
from tests.core.files.conftest import CONTENT_TYPES, XLSX_PARTS, archive


def check(data: bytes, **limits: int) -> list[str]:
    return check_archive(io.BytesIO(data), limits=Limits(**limits))


def test_check_when_a_real_workbook_then_its_parts_are_named() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in range(2000):
        sheet.append([row, "第一小学", "隐患"])
    out = io.BytesIO()
    book.save(out)
    assert "xl/workbook.xml" in check(out.getvalue())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("doctype", b'<?xml version="1.0"?><!DOCTYPE x SYSTEM "http://evil.example/x"><x/>'),
        ("entity", b'<!ENTITY lol "lol">'),
        ("lower case", b"<!doctype x><x/>"),
        ("far inside, on a seam", b"<x>" + b" " * (65536 - 8) + b"<!DOCTYPE x>"),
        ("another encoding", '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x><x/>'.encode("utf-16")),
        ("named encoding", b'<?xml version="1.0" encoding="utf-7"?><x/>'),
    ],
)
def test_check_when_xml_declares_more_than_itself_then_refused(name: str, text: bytes) -> None:
    with pytest.raises(Invalid):
        check(archive({**XLSX_PARTS, "xl/sharedStrings.xml": text}))


def test_check_when_it_unpacks_to_too_much_then_refused_before_it_is_unpacked() -> None:
    with pytest.raises(Invalid, match="解压后过大"):
        check(archive({**XLSX_PARTS, "xl/a.xml": b" " * 3_000_000}))
    with pytest.raises(Invalid, match="解压后过大"):
        check(archive({**XLSX_PARTS, "a.bin": b"0123456789" * 10}), total=100)
    with pytest.raises(Invalid, match="解压后过大"):
        check(archive({f"{number}": b"x" for number in range(201)}))


def test_check_when_the_declared_size_lies_then_refused() -> None:
    data = bytearray(archive({"a.bin": bytes(range(256)) * 8}))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<L", data, data.index(signature) + offset, 10)
    with pytest.raises(Invalid):
        check(bytes(data))


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a/../../x", "..\\x"])
def test_check_when_an_entry_leads_outside_then_refused(name: str) -> None:
    with pytest.raises(Invalid):
        check(archive({"[Content_Types].xml": CONTENT_TYPES, name: b"x"}))


def test_check_when_it_holds_macros_or_is_broken_then_refused() -> None:
    with pytest.raises(Invalid, match="宏"):
        check(archive({**XLSX_PARTS, "xl/vbaProject.bin": b"x"}))
    with pytest.raises(Invalid):
        check(archive()[:-30])
    with pytest.raises(Invalid):
        check(b"PK\x03\x04 no archive")
    with pytest.raises(Invalid):
        check(archive(method=zipfile.ZIP_BZIP2))
    assert check(archive(method=zipfile.ZIP_STORED))


@pytest.mark.parametrize("comment", [b"", b"PK\x05\x06 said twice"])
def test_check_when_the_directory_itself_is_the_bomb_then_refused_before_it_is_read(
    monkeypatch: pytest.MonkeyPatch, comment: bytes
) -> None:
    count = 300_000
    directory = struct.pack("<4s4B4HL2L5H2L", b"PK\x01\x02", 20, 0, 20, *[0] * 15) * count
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count & 0xFFFF, count & 0xFFFF, len(directory), 0, len(comment))
    monkeypatch.setattr(zipfile, "ZipFile", lambda _: pytest.fail("read"))
    with pytest.raises(Invalid):
        check(directory + end + comment)


def test_check_when_a_second_directory_stands_behind_the_first_then_refused() -> None:
    """Programs differ in whether they believe the 64-bit end of an archive; small archives need none."""
    data = archive(XLSX_PARTS)
    at = data.rfind(b"PK\x05\x06")
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, 0, 1)
    with pytest.raises(Invalid):
        check(data[:at] + locator + data[at:])
