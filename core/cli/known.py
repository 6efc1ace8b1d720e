"""What a pack may name of this installation: permissions, registers of plugins, facts of tables, what units
have. Needs no database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from core.hooks.holdings import REGISTER
from core.hooks.manager import Plugins, build_plugins
from core.registers import feature as registers
from core.registers.catalogue import Registers
from core.statistics.facts import abilities


class Known(TypedDict):
    """As :func:`core.tenancy.packs.check.examine` takes it."""

    permissions: frozenset[str]
    registers: Mapping[str, frozenset[str]]
    facts: Mapping[str, frozenset[str]]
    holdings: frozenset[str]


def installed() -> Plugins:
    """All features and plugins that are installed here, for commands that have no database to compose with."""
    from core.app import feature_modules  # noqa: PLC0415  loads every feature, which most commands do without

    plugins = build_plugins(feature_modules())
    registers.join(plugins)
    return plugins


def known_to(plugins: Plugins) -> Known:
    """What these declare."""
    codes = frozenset(declared.code for _, group in plugins.at_boot("register_permissions") for declared in group)
    holdings = frozenset(one.code for _, group in plugins.at_boot("register_holdings") for one in group) - {REGISTER}
    return {
        "permissions": codes,
        "registers": Registers.of(plugins).fields(),
        "facts": abilities(),
        "holdings": holdings,
    }
