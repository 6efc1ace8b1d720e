"""校舍与设施: what the plugin says of itself and its hooks. No logic."""

from __future__ import annotations

from core.sdk.hooks import PluginMeta
from core.sdk.web import domain_hooks
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

register_permissions, register_blueprints, collect_menu = domain_hooks(
    META, permissions=DECLARED, overview=BuildingsPermission.OVERVIEW_READ, order=60
)
