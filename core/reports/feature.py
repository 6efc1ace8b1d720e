"""What the filings hand to the hooks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from core.access.actor import Actor
from core.access.permissions import Declared
from core.db.sessions import TenantSession
from core.hooks.evidence import Evidence
from core.hooks.meta import Audited, DeskCard, MenuEntry
from core.hooks.specs import impl
from core.jobs.schedule import Periodic
from core.reports.audited import AUDITED
from core.reports.evidence import EVIDENCE
from core.reports.pages import bp as pages
from core.reports.permissions import DECLARED, ReportPermission
from core.reports.queries.filings import may_see_files, waiting
from core.reports.rest import bp as rest
from core.reports.services.filings import SUBJECT
from core.reports.services.rounds import open_due_rounds
from core.reports.tasks import PERIODIC, daily


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
    return (daily,)


@impl
def register_periodic() -> Sequence[Periodic]:
    return (PERIODIC,)


@impl
def register_evidence() -> Sequence[Evidence]:
    return EVIDENCE


@impl
def register_file_subjects() -> dict[str, Callable[[TenantSession, Actor, UUID], bool]]:
    return {SUBJECT: may_see_files}


@impl
def on_tenant_onboarded(session: TenantSession) -> None:
    """What begins today is there at once, not only next morning."""
    open_due_rounds(session, actor=Actor.system(session.tenant_id, "reports.open"))


@impl
def collect_menu(actor: Actor) -> Sequence[MenuEntry]:
    own = actor.may(ReportPermission.WRITE) or actor.may(ReportPermission.SIGN)
    entries = [MenuEntry("报表填报", "reports.mine", "file-text", "work", 34, ReportPermission.READ)] if own else []
    return (
        *entries,
        MenuEntry("催报与审核", "reports.grid", "table", "district", 34, ReportPermission.REVIEW),
    )


@impl
def collect_desk_cards(session: TenantSession, actor: Actor) -> Sequence[DeskCard]:
    if not actor.may(ReportPermission.READ):
        return ()
    count = waiting(session, actor)
    cards = (
        DeskCard("逾期未报", count.overdue, "reports.mine", (), "overdue", "仍可补报，将记为迟报", 20),
        DeskCard("等我签报", count.to_sign, "reports.mine", (), "soon", "已填好，签名即报出", 26),
        DeskCard("待报报表", count.mine - count.overdue, "reports.mine", (), "soon", "本期已开始", 28),
        DeskCard("待审报表", count.to_review, "reports.review", (), "normal", "已签报，等待审核", 34),
    )
    return tuple(card for card in cards if card.count)
