"""实验室与危化品: what the plugin says of itself and its hooks. No logic."""

from __future__ import annotations

from core.sdk.hooks import PluginMeta
from core.sdk.web import domain_hooks
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

register_permissions, register_blueprints, collect_menu = domain_hooks(
    META, permissions=DECLARED, overview=LabchemPermission.OVERVIEW_READ, order=40
)
