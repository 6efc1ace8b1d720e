"""What campaigns hand to the hooks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.access.actor import Actor
from core.access.permissions import Declared
from core.campaigns.audited import AUDITED
from core.campaigns.pages import bp as pages
from core.campaigns.permissions import DECLARED, CampaignPermission
from core.campaigns.queries import desk, overview, schemes, tasks
from core.campaigns.queries.notice import sentences_of_category
from core.campaigns.rest import bp as rest
from core.campaigns.services.gates import SUBJECT as GATE
from core.db.sessions import TenantSession
from core.hazards.models import Hazard
from core.hooks.meta import Audited, DeskCard, HazardPanel, MenuEntry
from core.hooks.specs import impl
from core.tenancy import shelf


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
def register_file_subjects() -> dict[str, Callable[[TenantSession, Actor, UUID], bool]]:
    return {
        tasks.SUBJECT: tasks.may_see_files,
        GATE: overview.gate_files_visible,
        schemes.SUBJECT: schemes.may_see_files,
    }


@impl
def collect_menu(actor: Actor) -> Sequence[MenuEntry]:
    read = CampaignPermission.READ
    return (
        MenuEntry("专项行动", "campaigns.overview", "flag", "campaign", 10, read),
        MenuEntry("任务分解", "campaigns.tasks", "list-check", "campaign", 20, read),
        MenuEntry("通知文件", "campaigns.documents", "book", "campaign", 30, read),
    )


@impl
def collect_desk_cards(session: TenantSession, actor: Actor) -> Sequence[DeskCard]:
    if not actor.may(CampaignPermission.READ):
        return ()
    count = desk.waiting(session, actor)
    cards = (
        DeskCard("逾期任务", count.late, "campaigns.tasks", (("standing", "overdue"), ("mine", "1")), "overdue", "已过截止日期", 26),
        DeskCard("待签认任务", count.to_sign, "campaigns.tasks", (("waiting", "1"),), "soon", "他人已填报，等您签认", 28),
        DeskCard("待签责任书", count.letters, "campaigns.letters", (), "soon", "点开即可签订", 30),
        DeskCard("待审实施方案", count.schemes, "campaigns.schemes", (("state", "submitted"),), "soon", "学校已报送", 56),
    )  # fmt: skip
    return tuple(card for card in cards if card.count)


@impl
def collect_hazard_panels(session: TenantSession, actor: Actor, hazard_id: UUID, domain: str) -> Sequence[HazardPanel]:
    """The sentence of the notice that this kind of hazard comes from."""
    pack = shelf.current(session)
    if pack is None or not actor.may(CampaignPermission.READ):
        return ()
    category = session.scalar(select(Hazard.category).where(Hazard.id == hazard_id)) or ""
    found = sentences_of_category(pack, domain, category)
    return (HazardPanel("依据原文", "campaigns/_clause_panel.html", {"sentences": found}),) if found else ()
