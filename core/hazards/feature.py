"""What the hazards hand to the hooks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from core.access.actor import Actor
from core.access.permissions import Declared
from core.db.sessions import TenantSession
from core.hazards.audited import AUDITED
from core.hazards.drafts import pages as drafts
from core.hazards.drafts.feature import AUDITED as DRAFTS_AUDITED
from core.hazards.drafts.feature import card, take_event
from core.hazards.drafts.rest import bp as drafts_rest
from core.hazards.extensions.paper_kinds import EXTENSION
from core.hazards.extensions.rest import bp as extensions_rest
from core.hazards.history.pages import bp as history_pages
from core.hazards.history.rest import bp as history_rest
from core.hazards.jobs import DAILY, remind
from core.hazards.pages import bp as pages
from core.hazards.paper_kinds import PAPER
from core.hazards.permissions import PERMISSIONS, HazardPermission
from core.hazards.queries import may_see_files, waiting
from core.hazards.queries.evidence import SUBJECT
from core.hazards.queries.occasions import OCCASION
from core.hazards.rest import bp as rest
from core.hazards.searching import HAZARDS
from core.hazards.tables.arriving import OldLedger
from core.hazards.tables.leaving import HazardLedger
from core.hazards.tables.past import History
from core.hooks.meta import Audited, DeskCard, MenuEntry
from core.hooks.occasions import Occasion
from core.hooks.papers import PaperKind
from core.hooks.searching import Searchable
from core.hooks.specs import impl
from core.hooks.tables import ExportKind, ImportKind
from core.jobs.schedule import Periodic
from core.kernel.events import Event
from core.tenancy import shelf


@impl
def register_permissions() -> Sequence[Declared]:
    return PERMISSIONS


@impl
def register_audited() -> Sequence[Audited]:
    return (*AUDITED, DRAFTS_AUDITED)


@impl
def register_blueprints() -> Sequence[Any]:
    return (pages, rest, drafts.bp, drafts_rest, history_pages, history_rest, extensions_rest)


@impl
def register_occasions() -> Sequence[Occasion]:
    return (OCCASION,)


@impl
def register_papers() -> Sequence[PaperKind]:
    return (PAPER, EXTENSION)


@impl
def register_searchables() -> Sequence[Searchable]:
    return (HAZARDS,)


@impl
def register_jobs() -> Sequence[Callable[..., Any]]:
    return (remind,)


@impl
def register_periodic() -> Sequence[Periodic]:
    return (DAILY,)


@impl
def register_file_subjects() -> dict[str, Callable[[TenantSession, Actor, UUID], bool]]:
    return {SUBJECT: sees_files}


def sees_files(session: TenantSession, actor: Actor, hazard_id: UUID) -> bool:
    """Whoever sees the hazard sees its files."""
    pack = shelf.current(session)
    return pack is not None and may_see_files(session, actor, hazard_id, pack)


@impl
def on_event(session: TenantSession, event: Event) -> None:
    take_event(session, event)


@impl
def collect_import_kinds(session: TenantSession, actor: Actor) -> Sequence[ImportKind]:
    return (OldLedger(),)


@impl
def collect_export_kinds(session: TenantSession, actor: Actor) -> Sequence[ExportKind]:
    return (HazardLedger(), History())


@impl
def collect_menu(actor: Actor) -> Sequence[MenuEntry]:
    return (
        MenuEntry(
            "隐患台账", "hazards.ledger", "clipboard-list", section="ledger", order=10, permission=HazardPermission.READ
        ),
        MenuEntry("历史台账", "history.index", "history", section="ledger", order=15, permission=HazardPermission.READ),
        MenuEntry("随手拍", "hazards.new", "camera", section="work", order=20, permission=HazardPermission.REPORT),
    )


@impl
def collect_desk_cards(session: TenantSession, actor: Actor) -> Sequence[DeskCard]:
    pack = shelf.current(session)
    if pack is None or not actor.may(HazardPermission.READ):
        return ()
    count = waiting(session, actor, pack)
    cards = (
        DeskCard("逾期隐患", count.overdue, "hazards.ledger", (("due", "overdue"),), "overdue", "已过整改时限", 10),
        DeskCard("待我整改", count.rectify, "hazards.ledger", (("todo", "rectify"),), "soon", "方案里写明由您负责", 20),
        DeskCard(
            "待我核验", count.verify, "hazards.ledger", (("todo", "verify"),), "soon", "整改完成，等另一人核验", 25
        ),
        DeskCard(
            "待我登记", count.register, "hazards.ledger", (("todo", "register"),), "normal", "新上报，还没有编号", 30
        ),
        DeskCard(
            "待批延期", count.extension, "hazards.ledger", (("todo", "extension"),), "soon", "单位申请推迟整改时限", 33
        ),
        card(session, actor),
        DeskCard("临期隐患", count.soon, "hazards.ledger", (("due", "soon"),), "soon", "三日内到期", 35),
        DeskCard("带险管控", count.control, "hazards.ledger", (("todo", "control"),), "normal", "看护到期日", 40),
        DeskCard("待检查跟踪", count.check, "hazards.ledger", (("todo", "check"),), "soon", "管控检查或跟踪到期", 45),
        DeskCard("我发现的", count.found, "hazards.ledger", (("todo", "found"),), "normal", "还没有办结", 60),
    )
    return tuple(card for card in cards if card.count)
