"""Pictures keep what they show and lose the rest."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from PIL import Image, ImageOps

from core.files import pictures
from core.files.pictures import read_picture
from core.files.sniff import JPEG, PNG, WEBP
from core.files.stripping import strip
from core.kernel.errors import Invalid
from tests.core.files.conftest import picture

NOW = datetime(2020, 11, 26, 2, 0, tzinfo=UTC)
FORMS = [("JPEG", JPEG), ("PNG", PNG), ("WEBP", WEBP)]


def pixels(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        return ImageOps.exif_transpose(image).convert("RGB").tobytes()


@pytest.mark.parametrize(("form", "media_type"), FORMS)
@pytest.mark.parametrize("orientation", [1, 3, 6])
def test_picture_loses_location_and_camera_and_not_a_pixel(form: str, media_type: str, orientation: int) -> None:
    options: dict[str, Any] = {"lossless": True} if form == "WEBP" else {}
    data = picture(form, orientation=orientation, **options) + b"<script>alert(1)</script>"
    assert b"SECRETCAMERA" in data
    found = read_picture(data, media_type, now=NOW)
    assert b"SECRETCAMERA" not in found.data and b"<script>" not in found.data
    with Image.open(io.BytesIO(found.data)) as image:
        exif = image.getexif()
        assert set(exif) <= {0x0112} and not exif.get_ifd(0x8825)
    assert pixels(found.data) == pixels(data)
    assert (found.width, found.height) == ((480, 640) if orientation == 6 else (640, 480))


@pytest.mark.parametrize("options", [{"progressive": True}, {"comment": b"a comment"}, {"mode": "L"}, {"mode": "CMYK"}])
def test_strip_of_other_jpegs_keeps_the_pixels(options: dict[str, Any]) -> None:
    data = picture(**options)
    clean = strip(data, JPEG)
    assert pixels(clean) == pixels(data) and b"a comment" not in clean


def test_strip_of_an_animated_or_transparent_picture() -> None:
    frames = [Image.new("RGBA", (20, 20), (color, 0, 0, 128)) for color in (0, 128, 255)]
    out = io.BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], exif=b"Exif\0\0SECRET")
    clean = strip(out.getvalue(), WEBP)
    assert b"SECRET" not in clean
    with Image.open(io.BytesIO(clean)) as image:
        assert getattr(image, "n_frames", 1) == 3


def test_thumbnail_is_small_and_upright() -> None:
    found = read_picture(picture(size=(3000, 2000), orientation=6), JPEG, now=NOW)
    with Image.open(io.BytesIO(found.thumbnail)) as image:
        assert (image.format, image.size) == ("WEBP", (320, 480))
    palette = io.BytesIO()
    Image.new("P", (600, 300)).save(palette, "PNG")
    with Image.open(io.BytesIO(read_picture(palette.getvalue(), PNG, now=NOW).thumbnail)) as image:
        assert image.size == (480, 240)


@pytest.mark.parametrize(
    ("taken", "offset", "expected"),
    [
        ("2020:11:26 09:59:00", None, datetime(2020, 11, 26, 1, 59, tzinfo=UTC)),
        ("2020:11:26 09:59:00", "+09:00", datetime(2020, 11, 26, 0, 59, tzinfo=UTC)),
        ("1970:01:01 00:00:00", None, None),
        ("2030:01:01 00:00:00", None, None),
        ("0000:00:00 00:00:00", None, None),
        ("nonsense", None, None),
        (None, None, None),
    ],
)
def test_taken_at_is_believed_where_it_can_be_true(
    taken: str | None, offset: str | None, expected: datetime | None
) -> None:
    options = {"offset": offset} if offset else {}
    assert read_picture(picture(taken=taken, **options), JPEG, now=NOW).taken_at == expected


def test_picture_with_too_many_pixels_is_refused_unopened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "PIXELS_MAX", 100)
    with pytest.raises(Invalid, match="像素"):
        read_picture(picture(), JPEG, now=NOW)


def test_bomb_of_a_few_bytes_is_refused() -> None:
    out = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    assert len(out.getvalue()) < 100_000
    with pytest.raises(Invalid, match="像素"):
        read_picture(out.getvalue(), PNG, now=NOW)


@pytest.mark.parametrize(("form", "media_type"), FORMS)
def test_broken_pictures_are_refused_however_they_are_broken(form: str, media_type: str) -> None:
    data = picture(form)
    for cut in (3, 20, 60, len(data) // 4, len(data) // 2):
        with pytest.raises(Invalid):
            read_picture(data[:cut], media_type, now=NOW)
