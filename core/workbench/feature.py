"""What the workbench hands to the hooks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from core.access.actor import Actor
from core.audit.permissions import AuditPermission
from core.db.sessions import TenantSession
from core.hazards.permissions import HazardPermission
from core.hooks.meta import MenuEntry
from core.hooks.papers import PaperKind
from core.hooks.specs import impl
from core.hooks.tables import ExportKind
from core.jobs.schedule import Periodic
from core.workbench.dossier import pages as dossier
from core.workbench.dossier import rest as dossier_rest
from core.workbench.dossier.folder import DossierFolder
from core.workbench.dossier.paper_kinds import COVER
from core.workbench.pages import audit, desk, jobs, notices, todo
from core.workbench.phase_summary import pages as phase_summary
from core.workbench.phase_summary import rest as phase_summary_rest
from core.workbench.phase_summary.paper_kinds import PHASE_SUMMARY
from core.workbench.rest import audit as audit_rest
from core.workbench.rest import jobs as jobs_rest
from core.workbench.rest import notices as notices_rest
from core.workbench.rest import todo as todo_rest
from core.workbench.school_plan import pages as school_plan
from core.workbench.school_plan import rest as school_plan_rest
from core.workbench.school_plan.paper_kinds import SCHOOL_PLAN
from core.workbench.tasks import PRUNE, prune_requests


@impl
def register_blueprints() -> Sequence[Any]:
    return (
        desk.bp, todo.bp, dossier.bp, school_plan.bp, phase_summary.bp, notices.bp, jobs.bp, audit.bp,
        dossier_rest.bp, todo_rest.bp, notices_rest.bp, jobs_rest.bp, audit_rest.bp, school_plan_rest.bp, phase_summary_rest.bp,
    )  # fmt: skip


@impl
def register_papers() -> Sequence[PaperKind]:
    return (COVER, SCHOOL_PLAN, PHASE_SUMMARY)


@impl
def collect_export_kinds(session: TenantSession, actor: Actor) -> Sequence[ExportKind]:
    return (DossierFolder(),)


@impl
def register_jobs() -> Sequence[Callable[..., Any]]:
    return (prune_requests,)


@impl
def register_periodic() -> Sequence[Periodic]:
    return (PRUNE,)


@impl
def collect_menu(actor: Actor) -> Sequence[MenuEntry]:
    return (
        MenuEntry("工作台", "workbench.desk", "home", "work", 0),
        MenuEntry("待办中心", "todo.index", "inbox", "work", 78),
        MenuEntry("迎检材料", "dossier.index", "files", "daily", 70, HazardPermission.READ),
        MenuEntry("一校一策", "school_plan.index", "file-text", "daily", 72, HazardPermission.READ),
        MenuEntry("消息", "notices.index", "bell", "work", 80),
        MenuEntry("后台任务", "jobs.index", "clock-check", "admin", 80),
        MenuEntry("审计日志", "audit.index", "history", "admin", 90, AuditPermission.READ),
    )
