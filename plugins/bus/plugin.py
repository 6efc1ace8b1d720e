"""校车与交通: what the plugin says of itself and its hooks. No logic."""

from __future__ import annotations

from core.sdk.hooks import PluginMeta
from core.sdk.web import domain_hooks
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

register_permissions, register_blueprints, collect_menu = domain_hooks(
    META, permissions=DECLARED, overview=BusPermission.OVERVIEW_READ, order=50
)
