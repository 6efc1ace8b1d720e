"""Which kinds of things can be searched for in this process."""

from __future__ import annotations

from collections.abc import Iterable

from core.hooks.manager import Plugins
from core.hooks.searching import Searchable


def searchables(plugins: Plugins, active: Iterable[str] | None = None) -> tuple[Searchable, ...]:
    """All kinds in their order; ``active``: only those of core and of these plugins."""
    allowed = None if active is None else set(active)
    found = [
        searchable
        for owner, answer in plugins.at_boot("register_searchables")
        if owner not in plugins.metas or allowed is None or owner in allowed
        for searchable in answer
    ]
    return tuple(sorted(found, key=lambda searchable: searchable.order))
