"""欺凌防治: what the plugin says of itself and its hooks. No logic."""

from __future__ import annotations

from collections.abc import Sequence

from core.sdk.domain import Actor, Declared
from core.sdk.hooks import MenuEntry, PluginMeta, impl
from core.sdk.web import Blueprints, domain_blueprints
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


@impl
def register_permissions() -> Sequence[Declared]:
    return DECLARED


@impl
def register_blueprints() -> Blueprints:
    return domain_blueprints(META, permission=BullyingPermission.OVERVIEW_READ, sealed=True)


@impl
def collect_menu(actor: Actor) -> Sequence[MenuEntry]:
    return (
        MenuEntry(
            META.title,
            "bullying.overview",
            META.icon,
            section="domain",
            order=80,
            permission=BullyingPermission.OVERVIEW_READ,
        ),
    )
