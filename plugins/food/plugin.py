"""食品安全: what the plugin says of itself and its hooks. No logic."""

from __future__ import annotations

from core.sdk.hooks import PluginMeta
from core.sdk.web import domain_hooks
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

register_permissions, register_blueprints, collect_menu = domain_hooks(
    META, permissions=DECLARED, overview=FoodPermission.OVERVIEW_READ, order=30
)
