"""The parts of a process, for commands that work across tenants, and a tenant by its name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING

from core.kernel.errors import NotFound
from core.settings import load_settings
from core.tenancy.directory import TenantCard

if TYPE_CHECKING:
    from core.app import Parts


@contextmanager
def composed() -> Iterator[Parts]:
    parts: Parts = import_module("core.app").compose(load_settings(os.environ), platform=True)
    try:
        yield parts
    finally:
        parts.db.dispose()


def card_of(parts: Parts, slug: str) -> TenantCard:
    """Raises NotFound for an unknown or suspended tenant."""
    card = parts.directory.by_slug(slug)
    if card is None:
        raise NotFound("没有单位 %(slug)s", slug=slug)
    return card
