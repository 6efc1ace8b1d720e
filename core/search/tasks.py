"""Work of the search outside requests: following what changes, and every night comparing everything."""

from __future__ import annotations

from datetime import time, timedelta
from uuid import UUID

from core.db.sessions import TenantSession
from core.hooks.manager import Plugins
from core.hooks.searching import EVERYTHING
from core.jobs.handle import JobHandle
from core.jobs.registry import REPORT, job
from core.jobs.schedule import Periodic
from core.jobs.services import enqueue
from core.kernel.events import Event
from core.search.registered import searchables
from core.search.services import compare_all, index_these

COMPARE = "search.compare"
WAIT = timedelta(minutes=2)
"""A roster that renames five hundred schools costs one comparison, a minute after the last of them at the earliest."""
NIGHTLY = Periodic(COMPARE, daily_at=time(1, 40))


@job(COMPARE, queue=REPORT)
def compare(session: TenantSession, *, job: JobHandle, kinds: list[str] | None = None) -> dict[str, int]:
    """Compares every kind (or those named) with what stands in the index; the result says how many were not up to date."""
    return {
        searchable.kind: compare_all(session, searchable=searchable)
        for searchable in searchables(job.plugins)
        if kinds is None or searchable.kind in kinds
    }


def follow(session: TenantSession, event: Event, plugins: Plugins) -> None:
    """Indexes what the event speaks of; a whole kind in a job of its own."""
    whole: set[str] = set()
    for searchable in searchables(plugins):
        keys = {key for beginning, key in searchable.follows.items() if event.topic.startswith(beginning)}
        named = [UUID(str(event.payload[key])) for key in keys if key != EVERYTHING and event.payload.get(key)]
        if named:
            index_these(session, searchable=searchable, ids=named)
        many = any(key in event.payload and event.payload[key] is None for key in keys)  # said outright: not one thing
        if many or EVERYTHING in keys:
            whole.add(searchable.kind)
    if whole:
        due = session.now().replace(second=0, microsecond=0) + WAIT
        key = f"{COMPARE}@{due:%Y%m%d%H%M}/{','.join(sorted(whole))}"
        enqueue(session, kind=COMPARE, args={"kinds": sorted(whole)}, actor=None, run_after=due, dedupe_key=key)
