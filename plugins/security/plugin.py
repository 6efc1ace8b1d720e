"""治安防范: what the plugin says of itself and its hooks. No logic."""

from __future__ import annotations

from collections.abc import Sequence

from core.sdk.domain import Actor, Declared
from core.sdk.hooks import MenuEntry, PluginMeta, impl
from core.sdk.web import Blueprints, domain_blueprints
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


@impl
def register_permissions() -> Sequence[Declared]:
    return DECLARED


@impl
def register_blueprints() -> Blueprints:
    return domain_blueprints(META, permission=SecurityPermission.OVERVIEW_READ)


@impl
def collect_menu(actor: Actor) -> Sequence[MenuEntry]:
    return (
        MenuEntry(
            META.title,
            "security.overview",
            META.icon,
            section="domain",
            order=20,
            permission=SecurityPermission.OVERVIEW_READ,
        ),
    )
