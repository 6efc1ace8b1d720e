"""Which kinds of papers this process knows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from core.hooks.manager import Plugins
from core.hooks.papers import PaperKind
from core.kernel.errors import NotFound

Kinds = Mapping[str, PaperKind]


def kinds_of(plugins: Plugins, active: Iterable[str]) -> dict[str, PaperKind]:
    """Those of core and of the plugins ``active``, by code, in their order."""
    allowed = set(active)
    found = [
        kind
        for owner, answer in plugins.at_boot("register_papers")
        if owner not in plugins.metas or owner in allowed
        for kind in answer
    ]
    return {kind.code: kind for kind in sorted(found, key=lambda kind: (kind.order, kind.code))}


def kind_of(kinds: Kinds, code: str) -> PaperKind:
    """Raises NotFound."""
    found = kinds.get(code)
    if found is None:
        raise NotFound()
    return found
