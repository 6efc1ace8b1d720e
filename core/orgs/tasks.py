"""Work of the organisation outside requests."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from uuid import UUID

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.identity.queries.people import person_card
from core.jobs.handle import JobHandle
from core.jobs.registry import BULK, REPORT, job
from core.jobs.schedule import Periodic
from core.kernel.clock import local_date
from core.orgs.queries.grants import resolve_grants
from core.orgs.services.closure import rebuild_closure
from core.orgs.services.roster import commit_rows, forget_rows
from core.orgs.services.roster.commit import JOB
from core.tenancy import shelf


@job("orgs.refresh_closure", queue=REPORT)
def refresh_closure(session: TenantSession, *, job: JobHandle) -> dict[str, int]:
    """Links begin and end by date: every day anew, who stands under whom. Old roster rows go, too."""
    rebuild_closure(session)
    return {"roster_rows_deleted": forget_rows(session)}


@job(JOB, queue=BULK)
def commit_roster(session: TenantSession, *, job: JobHandle, batch_id: str) -> dict[str, str]:
    """Commits a roster as the person who ordered it, with the rights that person has now."""

    def progress(done: int, total: int) -> None:
        job.checkpoint(done=done, total=total)

    commit_rows(session, actor=_orderer(session, job), batch_id=UUID(batch_id), progress=progress)
    return {"url": f"/rosters/{batch_id}"}


def _orderer(session: TenantSession, job: JobHandle) -> Actor:
    if job.created_by is None:
        return job.actor
    person = person_card(session, job.created_by)
    if not person.active:
        return replace(job.actor, grants=())
    grants = resolve_grants(session, person.id, local_date(session.now()), shelf.current(session))
    return Actor(session.tenant_id, person.id, person.name, "person", grants)


CLOSURE = Periodic("orgs.refresh_closure", daily_at=time(0, 5))
