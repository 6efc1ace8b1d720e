"""What the plugin says of itself."""

from __future__ import annotations

from core.sdk.hooks import PluginMeta
from plugins.buildings.categories import CATEGORIES

META = PluginMeta(
    slug="buildings",
    title="校舍与设施",
    summary="建筑物、设施设备、地质与在建项目",
    version="0.1.0",
    core_range=">=0.1,<1",
    icon="building",
    offers=("BuildingDirectory",),
    categories=CATEGORIES,
)
