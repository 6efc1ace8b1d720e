"""What the obligations hand to the hooks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.access.actor import Actor
from core.access.permissions import Declared
from core.db.sessions import TenantSession
from core.hooks.manager import Plugins
from core.hooks.meta import Audited, DeskCard, MenuEntry
from core.hooks.specs import impl
from core.obligations.audited import AUDITED
from core.obligations.desk import desk_cards
from core.obligations.pages import bp as pages
from core.obligations.permissions import DECLARED, ObligationPermission
from core.obligations.rest import bp as rest


@impl
def register_permissions() -> Sequence[Declared]:
    return DECLARED


@impl
def register_audited() -> Sequence[Audited]:
    return AUDITED


@impl
def register_blueprints() -> Sequence[Any]:
    return (pages, rest)


@impl
def collect_menu(actor: Actor) -> Sequence[MenuEntry]:
    return (MenuEntry("义务日历", "due.calendar", "calendar", "work", 25, ObligationPermission.READ),)


@impl
def collect_desk_cards(session: TenantSession, actor: Actor, plugins: Plugins) -> Sequence[DeskCard]:
    return desk_cards(session, actor, plugins)
