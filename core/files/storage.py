"""Where bytes lie: a folder or an S3-compatible service. Knows keys and streams; who may see what is decided elsewhere."""

from __future__ import annotations

import os
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast

from core.kernel.errors import Conflict
from core.settings import Settings

KEY = re.compile(r"t/[0-9]+/[0-9]{4}/[0-9]{2}/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(\.webp)?")
THUMBNAIL_SUFFIX = ".webp"
CHUNK = 1024 * 1024
INCOMING = ".incoming"


class Storage(Protocol):
    """Keys are ``t/<tenant>/<yyyy>/<mm>/<uuid>``; anything else is refused with ValueError."""

    def put(self, key: str, stream: BinaryIO) -> None:
        """Stores what is left of the stream; on return it is durable. Raises Conflict if the key is taken."""

    def open(self, key: str) -> BinaryIO:
        """For reading; the caller closes it. Raises FileNotFoundError."""

    def delete(self, key: str) -> None:
        """Nothing happens if it is gone already."""

    def exists(self, key: str) -> bool: ...

    def stored(self, tenant_id: int) -> Iterator[tuple[str, datetime]]:
        """Every key of a tenant in the order of its bytes, with when it was stored (system time)."""

    def tidy(self, before: datetime) -> int:
        """Removes what a process that died left half written before then (system time); returns how many."""


def checked(key: str) -> str:
    if not KEY.fullmatch(key):
        raise ValueError(f"not a storage key: {key!r}")
    return key


class DiskStorage:
    """Under one folder. A file appears under its key whole or not at all, also after a power cut."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, key: str, stream: BinaryIO) -> None:
        target = self.path(key)
        incoming = self.folder / INCOMING
        incoming.mkdir(parents=True, exist_ok=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = incoming / uuid.uuid4().hex
        try:
            with fresh.open("xb") as file:
                shutil.copyfileobj(stream, file, CHUNK)
                file.flush()
                os.fsync(file.fileno())
            if target.exists():
                raise Conflict("文件已经存在")
            fresh.replace(target)
            _sync(target.parent)
        finally:
            fresh.unlink(missing_ok=True)

    def open(self, key: str) -> BinaryIO:
        return self.path(key).open("rb")

    def delete(self, key: str) -> None:
        self.path(key).unlink(missing_ok=True)

    def exists(self, key: str) -> bool:
        return self.path(key).is_file()

    def stored(self, tenant_id: int) -> Iterator[tuple[str, datetime]]:
        root = self.folder / "t" / str(tenant_id)
        for month in sorted(root.glob("*/*")):
            for path in sorted(month.iterdir()):
                modified = datetime.fromtimestamp(path.stat().st_mtime, UTC)
                yield path.relative_to(self.folder).as_posix(), modified

    def tidy(self, before: datetime) -> int:
        """Of all tenants: what is half written bears no tenant's name."""
        removed = 0
        for path in self.folder.glob(f"{INCOMING}/*"):
            with suppress(FileNotFoundError):  # finished, or tidied by another, since it was listed
                if datetime.fromtimestamp(path.stat().st_mtime, UTC) < before:
                    path.unlink()
                    removed += 1
        return removed

    def path(self, key: str) -> Path:
        return self.folder / checked(key)


class S3Storage:
    """In a bucket, under a prefix. Large files go up in parts; whole objects only ever appear."""

    def __init__(self, client: Any, *, bucket: str, prefix: str = "") -> None:
        self._client, self._bucket = client, bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""

    def put(self, key: str, stream: BinaryIO) -> None:
        if self.exists(key):
            raise Conflict("文件已经存在")
        self._client.upload_fileobj(stream, self._bucket, self._name(key))

    def open(self, key: str) -> BinaryIO:
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=self._name(key))
        except self._client.exceptions.NoSuchKey as fault:
            raise FileNotFoundError(key) from fault
        return cast("BinaryIO", answer["Body"])

    def delete(self, key: str) -> None:
        self._client.delete_object(Bucket=self._bucket, Key=self._name(key))

    def exists(self, key: str) -> bool:
        try:
            self._client.head_object(Bucket=self._bucket, Key=self._name(key))
        except self._client.exceptions.ClientError as fault:
            if fault.response["Error"]["Code"] in ("404", "NoSuchKey", "NotFound"):
                return False
            raise
        return True

    def stored(self, tenant_id: int) -> Iterator[tuple[str, datetime]]:
        pages = self._client.get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self._bucket, Prefix=f"{self._prefix}t/{tenant_id}/"):
            for entry in page.get("Contents", ()):
                yield entry["Key"].removeprefix(self._prefix), entry["LastModified"].astimezone(UTC)

    def tidy(self, before: datetime) -> int:
        """Nothing here: parts of an upload that never ended are the bucket's lifecycle rule's (docs/operations.md)."""
        return 0

    def _name(self, key: str) -> str:
        return self._prefix + checked(key)


def storage_of(settings: Settings) -> Storage:
    """What XIAOAN_FILES says. Raises RuntimeError where S3 is wanted and its client is not installed."""
    if settings.files_folder is not None:
        return DiskStorage(settings.files_folder)
    try:
        import boto3  # noqa: PLC0415  an optional extra
        from botocore.config import Config  # noqa: PLC0415  an optional extra
    except ImportError as fault:
        raise RuntimeError("XIAOAN_FILES names an S3 bucket: pip install 'xiaoan[s3]'") from fault
    client = boto3.client(
        "s3", endpoint_url=settings.s3_endpoint, region_name=settings.s3_region,
        aws_access_key_id=settings.s3_access_key, aws_secret_access_key=settings.s3_secret_key,
        config=Config(connect_timeout=5, read_timeout=30, retries={"max_attempts": 3, "mode": "standard"}),
    )  # fmt: skip
    bucket, _, prefix = settings.files.removeprefix("s3://").partition("/")
    return S3Storage(client, bucket=bucket, prefix=prefix)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
