"""治安防范: what the plugin says of itself and its hooks. No logic."""

from __future__ import annotations

from core.sdk.hooks import PluginMeta
from core.sdk.web import domain_hooks
from plugins.security.categories import CATEGORIES, FOCUS
from plugins.security.permissions import DECLARED, SecurityPermission

META = PluginMeta(
    slug="security",
    title="治安防范",
    summary="保安、技防、门卫与校园周边",
    version="0.1.0",
    core_range=">=0.1,<1",
    icon="shield-lock",
    categories=CATEGORIES,
    variants=("surroundings",),
    focus=FOCUS,
)

register_permissions, register_blueprints, collect_menu = domain_hooks(
    META, permissions=DECLARED, overview=SecurityPermission.OVERVIEW_READ, order=20
)
