"""What tests of attachments need: a storage, an uploader, and pictures and documents made on the spot."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from PIL import ExifTags, Image

from core.access.actor import Actor
from core.db.engines import Database
from core.files.queries import FileCard
from core.files.services import store_file
from core.files.storage import DiskStorage, Storage
from core.kernel.ids import new_id
from tests.factories.bare import bare_tenant

CONTENT_TYPES = b'<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
XLSX_PARTS = {
    "[Content_Types].xml": CONTENT_TYPES,
    "xl/workbook.xml": b"<workbook/>",
    "xl/worksheets/sheet1.xml": b"<worksheet/>",
}


@pytest.fixture
def tenant_id(db: Database) -> int:
    return bare_tenant(db)


@pytest.fixture
def neighbour_id(db: Database) -> int:
    return bare_tenant(db)


@pytest.fixture
def storage(tmp_path: Path) -> DiskStorage:
    return DiskStorage(tmp_path / "files")


@pytest.fixture
def uploader(tenant_id: int) -> Actor:
    return Actor(tenant_id, new_id(), "张三", "person")


@pytest.fixture
def store(db: Database, storage: Storage, uploader: Actor) -> Callable[..., FileCard]:
    def run(data: bytes, name: str, **options: Any) -> FileCard:
        given = {"actor": uploader, "storage": storage, "purpose": "before", **options}
        with db.tenant(given["actor"].tenant_id) as session:
            return store_file(session, stream=io.BytesIO(data), name=name, **given)

    return run


def picture(
    form: str = "JPEG",
    *,
    size: tuple[int, int] = (640, 480),
    orientation: int = 1,
    taken: str | None = None,
    **options: Any,
) -> bytes:
    """With a GPS position, a camera and a comment in it."""
    image = Image.effect_noise(size, 40).convert(options.pop("mode", "RGB"))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Make] = "SECRETCAMERA"
    details = exif.get_ifd(ExifTags.IFD.Exif)
    if taken:
        details[ExifTags.Base.DateTimeOriginal] = taken
    if "offset" in options:
        details[ExifTags.Base.OffsetTimeOriginal] = options.pop("offset")
    position = exif.get_ifd(ExifTags.IFD.GPSInfo)
    position[ExifTags.GPS.GPSLatitudeRef], position[ExifTags.GPS.GPSLatitude] = "N", (31.0, 46.0, 12.0)
    out = io.BytesIO()
    image.save(out, form, exif=exif, **options)
    return out.getvalue()


def archive(parts: Mapping[str, bytes] = XLSX_PARTS, *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as file:
        for name, data in parts.items():
            file.writestr(name, data)
    return out.getvalue()
