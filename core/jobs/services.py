"""Orders work, in the transaction of what asks for it: nothing runs for a change that was rolled back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from core.audit.services import Signed
from core.db.gathering import put
from core.db.sessions import TenantSession
from core.jobs.models import Job, OutboxRow
from core.kernel.events import Event
from core.kernel.ids import new_id


def emit(session: TenantSession, event: Event) -> None:
    """Tells subscribers of ``event`` after the commit, at least once each. Raises ScopeBroken at flush for another tenant's."""
    put(
        session, OutboxRow, tenant_id=event.tenant_id, id=event.id, at=event.at, topic=event.topic, payload=dict(event.payload)
    )  # fmt: skip


def enqueue(
    session: TenantSession,
    *,
    kind: str,
    args: Mapping[str, Any],
    actor: Signed | None,
    run_after: datetime | None = None,
    dedupe_key: str | None = None,
) -> UUID:
    """Orders a job; returns its id, or the id of the one that already has ``dedupe_key``.

    ``run_after`` is by the tenant's clock (default: now). ``actor`` None means the system.
    """
    now = session.now()
    job_id = new_id()
    statement = (
        insert(Job)
        .values(
            tenant_id=session.tenant_id, id=job_id, kind=kind, args=dict(args), cursor={},
            run_after=run_after or now, created_at=now, created_by=actor.person_id if actor else None, dedupe_key=dedupe_key,
        )
        .on_conflict_do_nothing(index_elements=["tenant_id", "dedupe_key"])
        .returning(Job.id)
    )  # fmt: skip
    made = session.execute(statement).scalar_one_or_none()
    if made is not None:
        return made
    return session.execute(select(Job.id).where(Job.dedupe_key == dedupe_key)).scalar_one()
