"""Writes down and tells that a tenant got a pack, or a new version of it."""

from __future__ import annotations

from core.access.actor import Actor
from core.audit.services import record
from core.db.sessions import TenantSession
from core.jobs.services import emit
from core.kernel.events import Event
from core.tenancy.packs.model import Pack
from core.tenancy.updating import Applied


def announce(session: TenantSession, *, actor: Actor, pack: Pack, applied: Applied) -> None:
    """Audit entries (one for each change of the district's own that ended) and the event ``tenant.onboarded``."""
    record(
        session, actor=actor, action="pack.applied", object_kind="pack", object_id=pack.slug,
        data={"version": pack.version, "number": applied.version, "ended": len(applied.ended)},
    )  # fmt: skip
    for path, value in applied.ended.items():
        record(
            session,
            actor=actor,
            action="pack.changed",
            object_kind="pack",
            object_id=path,
            data={"value": [value, None]},
        )
    emit(session, Event("tenant.onboarded", session.tenant_id, session.now(), {"version": pack.version}))
