"""What drafts hand to the hooks of hazards."""

from __future__ import annotations

from core.access.actor import Actor
from core.audit.words import named
from core.db.sessions import TenantSession
from core.hazards.drafts.models import HazardDraft
from core.hazards.drafts.queries import open_drafts
from core.hazards.drafts.services import follow_breaches
from core.hazards.permissions import HazardPermission
from core.hooks.meta import Audited, DeskCard
from core.kernel.events import Event
from core.registers.services.rules import CHECKED

AUDITED = Audited(
    "hazard_draft", "隐患草稿",
    {
        "hazard_draft.opened": "规则生成隐患草稿", "hazard_draft.withdrawn": "规则重新满足，草稿撤回", "hazard_draft.accepted": "草稿转为隐患",
        "hazard_draft.dismissed": "排除隐患草稿",
    },
    facts={"rule": "规则", "reason": "理由", "register": "台账", "unit_id": "单位", "hazard_id": "隐患"},
    endpoint="hazard_drafts.draft", argument="draft_id", names=named(HazardDraft.id, HazardDraft.title),
)  # fmt: skip


def take_event(session: TenantSession, event: Event) -> None:
    """Rules of a register were asked and something is other than before."""
    if event.topic == CHECKED:
        follow_breaches(session, register=str(event.payload["register"]))


def card(session: TenantSession, actor: Actor) -> DeskCard:
    """What waits for whoever reports hazards there. One query."""
    count = open_drafts(session, actor.coverage(HazardPermission.REPORT))
    return DeskCard("台账规则预警", count, "hazard_drafts.drafts", (), "soon", "核对后转为隐患或排除", 32)
