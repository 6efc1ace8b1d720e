"""Under whose name tables are read and written: the request's actor, or in jobs the person who ordered it, with today's rights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.db.sessions import TenantSession
from core.hooks.manager import Plugins
from core.hooks.tables import TableWork
from core.jobs.handle import JobHandle
from core.kernel.clock import local_date
from core.orgs.acting import orderer
from core.tenancy.switches import switches

if TYPE_CHECKING:
    from core.http.context import RequestContext


def request_work(context: RequestContext) -> TableWork:
    return TableWork(context.session, context.actor, context.runtime.plugins, context.plugins_on)


def job_work(session: TenantSession, job: JobHandle) -> TableWork:
    """Somebody who was suspended meanwhile has no rights left, and what was ordered is refused."""
    return TableWork(session, orderer(session, job), job.plugins, plugins_on(session, job.plugins))


def plugins_on(session: TenantSession, plugins: Plugins) -> frozenset[str]:
    """On today, for whatever kind of unit."""
    today = local_date(session.now())
    return frozenset(slug for slug, switch in switches(session).items() if switch.on(today) and slug in plugins.metas)
