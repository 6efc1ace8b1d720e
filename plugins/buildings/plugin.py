"""校舍与设施: the hooks of the plugin; each hands on things from the other files. No logic."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from core.sdk.domain import BUILDINGS, BuildingDirectory, Declared, Port, TenantSession
from core.sdk.hooks import MenuEntry, impl
from core.sdk.registers import Register
from core.sdk.web import Blueprints, domain_blueprints
from plugins.buildings import pages
from plugins.buildings.directory import Ledger
from plugins.buildings.meta import META
from plugins.buildings.permissions import DECLARED, BuildingsPermission
from plugins.buildings.registers import REGISTERS

__all__ = ["META"]


@impl
def register_permissions() -> Sequence[Declared]:
    return DECLARED


@impl
def register_blueprints() -> Blueprints:
    return (pages.bp, *domain_blueprints(META, permission=BuildingsPermission.OVERVIEW_READ, path="hazards"))


@impl
def register_registers() -> Sequence[Register]:
    return REGISTERS


@impl
def register_ports() -> Mapping[Port[BuildingDirectory], Callable[[TenantSession], BuildingDirectory]]:
    return {BUILDINGS: Ledger}


@impl
def collect_menu() -> Sequence[MenuEntry]:
    return (
        MenuEntry(
            META.title,
            "buildings.overview",
            META.icon,
            section="domain",
            order=60,
            permission=BuildingsPermission.OVERVIEW_READ,
        ),
    )
