"""Reads a picture: is it one, how large, taken when; makes it safe to hand out and small enough for a list."""

from __future__ import annotations

import io
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from PIL import ExifTags, Image, ImageOps

from core.files.sniff import JPEG, PNG, WEBP
from core.files.stripping import strip
from core.kernel.clock import LOCAL
from core.kernel.errors import Invalid

PIXELS_MAX = 64_000_000
"""The largest that phones make is about 50 million; unpacked, this is 256 MB, from a file of a few hundred KB if need be."""
_one_at_a_time = threading.Lock()
"""In one process: as many as it has threads would be more memory than it has."""
THUMBNAIL = (480, 480)
FORMATS = {JPEG: ("JPEG", "MPO"), PNG: ("PNG",), WEBP: ("WEBP",)}
EARLIEST = datetime(2005, 1, 1, tzinfo=UTC)
"""Cameras whose clock was never set say 1970 or 2000."""
AHEAD = timedelta(days=1)


@dataclass(frozen=True)
class Picture:
    """``data``: without location and whatever else is not the picture. Width and height as seen."""

    data: bytes
    thumbnail: bytes
    """WebP, at most 480 pixels wide and high."""
    width: int
    height: int
    taken_at: datetime | None


def read_picture(data: bytes, media_type: str, *, now: datetime, keep_location: bool = False) -> Picture:
    """Raises Invalid for what cannot be shown. ``now`` bounds what is believed of the camera's clock."""
    with _one_at_a_time:
        return _read(data, media_type, now, keep_location=keep_location)


def _read(data: bytes, media_type: str, now: datetime, *, keep_location: bool) -> Picture:
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS[media_type]) as image:
            if image.width * image.height > PIXELS_MAX:
                raise _too_many_pixels()
            exif = image.getexif()
            orientation = int(exif.get(ExifTags.Base.Orientation, 1))
            taken_at = _taken_at(exif, now)
        orientation = orientation if 1 <= orientation <= 8 else 1
        clean = data if keep_location else strip(data, media_type, orientation=orientation)
        with Image.open(io.BytesIO(clean), formats=FORMATS[media_type]) as image:
            width, height = image.size if orientation < 5 else image.size[::-1]
            thumbnail = _thumbnail(image)
    except Invalid:
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as fault:
        raise _too_many_pixels() from fault
    except Exception as fault:  # Pillow raises whatever its decoders stumble over
        raise Invalid("图片已损坏，无法显示，请重新拍摄或另存后上传", fields={"file": "图片无法打开"}) from fault
    return Picture(clean, thumbnail, width, height, taken_at)


def _too_many_pixels() -> Invalid:
    return Invalid("图片像素过大（超过 6400 万），请缩小后上传", fields={"file": "不超过 6400 万像素"})


def _thumbnail(image: Image.Image) -> bytes:
    """Decodes the whole picture: what cannot be decoded is found out here."""
    image.draft("RGB", (THUMBNAIL[0] * 2, THUMBNAIL[1] * 2))
    small = ImageOps.exif_transpose(image)
    small.thumbnail(THUMBNAIL)
    if small.mode not in ("RGB", "RGBA"):
        small = small.convert("RGBA" if "transparency" in small.info or small.mode in ("LA", "PA") else "RGB")
    out = io.BytesIO()
    small.save(out, "WEBP", quality=75, method=4)
    return out.getvalue()


def _taken_at(exif: Image.Exif, now: datetime) -> datetime | None:
    """What the camera says, if it can be true. Without an offset it is read as Asia/Shanghai."""
    details = exif.get_ifd(ExifTags.IFD.Exif)
    said = details.get(ExifTags.Base.DateTimeOriginal)
    offset = details.get(ExifTags.Base.OffsetTimeOriginal)
    try:
        at = datetime.strptime(str(said).strip("\0 "), "%Y:%m:%d %H:%M:%S").replace(tzinfo=LOCAL)
        if offset:
            at = datetime.fromisoformat(at.replace(tzinfo=None).isoformat() + str(offset).strip("\0 "))
    except ValueError:
        return None
    return at.astimezone(UTC) if EARLIEST <= at <= now + AHEAD else None
