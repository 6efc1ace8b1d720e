"""The hooks of a plugin that is its domain and the overview of it: permissions, the overview's routes, its menu entry."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from core.access.actor import Actor
from core.access.permissions import Declared
from core.hooks.meta import MenuEntry, PluginMeta
from core.hooks.specs import impl
from core.http.blueprints import ApiBlueprint, PageBlueprint
from core.sdk.overview.pages import domain_blueprints

Hooks = tuple[
    Callable[[], Sequence[Declared]],
    Callable[[], Sequence[PageBlueprint | ApiBlueprint]],
    Callable[[Actor], Sequence[MenuEntry]],
]


def domain_hooks(
    meta: PluginMeta, *, permissions: Sequence[Declared], overview: str, order: int, sealed: bool = False
) -> Hooks:
    """For ``register_permissions, register_blueprints, collect_menu = domain_hooks(…)`` in ``plugin.py``.

    ``overview``: the permission that opens it; ``order``: its place among the domains in the menu; ``sealed``: numbers only.
    """

    @impl
    def register_permissions() -> Sequence[Declared]:
        return permissions

    @impl
    def register_blueprints() -> Sequence[PageBlueprint | ApiBlueprint]:
        return domain_blueprints(meta, permission=overview, sealed=sealed)

    @impl
    def collect_menu(actor: Actor) -> Sequence[MenuEntry]:
        return (MenuEntry(meta.title, f"{meta.slug}.overview", meta.icon, "domain", order, overview),)

    return register_permissions, register_blueprints, collect_menu
