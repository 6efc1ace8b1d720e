"""How commands that work in one tenant open its scope, and who acts in them."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.kernel.errors import NotFound
from core.settings import load_settings
from core.tenancy.directory import TenantCard

if TYPE_CHECKING:
    from core.app import Parts


@contextmanager
def opened(slug: str, *, read_only: bool = False) -> Iterator[tuple[TenantCard, TenantSession]]:
    """The tenant and a session on its clock; commits at the end. Raises NotFound for an unknown or suspended tenant."""
    with _parts() as parts:
        tenant = _card(parts, slug)
        with parts.db.tenant(tenant.id, clock=parts.directory.clock(tenant), read_only=read_only) as session:
            yield tenant, session


def card_of(slug: str) -> TenantCard:
    """Raises NotFound."""
    with _parts() as parts:
        return _card(parts, slug)


def commander(tenant_id: int, command: str) -> Actor:
    """Whoever may run commands on the server may do everything; the log says which command it was."""
    return replace(Actor.system(tenant_id, command), kind="command")


def _card(parts: Parts, slug: str) -> TenantCard:
    card = parts.directory.by_slug(slug)
    if card is None:
        raise NotFound("没有单位%(slug)s", slug=slug)
    return card


@contextmanager
def _parts() -> Iterator[Parts]:
    parts: Parts = importlib.import_module("core.app").compose(load_settings(os.environ))
    try:
        yield parts
    finally:
        parts.db.dispose()
