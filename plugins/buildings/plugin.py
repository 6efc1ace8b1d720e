"""校舍与设施: what the plugin says of itself and its hooks. No logic."""

from __future__ import annotations

from collections.abc import Sequence

from core.sdk.domain import Actor, Declared
from core.sdk.hooks import MenuEntry, PluginMeta, impl
from core.sdk.web import Blueprints, domain_blueprints
from plugins.buildings.categories import CATEGORIES
from plugins.buildings.permissions import DECLARED, BuildingsPermission

META = PluginMeta(
    slug="buildings",
    title="校舍与设施",
    summary="建筑物、设施设备、地质与在建项目",
    version="0.1.0",
    core_range=">=0.1,<1",
    icon="building",
    categories=CATEGORIES,
)


@impl
def register_permissions() -> Sequence[Declared]:
    return DECLARED


@impl
def register_blueprints() -> Blueprints:
    return domain_blueprints(META, permission=BuildingsPermission.OVERVIEW_READ)


@impl
def collect_menu(actor: Actor) -> Sequence[MenuEntry]:
    return (
        MenuEntry(
            META.title,
            "buildings.overview",
            META.icon,
            section="domain",
            order=60,
            permission=BuildingsPermission.OVERVIEW_READ,
        ),
    )
