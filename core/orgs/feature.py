"""What the organisation hands to the hooks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from core.access.actor import Actor
from core.access.permissions import Declared
from core.db.sessions import TenantSession
from core.hooks.meta import Audited, MenuEntry
from core.hooks.searching import Searchable
from core.hooks.specs import impl
from core.hooks.tables import ImportKind
from core.identity.permissions import PersonPermission
from core.jobs.schedule import Periodic
from core.orgs.audited import AUDITED
from core.orgs.pages import people, units
from core.orgs.permissions import DECLARED, OrgPermission
from core.orgs.rest import blueprints
from core.orgs.searching import UNITS
from core.orgs.services.roster import PersonRoster, UnitRoster
from core.orgs.tasks import CLOSURE, refresh_closure


@impl
def register_permissions() -> Sequence[Declared]:
    return DECLARED


@impl
def register_audited() -> Sequence[Audited]:
    return AUDITED


@impl
def register_blueprints() -> Sequence[Any]:
    return (units.bp, people.bp, *blueprints())


@impl
def register_searchables() -> Sequence[Searchable]:
    return (UNITS,)


@impl
def register_jobs() -> Sequence[Callable[..., Any]]:
    return (refresh_closure,)


@impl
def register_periodic() -> Sequence[Periodic]:
    return (CLOSURE,)


@impl
def collect_import_kinds(session: TenantSession, actor: Actor) -> Sequence[ImportKind]:
    return (UnitRoster(), PersonRoster())


@impl
def collect_menu(actor: Actor) -> Sequence[MenuEntry]:
    return (
        MenuEntry("组织机构", "units.index", "sitemap", "admin", 10, OrgPermission.UNIT_READ),
        MenuEntry("用户管理", "people.index", "users", "admin", 20, PersonPermission.ACCOUNT_READ),
    )
