"""What onboarding hands to the hooks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.hooks.meta import Audited, DeskCard, MenuEntry
from core.hooks.specs import impl
from core.onboarding import rest
from core.onboarding.audited import AUDITED
from core.onboarding.pages import bp
from core.onboarding.queries.updates import open_proposal
from core.tenancy.permissions import TenancyPermission

WRITE = TenancyPermission.SETTING_WRITE


@impl
def register_blueprints() -> Sequence[Any]:
    return (bp, rest.steps_bp, rest.proposals_bp)


@impl
def register_audited() -> Sequence[Audited]:
    return AUDITED


@impl
def collect_menu(actor: Actor) -> Sequence[MenuEntry]:
    return (
        MenuEntry("开通向导", "onboarding.overview", "flag", section="admin", order=55, permission=WRITE),
        MenuEntry("区域包更新", "onboarding.updates", "refresh", section="admin", order=67, permission=WRITE),
    )


@impl
def collect_desk_cards(session: TenantSession, actor: Actor) -> Sequence[DeskCard]:
    if not actor.may(WRITE) or open_proposal(session) is None:
        return ()
    return (DeskCard("区域包有新版本", 1, "onboarding.updates", (), "soon", "看过改动后决定是否采用", 90),)
