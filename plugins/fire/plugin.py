"""消防安全: what the plugin says of itself and its hooks. No logic."""

from __future__ import annotations

from collections.abc import Sequence

from core.sdk.domain import Declared
from core.sdk.hooks import PluginMeta, impl
from plugins.fire.categories import CATEGORIES, FOCUS
from plugins.fire.permissions import DECLARED

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


@impl
def register_permissions() -> Sequence[Declared]:
    return DECLARED
