"""What statistics hands to the hooks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.access.actor import Actor
from core.access.permissions import Declared
from core.hooks.meta import Audited, MenuEntry
from core.hooks.specs import impl
from core.statistics import pages, rest
from core.statistics.audited import AUDITED
from core.statistics.permissions import DECLARED, StatisticsPermission


@impl
def register_permissions() -> Sequence[Declared]:
    return DECLARED


@impl
def register_audited() -> Sequence[Audited]:
    return AUDITED


@impl
def register_blueprints() -> Sequence[Any]:
    return (pages.bp, rest.bp)


@impl
def collect_menu(actor: Actor) -> Sequence[MenuEntry]:
    return (MenuEntry("统计表", "statistics.index", "table", "campaign", 60, StatisticsPermission.READ),)
