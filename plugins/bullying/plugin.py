"""欺凌防治: what the plugin says of itself and its hooks. No logic."""

from __future__ import annotations

from core.sdk.hooks import PluginMeta
from core.sdk.web import domain_hooks
from plugins.bullying.categories import CATEGORIES, FOCUS
from plugins.bullying.permissions import DECLARED, BullyingPermission

META = PluginMeta(
    slug="bullying",
    title="欺凌防治",
    summary="预防工作中的问题与数量，不记录个案和姓名",
    version="0.1.0",
    core_range=">=0.1,<1",
    icon="heart-handshake",
    categories=CATEGORIES,
    variants=("yongqiao",),
    focus=FOCUS,
)

register_permissions, register_blueprints, collect_menu = domain_hooks(
    META, permissions=DECLARED, overview=BullyingPermission.OVERVIEW_READ, order=80, sealed=True
)
