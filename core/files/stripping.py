"""Takes everything out of a picture that is not the picture: location, camera, comments, whatever hangs behind the end.

Without re-encoding, so evidence stays as the camera made it. Orientation is put back alone: without it phones' pictures
would lie on their side. Pure: bytes in, bytes out; ValueError for what is not well-formed.
"""

from __future__ import annotations

import struct
import zlib

from core.files.sniff import JPEG, PNG, WEBP

EXIF = b"Exif\0\0"
PNG_START = b"\x89PNG\r\n\x1a\n"
PNG_KEPT = frozenset(
    {
        b"IHDR",
        b"PLTE",
        b"IDAT",
        b"IEND",
        b"tRNS",
        b"gAMA",
        b"cHRM",
        b"sRGB",
        b"iCCP",
        b"sBIT",
        b"pHYs",
        b"bKGD",
        b"cICP",
    }
)
WEBP_KEPT = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
WEBP_HAS_EXIF, WEBP_HAS_XMP = 0x08, 0x04
SOI, EOI, SOS = 0xD8, 0xD9, 0xDA
JPEG_DROPPED = frozenset({*range(0xE1, 0xF0), 0xFE}) - {0xE2, 0xEE}
"""APP1 to APP15 and comments, but for APP2 (colour profile) and APP14 (Adobe's colour transform)."""


def strip(data: bytes, media_type: str, *, orientation: int = 1) -> bytes:
    """``orientation``: the EXIF value, 1 (upright) to 8."""
    tag = _orientation_only(orientation) if orientation != 1 else b""
    return {JPEG: _strip_jpeg, PNG: _strip_png, WEBP: _strip_webp}[media_type](data, tag)


def _orientation_only(value: int) -> bytes:
    """A TIFF block with one entry: tag 0x0112, one SHORT."""
    return struct.pack("<2sHLHHHLHHL", b"II", 42, 8, 1, 0x0112, 3, 1, value, 0, 0)


def _strip_jpeg(data: bytes, tag: bytes) -> bytes:
    if data[:2] != b"\xff\xd8":
        raise ValueError("no SOI")
    kept = [b"\xff\xd8"]
    if tag:
        kept.append(b"\xff\xe1" + struct.pack(">H", 2 + len(EXIF) + len(tag)) + EXIF + tag)
    at = 2
    while True:
        while data[at : at + 2] == b"\xff\xff":  # fill bytes
            at += 1
        if at + 4 > len(data) + 2 or data[at] != 0xFF:
            raise ValueError("no marker")
        marker = data[at + 1]
        if marker == EOI:
            kept.append(b"\xff\xd9")
            return b"".join(kept)
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        if end > len(data):
            raise ValueError("cut short")
        if marker == SOS:
            end = _end_of_scan(data, end)
        if marker not in JPEG_DROPPED and not (marker == 0xE2 and not data.startswith(b"ICC_PROFILE\0", at + 4)):
            kept.append(data[at:end])
        at = end


def _end_of_scan(data: bytes, at: int) -> int:
    """Where the next real marker begins: FF00 and the restart markers D0 to D7 belong to the scan."""
    while (at := data.find(b"\xff", at)) >= 0 and at + 1 < len(data):
        following = data[at + 1]
        if following == 0xFF:
            at += 1
        elif following == 0 or 0xD0 <= following <= 0xD7:
            at += 2
        else:
            return at
    raise ValueError("no end")


def _strip_png(data: bytes, tag: bytes) -> bytes:
    kept = [PNG_START]
    at = len(PNG_START)
    while True:
        size, kind = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8]
        end = at + 12 + size
        if len(kind) < 4 or end > len(data):
            raise ValueError("cut short")
        if kind in PNG_KEPT:
            kept.append(data[at:end])
        if kind == b"IHDR" and tag:
            kept.append(struct.pack(">L", len(tag)) + b"eXIf" + tag + struct.pack(">L", zlib.crc32(b"eXIf" + tag)))
        if kind == b"IEND":
            return b"".join(kept)
        at = end


def _strip_webp(data: bytes, tag: bytes) -> bytes:
    end = 8 + int.from_bytes(data[4:8], "little")
    if end > len(data) + 1:
        raise ValueError("cut short")
    kept: list[tuple[bytes, bytes]] = []
    at = 12
    while at + 8 <= min(end, len(data)):
        kind, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if at + 8 + size > len(data):
            raise ValueError("cut short")
        body = data[at + 8 : at + 8 + size]
        if kind == b"VP8X":
            flags = body[0] & ~WEBP_HAS_XMP & ~WEBP_HAS_EXIF | (WEBP_HAS_EXIF if tag else 0)
            body = bytes([flags]) + body[1:]
        if kind in WEBP_KEPT:
            kept.append((kind, body))
        at += 8 + size + size % 2
    if tag and kept and kept[0][0] == b"VP8X":
        kept.append((b"EXIF", tag))
    chunks = b"".join(kind + struct.pack("<L", len(body)) + body + b"\0" * (len(body) % 2) for kind, body in kept)
    return b"RIFF" + struct.pack("<L", 4 + len(chunks)) + b"WEBP" + chunks
