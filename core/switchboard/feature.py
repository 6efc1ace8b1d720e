"""What the switchboard hands to the hooks. Its permissions are those of core.tenancy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.access.actor import Actor
from core.hooks.meta import MenuEntry
from core.hooks.specs import impl
from core.switchboard import pages, rest
from core.tenancy.permissions import TenancyPermission


@impl
def register_blueprints() -> Sequence[Any]:
    return (pages.bp, rest.plugins_bp, rest.pack_bp)


@impl
def collect_menu(actor: Actor) -> Sequence[MenuEntry]:
    read = TenancyPermission.SETTING_READ
    return (
        MenuEntry(
            "插件管理", "switchboard.plugins", "puzzle", section="admin", order=60, permission=TenancyPermission.SWITCH
        ),
        MenuEntry("参数与读法", "switchboard.settings", "adjustments", section="admin", order=65, permission=read),
    )
