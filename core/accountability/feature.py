"""What accountability hands to the hooks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.access.actor import Actor
from core.access.permissions import Declared
from core.accountability.audited import AUDITED
from core.accountability.pages import bp as pages
from core.accountability.permissions import DECLARED, AccountabilityPermission
from core.accountability.queries.matters import waiting
from core.accountability.queries.occasions import OCCASION
from core.accountability.rest import bp as rest
from core.db.sessions import TenantSession
from core.hooks.meta import Audited, DeskCard, MenuEntry
from core.hooks.occasions import Occasion
from core.hooks.specs import impl


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
def register_occasions() -> Sequence[Occasion]:
    return (OCCASION,)


@impl
def collect_menu(actor: Actor) -> Sequence[MenuEntry]:
    read = AccountabilityPermission.READ
    return (
        MenuEntry("两个清单", "accountability.rules", "list-check", "ledger", 17, read),
        MenuEntry("约谈通报问责", "accountability.index", "gavel", "district", 70, read),
    )


@impl
def collect_desk_cards(session: TenantSession, actor: Actor) -> Sequence[DeskCard]:
    if not actor.may(AccountabilityPermission.READ):
        return ()
    accept, own = waiting(session, actor)
    cards = (
        DeskCard("待验收督办", accept, "accountability.index", (("state", "awaiting"),), "soon", "单位已申请验收", 46),
        DeskCard("督办事项", own, "accountability.index", (("state", "open"),), "soon", "本单位正在办理", 47),
    )
    return tuple(card for card in cards if card.count)
