"""消防安全: the hooks of the plugin; each hands on things from the other files. No logic."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from core.sdk.domain import Actor, Declared, Event, TenantSession
from core.sdk.hooks import Audited, ChecklistOffer, DeskCard, Evidence, HazardPanel, Holding, MenuEntry, Refusal, impl
from core.sdk.jobs import Periodic
from core.sdk.registers import Register
from core.sdk.web import Blueprints
from plugins.fire import pages, rest, tasks
from plugins.fire.audited import AUDITED
from plugins.fire.checklists import CHECKLISTS
from plugins.fire.evidence import EVIDENCE
from plugins.fire.holdings import HOLDING
from plugins.fire.meta import META
from plugins.fire.permissions import DECLARED, FirePermission
from plugins.fire.queries.desk import closing_refused, desk_cards, hazard_panels, may_see_files
from plugins.fire.registers import REGISTERS
from plugins.fire.services.patrols import settle_findings

__all__ = ["META"]


@impl
def register_permissions() -> Sequence[Declared]:
    return DECLARED


@impl
def register_audited() -> Sequence[Audited]:
    return AUDITED


@impl
def register_blueprints() -> Blueprints:
    return (pages.bp, rest.bp, *rest.domain())


@impl
def register_registers() -> Sequence[Register]:
    return REGISTERS


@impl
def register_jobs() -> Sequence[Callable[..., object]]:
    return (tasks.remind_people,)


@impl
def register_periodic() -> Sequence[Periodic]:
    return tasks.PERIODIC


@impl
def register_file_subjects() -> dict[str, Callable[[TenantSession, Actor, UUID], bool]]:
    return {"fire_acceptance": may_see_files}


@impl
def register_checklists() -> Sequence[ChecklistOffer]:
    return CHECKLISTS


@impl
def register_evidence() -> Sequence[Evidence]:
    return (EVIDENCE,)


@impl
def register_holdings() -> Sequence[Holding]:
    return (HOLDING,)


@impl
def collect_menu(actor: Actor) -> Sequence[MenuEntry]:
    return (
        MenuEntry(
            "防火巡查", "fire.patrol", "route", section="daily", order=50, permission=FirePermission.PATROL_WRITE
        ),
        MenuEntry(
            META.title, "fire.overview", META.icon, section="domain", order=10, permission=FirePermission.FACILITY_READ
        ),
    )


@impl
def collect_desk_cards(session: TenantSession, actor: Actor) -> Sequence[DeskCard]:
    return desk_cards(session, actor)


@impl
def collect_hazard_panels(session: TenantSession, actor: Actor, hazard_id: UUID, domain: str) -> Sequence[HazardPanel]:
    return hazard_panels(session, actor, hazard_id) if domain == META.slug else ()


@impl
def refuse_hazard_move(session: TenantSession, hazard_id: UUID, domain: str, move: str) -> Refusal | None:
    return closing_refused(session, hazard_id, move) if domain == META.slug else None


@impl
def on_event(session: TenantSession, event: Event) -> None:
    if event.topic == "hazard.closed":
        settle_findings(session, event)
