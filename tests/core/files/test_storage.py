"""Both storages keep the same promises."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.files.storage import DiskStorage, S3Storage, Storage, storage_of
from core.kernel.errors import Conflict
from core.settings import load_settings

KEY = "t/101/2020/11/0198f2d0-0000-7000-8000-000000000001"
OTHER = "t/101/2020/12/0198f2d0-0000-7000-8000-000000000002"
BUCKET = "xiaoan-test"


@pytest.fixture(scope="module")
def s3_address() -> Iterator[str]:
    server_module = pytest.importorskip("moto.server")
    server = server_module.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["disk", "s3"])
def any_storage(request: pytest.FixtureRequest, tmp_path: Path, environ: dict[str, str]) -> Storage:
    if request.param == "disk":
        return DiskStorage(tmp_path)
    address = request.getfixturevalue("s3_address")
    keys = {"XIAOAN_S3_ACCESS_KEY": "key", "XIAOAN_S3_SECRET_KEY": "secret", "XIAOAN_S3_ENDPOINT": address}
    prefix = tmp_path.name
    found = storage_of(load_settings({**environ, **keys, "XIAOAN_FILES": f"s3://{BUCKET}/{prefix}"}))
    assert isinstance(found, S3Storage)
    found._client.create_bucket(Bucket=BUCKET)
    return found


def test_put_then_open_gives_the_same_bytes(any_storage: Storage) -> None:
    data = os.urandom(9 * 1024 * 1024)  # more than one part
    any_storage.put(KEY, io.BytesIO(data))
    with any_storage.open(KEY) as stream:
        assert stream.read(10) == data[:10]
        assert stream.read() == data[10:]
    assert any_storage.exists(KEY) and not any_storage.exists(OTHER)


def test_put_under_a_taken_key_is_refused(any_storage: Storage) -> None:
    any_storage.put(KEY, io.BytesIO(b"one"))
    with pytest.raises(Conflict):
        any_storage.put(KEY, io.BytesIO(b"two"))
    with any_storage.open(KEY) as stream:
        assert stream.read() == b"one"


def test_delete_twice_is_the_same_as_once(any_storage: Storage) -> None:
    any_storage.put(KEY, io.BytesIO(b"one"))
    any_storage.delete(KEY)
    any_storage.delete(KEY)
    with pytest.raises(FileNotFoundError):
        any_storage.open(KEY)


def test_stored_lists_one_tenant_in_order(any_storage: Storage) -> None:
    for key in (OTHER, KEY + ".webp", KEY, KEY.replace("101", "1010"), KEY.replace("101", "10")):
        any_storage.put(key, io.BytesIO(b"x"))
    listed = list(any_storage.stored(101))
    assert [key for key, _ in listed] == [KEY, KEY + ".webp", OTHER]
    assert all(abs(datetime.now(UTC) - at) < timedelta(minutes=1) for _, at in listed)


@pytest.mark.parametrize("key", ["../../etc/passwd", "t/1/2020/11/../x", "/etc/passwd", KEY + "/x", KEY + ".exe", ""])
def test_other_keys_are_refused(any_storage: Storage, key: str) -> None:
    for act in (any_storage.open, any_storage.delete, any_storage.exists):
        with pytest.raises(ValueError, match="storage key"):
            act(key)


class Failing(io.BytesIO):
    """Breaks off in the middle."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell() > 0:
            raise OSError("connection lost")
        return super().read(10)


def test_put_that_breaks_off_leaves_nothing(any_storage: Storage, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="connection lost"):
        any_storage.put(KEY, Failing(b"0123456789abcdef"))
    assert not any_storage.exists(KEY)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
