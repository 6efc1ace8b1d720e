"""What the assessment hands to the hooks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from core.access.actor import Actor
from core.access.permissions import Declared
from core.assessment.audited import AUDITED
from core.assessment.pages import bp as pages
from core.assessment.paper_kinds import SHEET
from core.assessment.permissions import DECLARED, AssessmentPermission
from core.assessment.queries.rounds import waiting
from core.assessment.rest import bp as rest
from core.assessment.tables import Results
from core.assessment.tasks import compute_round
from core.db.sessions import TenantSession
from core.hooks.meta import Audited, DeskCard, MenuEntry
from core.hooks.papers import PaperKind
from core.hooks.specs import impl
from core.hooks.tables import ExportKind


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
def register_jobs() -> Sequence[Callable[..., Any]]:
    return (compute_round,)


@impl
def register_papers() -> Sequence[PaperKind]:
    return (SHEET,)


@impl
def collect_export_kinds(session: TenantSession, actor: Actor) -> Sequence[ExportKind]:
    return (Results(),)


@impl
def collect_menu(actor: Actor) -> Sequence[MenuEntry]:
    read = AssessmentPermission.READ
    return (
        MenuEntry("指标", "assessment.indicators", "target-arrow", "district", 66, read),
        MenuEntry("单位考核", "assessment.index", "certificate", "district", 68, read),
    )


@impl
def collect_desk_cards(session: TenantSession, actor: Actor) -> Sequence[DeskCard]:
    if not actor.may(AssessmentPermission.READ):
        return ()
    decide, shown = waiting(session, actor)
    cards = (
        DeskCard("待处理考核申诉", decide, "assessment.index", (("state", "announced"),), "soon", "须由提出人和公示人以外的人处理", 48),
        DeskCard("单位考核公示中", shown, "assessment.index", (("state", "announced"),), "soon", "公示期内可以申诉", 49),
    )  # fmt: skip
    return tuple(card for card in cards if card.count)
