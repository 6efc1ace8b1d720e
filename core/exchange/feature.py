"""What the import and export centre hands to the hooks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.exchange.audited import AUDITED
from core.exchange.keeping import EXPORT, IMPORT
from core.exchange.models import ImportBatch
from core.exchange.pages import exports, imports
from core.exchange.rest import blueprints
from core.exchange.tasks import FORGET, commit_table, forget, make_table, read_table
from core.hooks.meta import Audited, MenuEntry
from core.hooks.specs import impl
from core.jobs.schedule import Periodic

WRITING = ("import", "write", "register")
"""Last words of permissions with which tables are imported."""
TABLELESS = ("file", "person", "org", "token")
"""First words of permissions to write what comes by no table; a roster has a permission of its own, to import."""


@impl
def register_audited() -> Sequence[Audited]:
    return AUDITED


@impl
def register_blueprints() -> Sequence[Any]:
    return (imports.bp, exports.bp, *blueprints())


@impl
def register_jobs() -> Sequence[Callable[..., Any]]:
    return (read_table, commit_table, make_table, forget)


@impl
def register_periodic() -> Sequence[Periodic]:
    return (FORGET,)


@impl
def register_file_subjects() -> dict[str, Callable[[TenantSession, Actor, UUID], bool]]:
    return {IMPORT: _sender, EXPORT: _nobody}


@impl
def collect_menu(actor: Actor) -> Sequence[MenuEntry]:
    """Imports for those who may write what comes by table; which tables, the page says."""
    imports_ = any(grant.everything or any(map(_brings_tables, grant.permissions)) for grant in actor.grants)
    return (
        *([MenuEntry("导入中心", "imports.index", "upload", "admin", 30)] if imports_ else []),
        MenuEntry("导出中心", "exports.index", "download", "work", 80),
    )


def _brings_tables(permission: str) -> bool:
    thing, _of, act = permission.split(":")
    return act in WRITING and (act != "write" or thing not in TABLELESS)


def _sender(session: TenantSession, actor: Actor, batch_id: UUID) -> bool:
    """The file as it was sent is for whoever sent it."""
    sent_by = session.scalar(select(ImportBatch.created_by).where(ImportBatch.id == batch_id))
    return sent_by is not None and sent_by == actor.person_id


def _nobody(session: TenantSession, actor: Actor, export_id: UUID) -> bool:
    """Exports are taken at /exports only: there the right is asked again, and the log says that they were taken."""
    return False
