"""What the plugin says of itself."""

from __future__ import annotations

from core.sdk.hooks import PluginMeta
from plugins.fire.categories import CATEGORIES, FOCUS

META = PluginMeta(
    slug="fire",
    title="消防安全",
    summary="消防验收、重点部位、设施器材、防火巡查和消控证",
    version="0.1.0",
    core_range=">=0.1,<1",
    icon="flame",
    needs=("BuildingDirectory",),
    categories=CATEGORIES,
    variants=("wujin", "sip", "yongqiao"),
    focus=FOCUS,
)
