"""Heads of the chains, kept in files outside the database: who cuts off the end of a chain cannot cut it off here.

One JSON-lines file per tenant, each line signed. Knows nothing of how chains are built.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from core.settings import Settings

PURPOSE = b"xiaoan audit head v1"
TAIL = 4096
"""Bytes read to find the last line; a line has about 250."""


@dataclass(frozen=True)
class Head:
    """The newest link of a chain at system time ``at``."""

    tenant_id: int
    seq: int
    hash: bytes
    at: datetime
    older_key: bool = False
    """Signed by a key that was replaced since."""


@dataclass(frozen=True)
class DamagedLine:
    """A line that does not carry a valid signature."""

    number: int


class Heads:
    """The folder of heads. ``secret_key`` signs; whoever lacks it cannot write a line that verifies.

    ``older_keys`` were replaced: what they signed still verifies, and is told apart. Whoever holds one can forge lines, so they
    are named only as long as somebody wants to verify lines of their time.
    """

    def __init__(self, folder: Path, *, secret_key: str, older_keys: Sequence[str] = ()) -> None:
        self.folder = folder
        self._keys = [hmac.digest(key.encode(), PURPOSE, hashlib.sha256) for key in (secret_key, *older_keys)]

    @contextmanager
    def turn(self, tenant_id: int) -> Iterator[None]:
        """One sealer of a tenant at a time, from its commit to its publishing: the lines stay in the chain's order."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._path(tenant_id).open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def publish(self, head: Head) -> None:
        """Appends the head. On return it is on the disk."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self._path(head.tenant_id)
        handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o640)
        try:
            size = os.fstat(handle).st_size
            # a line torn by a power cut must not swallow this one
            torn = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
            os.write(handle, (b"\n" if torn else b"") + self._line(head))
            os.fsync(handle)
        finally:
            os.close(handle)
        if size == 0:  # the first line: the folder must know the file too
            _sync_folder(self.folder)

    def read(self, tenant_id: int) -> Iterator[Head | DamagedLine]:
        """The heads published until this call, oldest first, one at a time."""
        path = self._path(tenant_id)
        return self._lines(path, path.stat().st_size, tenant_id) if path.exists() else iter(())

    def _lines(self, path: Path, size: int, tenant_id: int) -> Iterator[Head | DamagedLine]:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                yield self._parse(line, tenant_id) or DamagedLine(number)
                size -= len(line)
                if size <= 0:
                    return

    def last(self, tenant_id: int) -> Head | None:
        """The newest head, without reading the others; None without one, or when its line is damaged."""
        path = self._path(tenant_id)
        if not path.exists():
            return None
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - TAIL))
            lines = file.read().splitlines()
        return self._parse(lines[-1], tenant_id) if lines else None

    def _path(self, tenant_id: int) -> Path:
        return self.folder / f"{tenant_id}.jsonl"

    def _line(self, head: Head) -> bytes:
        body = {"tenant": head.tenant_id, "seq": head.seq, "hash": head.hash.hex(), "at": head.at.isoformat()}
        return json.dumps(body | {"signature": _sign(self._keys[0], body)}).encode() + b"\n"

    def _parse(self, line: bytes, tenant_id: int) -> Head | None:
        try:
            body = json.loads(line)
            signature = body.pop("signature")
            signers = [key for key in self._keys if hmac.compare_digest(signature, _sign(key, body))]
            if body["tenant"] != tenant_id or not signers:
                return None
            older = signers[0] is not self._keys[0]
            return Head(tenant_id, body["seq"], bytes.fromhex(body["hash"]), datetime.fromisoformat(body["at"]), older)
        except (ValueError, KeyError, TypeError, AttributeError):
            return None


def _sign(key: bytes, body: dict[str, object]) -> str:
    return hmac.digest(key, json.dumps(body, sort_keys=True).encode(), hashlib.sha256).hex()


def heads_of(settings: Settings) -> Heads:
    """As the settings say where they lie and who signs them."""
    return Heads(settings.audit_heads, secret_key=settings.secret_key, older_keys=settings.secret_keys_old)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
