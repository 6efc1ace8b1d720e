"""What a feature says of the things it lets people search for. Knows no table; core.search does the searching."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from sqlalchemy import Select

    from core.access.actor import Actor
    from core.db.sessions import TenantSession

EVERYTHING = ""
"""In ``Searchable.follows``: the event does not name one thing, so all of the kind is compared again."""


@dataclass(frozen=True)
class SearchText:
    """What one thing is found by: numbers and words, each field on its own. No names of persons, no phone numbers."""

    id: UUID
    fields: tuple[str, ...]


@dataclass(frozen=True)
class SearchHit:
    """One found thing as lists show it. Codes of stages as the shared badges know them, labels in the district's words."""

    id: UUID
    title: str
    endpoint: str
    """Flask endpoint of its page."""
    args: tuple[tuple[str, str], ...]
    number: str = ""
    detail: str = ""
    """Longer words; only the place around the hit is shown."""
    unit: str = ""
    state: str = ""
    """Canonical stage of a hazard, else a code of the feature's own."""
    state_label: str = ""


@dataclass(frozen=True)
class Searchable:
    """One kind of things. ``kind`` names it in addresses and in the index, e.g. ``hazard``; ``title`` is a msgid.

    ``texts(session, ids)``: the texts of those that exist among ``ids``; ``None``: of all, oldest first, in batches.
    ``visible(session, actor)``: SELECT of one column ``id``, the things that this actor may see: the feature's own data scope; what is sealed
    is left out here (or of ``texts``). ``shown(session, actor, ids)``: the hits, in any order, none that is not visible.
    ``follows``: beginning of an event's topic → key of its payload that holds the id (None there: many at once), or EVERYTHING.
    """

    kind: str
    title: str
    permission: str
    texts: Callable[[TenantSession, Sequence[UUID] | None], Iterable[SearchText]]
    visible: Callable[[TenantSession, Actor], Select[Any]]
    shown: Callable[[TenantSession, Actor, Sequence[UUID]], Sequence[SearchHit]]
    follows: Mapping[str, str] = field(default_factory=dict)
    order: int = 50
