"""防溺水: what the plugin says of itself and its hooks. No logic."""

from __future__ import annotations

from core.sdk.hooks import PluginMeta
from core.sdk.web import domain_hooks
from plugins.drowning.categories import CATEGORIES, FOCUS
from plugins.drowning.permissions import DECLARED, DrowningPermission

META = PluginMeta(
    slug="drowning",
    title="防溺水",
    summary="宣传教育、培训、水域管护",
    version="0.1.0",
    core_range=">=0.1,<1",
    icon="swimming",
    categories=CATEGORIES,
    variants=("yongqiao",),
    focus=FOCUS,
)

register_permissions, register_blueprints, collect_menu = domain_hooks(
    META, permissions=DECLARED, overview=DrowningPermission.OVERVIEW_READ, order=70
)
