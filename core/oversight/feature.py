"""What oversight hands to the hooks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from core.access.actor import Actor
from core.access.permissions import Declared
from core.db.sessions import TenantSession
from core.hooks.meta import Audited, MenuEntry
from core.hooks.papers import PaperKind
from core.hooks.specs import impl
from core.jobs.schedule import Periodic
from core.kernel.events import Event
from core.oversight import tasks
from core.oversight.audited import AUDITED
from core.oversight.pages import bureau, consents, district
from core.oversight.paper_kinds import BRIEF
from core.oversight.permissions import DECLARED, OversightPermission
from core.oversight.rest import consents as consents_rest
from core.oversight.rest import dashboards
from core.oversight.services.rollups import recount


@impl
def register_permissions() -> Sequence[Declared]:
    return DECLARED


@impl
def register_audited() -> Sequence[Audited]:
    return AUDITED


@impl
def register_blueprints() -> Sequence[Any]:
    return (district.bp, bureau.bp, consents.bp, dashboards.bp, consents_rest.bp)


@impl
def register_papers() -> Sequence[PaperKind]:
    return (BRIEF,)


@impl
def register_jobs() -> Sequence[Callable[..., Any]]:
    return (tasks.recount_job,)


@impl
def register_periodic() -> Sequence[Periodic]:
    return (tasks.NIGHTLY,)


@impl
def on_event(session: TenantSession, event: Event) -> None:
    tasks.take_event(session, event)


@impl
def on_tenant_onboarded(session: TenantSession) -> None:
    recount(session)


@impl
def collect_menu(actor: Actor) -> Sequence[MenuEntry]:
    return (
        MenuEntry("区级驾驶舱", "district.board", "layout-dashboard", "district", 10, OversightPermission.DISTRICT),
        MenuEntry("授权上级查看", "consents.index", "eye", "district", 90, OversightPermission.CONSENT),
        MenuEntry("上级监测", "bureau.board", "chart-dots", "bureau", 10, OversightPermission.BUREAU),
    )
