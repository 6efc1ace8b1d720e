"""A worker that is asked to end finishes the job it is at, and takes no further one; beat ends after its turn."""

from __future__ import annotations

import signal
from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import func, select

from core.audit.models import AuditEntry
from core.db.engines import Database
from core.jobs.models import DONE, QUEUED, RUNNING, Job
from tests.core.jobs.test_losses import Site, eventually
from tests.core.jobs.test_losses import clock as clock  # noqa: PLC0414  a fixture, re-exported by name
from tests.core.jobs.test_losses import many as many  # noqa: PLC0414  a fixture, re-exported by name
from tests.core.jobs.test_losses import site as site  # noqa: PLC0414  a fixture, re-exported by name

pytestmark = [pytest.mark.timeout(300), pytest.mark.slow]


def test_worker_when_asked_to_end_then_the_job_under_way_is_done_once_and_the_rest_waits(
    db: Database, tenant_id: int, site: Site, many: Callable[..., list[UUID]]
) -> None:
    ids = many(6, pause=8.0)

    def states() -> list[str]:
        with db.tenant(tenant_id) as session:
            return sorted(session.scalars(select(Job.state).where(Job.id.in_(ids))))

    site.start("worker")
    site.start("beat")
    eventually(lambda: RUNNING in states(), within_s=120)
    begun = states().count(RUNNING)
    worker, beat = site.processes.pop("worker"), site.processes.pop("beat")
    beat.send_signal(signal.SIGTERM)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(60) == 0 and beat.wait(60) == 0
    after = states()
    assert RUNNING not in after, "nothing is left half done"
    assert begun <= after.count(DONE) < len(ids)
    assert after.count(DONE) + after.count(QUEUED) == len(ids)
    with db.tenant(tenant_id) as session:
        done = session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "test.effect"))
        assert done == after.count(DONE), "every effect once, none without its job"
        attempts = set(session.scalars(select(Job.attempt).where(Job.id.in_(ids), Job.state == DONE)))
        assert attempts == {1}
