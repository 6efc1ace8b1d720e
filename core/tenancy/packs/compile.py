"""The pack as it is stored per tenant: one JSON value with a digest. Needs no files to be opened again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.kernel.errors import Invalid
from core.tenancy.packs.model import Pack

FORMAT = 1
"""Version of the pack language this code reads."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A pack ready to be stored."""

    slug: str
    version: str
    """The pack's own version."""
    digest: str
    """sha256 over the content, independent of key order and spacing."""
    content: dict[str, Any]


def compile_pack(pack: Pack) -> Compiled:
    """A checked pack as plain JSON."""
    content = pack.to_json()
    return Compiled(slug=pack.slug, version=pack.version, digest=digest_of(content), content=content)


def open_compiled(content: Mapping[str, Any]) -> Pack:
    """The pack from what was stored; refuses a format this code does not read."""
    if content.get("format") != FORMAT:
        raise Invalid(
            "区域包格式 %(found)s 不能读取，本版本读取格式 %(wanted)s",
            found=content.get("format"),
            wanted=FORMAT,
            fields={"format": str(FORMAT)},
        )
    return Pack.from_json(content)


def digest_of(content: Mapping[str, Any]) -> str:
    """sha256 over the canonical text of a JSON value."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
