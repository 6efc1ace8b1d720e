"""What accountability hands to the hooks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from core.access.actor import Actor
from core.access.permissions import Declared
from core.accountability.audited import AUDITED
from core.accountability.pages import bp as pages
from core.accountability.paper_kinds import ACCEPTANCE_PAPER, PROGRESS_PAPER
from core.accountability.permissions import DECLARED, AccountabilityPermission
from core.accountability.queries.hazards import hazard_ties
from core.accountability.queries.matters import waiting
from core.accountability.queries.occasions import OCCASION
from core.accountability.rest import bp as rest
from core.accountability.words import MEASURES, RULE_STATES, STATES
from core.db.sessions import TenantSession
from core.hooks.meta import Audited, DeskCard, HazardPanel, MenuEntry
from core.hooks.occasions import Occasion
from core.hooks.papers import PaperKind
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
def register_papers() -> Sequence[PaperKind]:
    return (PROGRESS_PAPER, ACCEPTANCE_PAPER)


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


@impl
def collect_hazard_panels(session: TenantSession, actor: Actor, hazard_id: UUID, domain: str) -> Sequence[HazardPanel]:
    """The way from a problem to what is set up against it and to what was decided about it."""
    ties = hazard_ties(session, actor, hazard_id) if actor.may(AccountabilityPermission.READ) else None
    if ties is None:
        return ()
    may_rule = actor.may(AccountabilityPermission.RULE, ties.unit_id)
    may_decide = actor.may(AccountabilityPermission.WRITE, ties.unit_id)
    if not (ties.matters or ties.rules or may_rule or may_decide):
        return ()
    values: dict[str, object] = {
        "hazard_id": ties.id, "unit_id": ties.unit_id, "domain": ties.domain, "title": ties.title, "matters": ties.matters,
        "rules": ties.rules, "may_rule": may_rule, "may_decide": may_decide,
        "words": {"measures": MEASURES, "states": STATES, "rules": RULE_STATES},
    }  # fmt: skip
    return (HazardPanel("问责与制度措施", "accountability/_hazard_panel.html", values),)
