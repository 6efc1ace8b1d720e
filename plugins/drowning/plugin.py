"""防溺水: what the plugin says of itself and its hooks. No logic."""

from __future__ import annotations

from collections.abc import Sequence

from core.sdk.domain import Actor, Declared
from core.sdk.hooks import MenuEntry, PluginMeta, impl
from core.sdk.web import Blueprints, domain_blueprints
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


@impl
def register_permissions() -> Sequence[Declared]:
    return DECLARED


@impl
def register_blueprints() -> Blueprints:
    return domain_blueprints(META, permission=DrowningPermission.OVERVIEW_READ)


@impl
def collect_menu(actor: Actor) -> Sequence[MenuEntry]:
    return (
        MenuEntry(
            META.title,
            "drowning.overview",
            META.icon,
            section="domain",
            order=70,
            permission=DrowningPermission.OVERVIEW_READ,
        ),
    )
