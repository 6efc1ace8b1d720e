"""校车与交通: what the plugin says of itself and its hooks. No logic."""

from __future__ import annotations

from collections.abc import Sequence

from core.sdk.domain import Actor, Declared
from core.sdk.hooks import MenuEntry, PluginMeta, impl
from core.sdk.web import Blueprints, domain_blueprints
from plugins.bus.categories import CATEGORIES, FOCUS
from plugins.bus.permissions import DECLARED, BusPermission

META = PluginMeta(
    slug="bus",
    title="校车与交通",
    summary="校车许可、驾驶员与照管员、线路与路段",
    version="0.1.0",
    core_range=">=0.1,<1",
    icon="bus",
    categories=CATEGORIES,
    variants=("yongqiao",),
    focus=FOCUS,
)


@impl
def register_permissions() -> Sequence[Declared]:
    return DECLARED


@impl
def register_blueprints() -> Blueprints:
    return domain_blueprints(META, permission=BusPermission.OVERVIEW_READ)


@impl
def collect_menu(actor: Actor) -> Sequence[MenuEntry]:
    return (
        MenuEntry(
            META.title, "bus.overview", META.icon, section="domain", order=50, permission=BusPermission.OVERVIEW_READ
        ),
    )
