"""The permissions of a plugin are given to the district's permission sets, and taken back. Which ones, its META suggests."""

from __future__ import annotations

from sqlalchemy import delete

from core.access.actor import Actor
from core.audit.services import record
from core.db.sessions import TenantSession
from core.hooks.manager import Plugins
from core.kernel.errors import Conflict, NotFound
from core.switchboard.queries.grants import suggested_grants
from core.switchboard.services.plugins import locked
from core.tenancy import changes, shelf
from core.tenancy.changes import GRANTS
from core.tenancy.models import PackOverride
from core.tenancy.packs.grants import path_of
from core.tenancy.permissions import TenancyPermission


def grant_suggested(session: TenantSession, *, actor: Actor, plugins: Plugins, slug: str, version: int) -> int:
    """Gives all that is suggested and missing; returns how many. ``version``: of the plugin's switch.

    Raises NotFound for no such plugin, Conflict where nothing is missing, Stale. Side effects: the pack in force changes."""
    actor.require(TenancyPermission.SWITCH)
    if slug not in plugins.metas or slug in plugins.quarantined:
        raise NotFound()
    locked(session, slug=slug, version=version)
    missing = [
        path_of(bundle.code, permission)
        for bundle in suggested_grants(session, plugins, slug)
        for permission in bundle.missing
    ]
    if not missing:
        raise Conflict("建议的权限都已授予")
    session.add_all(
        PackOverride(path=f"{GRANTS}{path}", value=True, set_by=actor.person_id, set_at=session.now())
        for path in missing
    )
    _in_force(session)
    record(
        session, actor=actor, action="plugin.granted", object_kind="plugin", object_id=slug, data={"grants": missing}
    )
    return len(missing)


def withdraw_grants(session: TenantSession, *, actor: Actor, plugins: Plugins, slug: str, version: int) -> int:
    """Takes back what the district granted to this plugin's permissions; what its pack gives stays. Returns how many.

    Raises Conflict where nothing was granted, Stale. Side effects: the pack in force changes."""
    actor.require(TenancyPermission.SWITCH)
    locked(session, slug=slug, version=version)
    mine = sorted(path for path in changes.changes(session).granted if path.partition("/")[2].startswith(f"{slug}:"))
    if not mine:
        raise Conflict("没有授予过这个插件的权限")
    paths = [f"{GRANTS}{path}" for path in mine]
    session.execute(
        delete(PackOverride).where(PackOverride.path.in_(paths)).execution_options(synchronize_session=False)
    )
    _in_force(session)
    record(session, actor=actor, action="plugin.withdrawn", object_kind="plugin", object_id=slug, data={"grants": mine})
    return len(mine)


def _in_force(session: TenantSession) -> None:
    session.flush()
    changes.forget(session)
    shelf.forget(session)
