"""What a package is made of. Pure: knows no database and no archive."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from core.kernel.errors import Invalid
from core.kernel.phrases import Phrase

FORMAT = 1
"""Version of the package's layout that this code writes and reads."""
PRODUCT = "xiaoan"
MANIFEST, CHECKSUMS, PACK, README = "manifest.json", "checksums.ndjson", "pack.json", "README.txt"
TABLE = re.compile(r"tables/(\d{3})-([a-z][a-z0-9_]*)\.ndjson")
FILE = re.compile(r"files/([0-9a-f]{64})")
THUMBNAIL = re.compile(r"thumbnails/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
JSON_NULL = "~"
"""Stands behind the name of a nullable jsonb column whose value is JSON's null, which is not the absence of a value."""


@dataclass(frozen=True)
class TableEntry:
    """``columns``: names in the file, in the order of the table. ``rows``: lines."""

    name: str
    file: str
    rows: int
    columns: tuple[str, ...]


@dataclass(frozen=True)
class ChainEntry:
    """The audit log's chain as it was: number of the tenant in that installation (part of what is sealed), links, last hash (hex)."""

    tenant_id: int
    entries: int
    head: str


@dataclass(frozen=True)
class Manifest:
    """``made_at``: aware UTC, ISO. ``schema``: revision of the database. ``left_out``: table or column → why it is not here.
    ``checksums``: sha256 (hex) of ``checksums.ndjson``, which names every other entry with size and sha256."""

    format: int
    product: str
    made_at: str
    schema: str
    slug: str
    name: str
    kind: str
    clock_offset_s: int
    tables: tuple[TableEntry, ...]
    files: int
    file_bytes: int
    audit: ChainEntry
    left_out: Mapping[str, str]
    checksums: str

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Any) -> Manifest:
        """Raises Invalid for what is no manifest of a format that this code reads."""
        if not isinstance(data, dict) or data.get("product") != PRODUCT:
            raise refused("不是校安导出的单位包")
        if data.get("format") != FORMAT:
            raise refused(
                "单位包格式 %(found)s 不能读取，本版本读取格式 %(wanted)s", found=data.get("format"), wanted=FORMAT
            )
        try:
            tables = tuple(
                TableEntry(str(one["name"]), str(one["file"]), int(one["rows"]), tuple(map(str, one["columns"])))
                for one in data["tables"]
            )
            chain = data["audit"]
            return cls(
                FORMAT, PRODUCT, str(data["made_at"]), str(data["schema"]), str(data["slug"]), str(data["name"]), str(data["kind"]),
                int(data["clock_offset_s"]), tables, int(data["files"]), int(data["file_bytes"]),
                ChainEntry(int(chain["tenant_id"]), int(chain["entries"]), str(chain["head"])), dict(data["left_out"]),
                str(data["checksums"]),
            )  # fmt: skip
        except (KeyError, TypeError, ValueError) as fault:
            raise refused("单位包的清单不完整") from fault


def refused(why: str, /, **params: object) -> Invalid:
    """A package that is not taken, and why; ``why`` is a Chinese msgid."""
    return Invalid(why, fields={"file": Phrase(why, **params)}, **params)


ABOUT = """校安单位包 / Xiaoan tenant package, format 1
manifest.json     what is here: tenant, tables with columns and rows, left-out parts with reasons, audit chain
checksums.ndjson  name, size, sha256 of every other entry; its own sha256 stands in the manifest
pack.json         the district pack in force, compiled
tables/           one NDJSON file a table, in the order of foreign keys; one row a line, columns as JSON
files/            attachments by the sha256 of their bytes; thumbnails/ by the id of the file
No passwords, sessions, tokens or other secrets are here. It holds personal data: keep it as you keep the database.
"""
