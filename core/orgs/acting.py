"""Under whose name ordered work is done: the person who ordered it, with the rights that person has now."""

from __future__ import annotations

from dataclasses import replace

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.identity.queries.people import person_card
from core.jobs.handle import JobHandle
from core.kernel.clock import local_date
from core.orgs.queries.grants import resolve_grants
from core.tenancy import shelf


def orderer(session: TenantSession, job: JobHandle) -> Actor:
    """The system for what nobody ordered. Somebody who was suspended meanwhile has no rights left, and what was ordered is refused."""
    if job.created_by is None:
        return job.actor
    person = person_card(session, job.created_by)
    if not person.active:
        return replace(job.actor, grants=())
    grants = resolve_grants(session, person.id, local_date(session.now()), shelf.current(session))
    return Actor(session.tenant_id, person.id, person.name, "person", grants)
