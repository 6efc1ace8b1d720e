"""食品安全: what the plugin says of itself and its hooks. No logic."""

from __future__ import annotations

from collections.abc import Sequence

from core.sdk.domain import Actor, Declared
from core.sdk.hooks import MenuEntry, PluginMeta, impl
from core.sdk.web import Blueprints, domain_blueprints
from plugins.food.categories import CATEGORIES, FOCUS
from plugins.food.permissions import DECLARED, FoodPermission

META = PluginMeta(
    slug="food",
    title="食品安全",
    summary="食堂各环节、陪餐留样、饮用水",
    version="0.1.0",
    core_range=">=0.1,<1",
    icon="tools-kitchen-2",
    categories=CATEGORIES,
    variants=("yongqiao",),
    focus=FOCUS,
)


@impl
def register_permissions() -> Sequence[Declared]:
    return DECLARED


@impl
def register_blueprints() -> Blueprints:
    return domain_blueprints(META, permission=FoodPermission.OVERVIEW_READ)


@impl
def collect_menu(actor: Actor) -> Sequence[MenuEntry]:
    return (
        MenuEntry(
            META.title, "food.overview", META.icon, section="domain", order=30, permission=FoodPermission.OVERVIEW_READ
        ),
    )
