"""Plugins are switched on and off for a tenant. Off freezes their data; nothing is ever deleted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from core.access.actor import Actor
from core.audit.services import record
from core.db.sessions import TenantSession
from core.hooks.manager import Plugins
from core.jobs.services import emit
from core.kernel.clock import local_date
from core.kernel.errors import Conflict, Invalid, NotFound, Refused, Stale
from core.kernel.events import Event
from core.kernel.phrases import Phrase
from core.tenancy import quarantine
from core.tenancy.models import PluginSwitch
from core.tenancy.packs.model import SchoolStage
from core.tenancy.permissions import TenancyPermission


def switch_plugin(
    session: TenantSession,
    *,
    actor: Actor,
    plugins: Plugins,
    slug: str,
    version: int,
    on_from: date,
    on_until: date | None = None,
    stages: Sequence[str] = (),
    variant: str | None = None,
) -> int:
    """On from a day, perhaps to a day, for some stages of school (none named: all), in a variant. Returns the version.

    ``version`` 0: it was never switched. Raises NotFound for no such plugin, Refused for a quarantined one, Invalid, Stale.
    """
    actor.require(TenancyPermission.SWITCH)
    if slug in plugins.quarantined:
        raise Refused(
            "插件 %(slug)s 已被隔离，修复后才能启用：%(fault)s", slug=slug, fault=plugins.quarantined[slug].fault
        )
    meta = plugins.metas.get(slug)
    if meta is None:
        raise NotFound()
    faults = {}
    if on_until is not None and on_until < on_from:
        faults["on_until"] = "不能早于启用日期"
    if unknown := [stage for stage in stages if stage not in set(SchoolStage)]:
        faults["stages"] = Phrase("没有这个学段：%(stages)s", stages=list(unknown))
    if variant and variant not in meta.variants:
        faults["variant"] = Phrase("该插件的做法有：%(variants)s", variants=list(meta.variants) or "无")
    if faults:
        raise Invalid(fields=faults)
    row = locked(session, slug=slug, version=version)
    before = _told(row)
    if row is None:
        row = PluginSwitch(plugin=slug, on_from=on_from)
        session.add(row)
    row.on_from, row.on_until = on_from, on_until
    row.stages, row.variant = list(dict.fromkeys(stages)) or None, variant or None
    session.flush()
    _tell(session, actor, slug, before, row)
    return row.version


def switch_off(session: TenantSession, *, actor: Actor, slug: str, version: int) -> int:
    """Off at once: yesterday was its last day. Raises NotFound for one that was never on, Conflict if it is off, Stale."""
    actor.require(TenancyPermission.SWITCH)
    row = locked(session, slug=slug, version=version)
    if row is None:
        raise NotFound()
    today = local_date(session.now())
    if row.on_until is not None and row.on_until < today:
        raise Conflict("插件已经停用")
    before = _told(row)
    row.on_until = today - timedelta(days=1)
    row.on_from = min(row.on_from, row.on_until)
    session.flush()
    _tell(session, actor, slug, before, row)
    return row.version


def let_in(session: TenantSession, *, actor: Actor, slug: str, version: int) -> None:
    """Lifts the quarantine of a plugin that raised in a hook here; it is asked again at once.

    ``version``: of its switch. Raises Conflict where it is not kept out of this tenant, Stale.
    """
    actor.require(TenancyPermission.SWITCH)
    locked(session, slug=slug, version=version)
    if not quarantine.let_in(session, plugin=slug):
        raise Conflict("这个插件没有在本单位被隔离")
    record(session, actor=actor, action="plugin.let_in", object_kind="plugin", object_id=slug)


def locked(session: TenantSession, *, slug: str, version: int) -> PluginSwitch | None:
    """The switch, held until the transaction ends; None: never switched, version 0. Raises Stale."""
    row = session.scalars(select(PluginSwitch).where(PluginSwitch.plugin == slug).with_for_update()).first()
    if (row.version if row else 0) != version:
        raise Stale()
    return row


def _told(row: PluginSwitch | None) -> dict[str, Any]:
    if row is None:
        return {}
    return {
        "on_from": row.on_from.isoformat(),
        "on_until": row.on_until.isoformat() if row.on_until else None,
        "stages": list(row.stages) if row.stages else None,
        "variant": row.variant,
    }


def _tell(session: TenantSession, actor: Actor, slug: str, before: dict[str, Any], row: PluginSwitch) -> None:
    after = _told(row)
    changed = {name: [before.get(name), value] for name, value in after.items() if before.get(name) != value}
    record(session, actor=actor, action="plugin.switched", object_kind="plugin", object_id=slug, data=changed)
    on = row.on_from <= local_date(session.now()) and (
        row.on_until is None or local_date(session.now()) <= row.on_until
    )
    payload: dict[str, str | bool | None] = {"plugin": slug, "on": on, "variant": row.variant}
    emit(session, Event("plugin.switched", session.tenant_id, session.now(), payload))
