"""What identity asks of those above it: which posts a person holds. Identity itself knows no units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol
from uuid import UUID

from core.access.actor import Grant
from core.db.sessions import TenantSession


@dataclass(frozen=True)
class Held:
    """What a person's posts of a day come to. ``unit_name``: where the first of them is held."""

    grants: tuple[Grant, ...] = ()
    unit_name: str = ""
    unit_names: Mapping[UUID, str] = field(default_factory=dict)
    """Names of the units in which the posts are held."""
    stages: frozenset[str] | None = None
    """Stages of the schools in which all the posts are held; None as soon as one is held elsewhere (a department)."""


class PostBook(Protocol):
    """Offered by core.orgs."""

    def held(self, session: TenantSession, person_id: UUID, on: date) -> Held: ...


class NullPostBook:
    """Nobody holds a post: everybody may sign in and do nothing."""

    def held(self, session: TenantSession, person_id: UUID, on: date) -> Held:
        return Held()
