"""What the inspections hand to the hooks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from core.access.actor import Actor
from core.access.permissions import Declared
from core.db.sessions import TenantSession
from core.hooks.evidence import Evidence
from core.hooks.meta import Audited, DeskCard, HazardPanel, MenuEntry
from core.hooks.papers import PaperKind
from core.hooks.specs import impl
from core.inspections.audited import AUDITED
from core.inspections.coverage import WHOLE_ROUND
from core.inspections.evidence import EVIDENCE
from core.inspections.offers import offers_of
from core.inspections.pages import bp as pages
from core.inspections.paper_kinds import ORDER
from core.inspections.permissions import DECLARED, InspectionPermission
from core.inspections.queries.visits import may_see_files, origins_of, waiting
from core.inspections.rest import bp as rest
from core.inspections.services.answering import SUBJECT
from core.inspections.services.checklists import take_offers
from core.inspections.words import KINDS
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
def register_papers() -> Sequence[PaperKind]:
    return (ORDER,)


@impl
def register_file_subjects() -> dict[str, Callable[[TenantSession, Actor, UUID], bool]]:
    return {SUBJECT: may_see_files}


@impl
def register_evidence() -> Sequence[Evidence]:
    return (EVIDENCE, WHOLE_ROUND)


@impl
def on_tenant_onboarded(session: TenantSession) -> None:
    """The checklists of the pack, or of its new version; those of plugins are taken on the page."""
    pack = shelf.current(session)
    if pack is not None:
        take_offers(session, actor=Actor.system(session.tenant_id, "inspections.take"), offers=offers_of(pack))


@impl
def collect_menu(actor: Actor) -> Sequence[MenuEntry]:
    return (
        MenuEntry("检查", "inspections.visits_list", "clipboard-check", "work", 30, InspectionPermission.READ),
        MenuEntry("检查安排", "inspections.rounds", "calendar-event", "district", 40, InspectionPermission.PLAN),
        MenuEntry("检查表", "inspections.checklists", "list-check", "district", 45, InspectionPermission.READ),
    )


@impl
def collect_desk_cards(session: TenantSession, actor: Actor) -> Sequence[DeskCard]:
    if not actor.may(InspectionPermission.CONDUCT):
        return ()
    count = waiting(session, actor, plans=actor.may(InspectionPermission.PLAN))
    cards = (
        DeskCard("逾期未做的检查", count.late, "inspections.visits_list", (("todo", "1"),), "overdue", "安排的日期已过", 22),
        DeskCard("今天的检查", count.today, "inspections.visits_list", (("todo", "1"),), "soon", "点开即可检查", 24),
        DeskCard(
            "待出整改通知书", count.orders, "inspections.visits_list", (("findings", "1"), ("state", "finished")), "soon",
            "检查完成，有不合格项", 50,
        ),
    )  # fmt: skip
    return tuple(card for card in cards if card.count)


@impl
def collect_hazard_panels(session: TenantSession, actor: Actor, hazard_id: UUID, domain: str) -> Sequence[HazardPanel]:
    found = origins_of(session, actor, hazard_id) if actor.may(InspectionPermission.READ) else ()
    if not found:
        return ()
    visits = [
        {"id": own.visit_id, "title": own.title, "kind": KINDS[own.kind], "on": own.planned_on, "again": own.again}
        for own in found
    ]
    return (HazardPanel("检查发现", "inspections/_origin_panel.html", {"visits": visits}),)
