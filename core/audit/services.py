"""Writes the log, in the transaction of what it tells about. Knows nothing of requests or sealing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol
from uuid import UUID

from core.audit.models import AuditEntry, AuditPending
from core.db.gathering import put
from core.db.sessions import TenantSession
from core.kernel.ids import new_id


class Signed(Protocol):
    """Whoever acts, as far as the log wants to know; core.access.actor.Actor is one."""

    @property
    def kind(self) -> str: ...
    @property
    def person_id(self) -> UUID | None: ...
    @property
    def name(self) -> str: ...


def record(
    session: TenantSession,
    *,
    actor: Signed,
    action: str,
    object_kind: str,
    object_id: UUID | str | int,
    data: Mapping[str, Any] | None = None,
) -> UUID:
    """Adds an entry that stands or falls with the caller's transaction; returns its id.

    ``data`` holds JSON primitives. Request id and address are taken from ``session.info`` (``request_id``, ``origin``), if the opener set them;
    so is the person who ordered the job (``ordered_by``), whom the entries of the system then carry.
    """
    entry_id = new_id()
    put(
        session,
        AuditEntry,
        id=entry_id,
        at=session.now(),
        actor_kind=actor.kind,
        actor_id=session.info.get("ordered_by") if actor.kind == "system" else actor.person_id,
        actor_name=actor.name,
        action=action,
        object_kind=object_kind,
        object_id=str(object_id),
        data=dict(data or {}),
        request_id=session.info.get("request_id"),
        origin=session.info.get("origin"),
    )
    put(session, AuditPending, audit_id=entry_id)
    return entry_id
