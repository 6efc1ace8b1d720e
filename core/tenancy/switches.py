"""Which plugins are on, for whom, until when. Off freezes a plugin's data; it never deletes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from core.db.prepared import Prepared
from core.db.sessions import TenantSession
from core.tenancy.models import PluginFault, PluginSwitch


@dataclass(frozen=True)
class Fault:
    """Why a plugin that raised in a hook is kept out of a tenant. ``moment``: the hook; ``version``: of the plugin that raised."""

    version: str
    moment: str
    fault: str
    since: datetime


@dataclass(frozen=True)
class Switch:
    """``stages`` None: for every kind of unit. ``on_until`` is the last day on."""

    plugin: str
    on_from: date
    on_until: date | None
    stages: frozenset[str] | None
    variant: str | None
    version: int = 1
    fault: Fault | None = None

    def kept_out(self, version: str | None) -> bool:
        """Whether the plugin raised here; ``version``: the one installed now, for another one starts afresh."""
        return self.fault is not None and self.fault.version == version

    def on(self, today: date) -> bool:
        return self.on_from <= today and (self.on_until is None or today <= self.on_until)

    def serves(self, stages: Collection[str]) -> bool:
        """Whether a unit with these school stages is meant."""
        return self.stages is None or not self.stages.isdisjoint(stages)


_SWITCHES = Prepared(
    select(
        PluginSwitch.plugin, PluginSwitch.on_from, PluginSwitch.on_until, PluginSwitch.stages, PluginSwitch.variant,
        PluginSwitch.version, PluginFault.plugin_version, PluginFault.moment, PluginFault.fault, PluginFault.since,
    ).outerjoin(PluginFault, PluginFault.plugin == PluginSwitch.plugin)
)  # fmt: skip


def serving(
    plugins_on: Collection[str], switched: Mapping[str, Switch], stages: Collection[str] | None
) -> frozenset[str]:
    """Of the plugins that are on, those meant for a school with these stages; ``stages`` None (no school): all."""
    return frozenset(
        slug for slug in plugins_on if stages is None or slug not in switched or switched[slug].serves(stages)
    )


def switches(session: TenantSession) -> dict[str, Switch]:
    """By plugin. One query."""
    return {
        plugin: Switch(
            plugin,
            on_from,
            on_until,
            frozenset(stages) if stages is not None else None,
            variant,
            version,
            Fault(fault_version, moment, fault, since) if fault_version is not None else None,
        )
        for plugin, on_from, on_until, stages, variant, version, fault_version, moment, fault, since in _SWITCHES.rows(
            session
        )
    }
