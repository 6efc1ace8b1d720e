"""实验室与危化品: what the plugin says of itself and its hooks. No logic."""

from __future__ import annotations

from collections.abc import Sequence

from core.sdk.domain import Actor, Declared
from core.sdk.hooks import MenuEntry, PluginMeta, impl
from core.sdk.web import Blueprints, domain_blueprints
from plugins.labchem.categories import CATEGORIES
from plugins.labchem.permissions import DECLARED, LabchemPermission

META = PluginMeta(
    slug="labchem",
    title="实验室与危化品",
    summary="危化品全流程、“五双”“三防”、危险废物",
    version="0.1.0",
    core_range=">=0.1,<1",
    icon="flask",
    categories=CATEGORIES,
)


@impl
def register_permissions() -> Sequence[Declared]:
    return DECLARED


@impl
def register_blueprints() -> Blueprints:
    return domain_blueprints(META, permission=LabchemPermission.OVERVIEW_READ)


@impl
def collect_menu(actor: Actor) -> Sequence[MenuEntry]:
    return (
        MenuEntry(
            META.title,
            "labchem.overview",
            META.icon,
            section="domain",
            order=40,
            permission=LabchemPermission.OVERVIEW_READ,
        ),
    )
