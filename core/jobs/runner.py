"""Runs one job: claims it, does it, finishes it; the only place besides requests and commands that opens tenant scopes.

A claim is committed first, so that work which kills its process is counted; then the row is locked again in the
transaction of the effect, which commits together with «done» or not at all.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import func, or_, select

from core.access.actor import Actor
from core.audit.services import record
from core.db.engines import Database
from core.db.sessions import TenantSession
from core.hooks.manager import Plugins
from core.hooks.meta import PluginMeta
from core.jobs.handle import JobHandle, Superseded
from core.jobs.models import DEAD, FAILED, QUEUED, RUNNING, Job
from core.jobs.registry import Registry, UnknownKind
from core.jobs.services import emit
from core.kernel.clock import Clock
from core.kernel.errors import Refused, XiaoanError
from core.kernel.events import Event
from core.kernel.ids import new_id
from core.kernel.phrases import Phrase
from core.settings import Settings
from core.tenancy.directory import Directory
from core.tenancy.quarantine import in_words, is_kept_out, is_own_fault, strike

log = structlog.get_logger(__name__)

GRACE = timedelta(seconds=3)
"""How long a claimed job may be unlocked (between two transactions of its runner) before it counts as abandoned."""
BACKOFF = (timedelta(seconds=10), timedelta(seconds=60))
DEAD_TOPIC = "job.dead"
DEFAULT_ATTEMPTS = 3


class Runner:
    """Takes jobs by (tenant, id). Safe to call for the same job any number of times, at the same time too."""

    def __init__(
        self,
        *,
        db: Database,
        directory: Directory,
        registry: Registry,
        settings: Settings,
        plugins: Plugins | None = None,
    ) -> None:
        self.db, self.directory, self.registry, self.settings, self.plugins = db, directory, registry, settings, plugins

    def run(self, tenant_id: int, job_id: UUID, *, clock: Clock | None = None) -> str | None:
        """The job's state afterwards; None if there was nothing to do for this call. Raises only for a lost database."""
        tenant = self.directory.by_id(tenant_id)
        if tenant is None:
            return None  # suspended: the row waits
        clock = clock or self.directory.clock(tenant)
        row = self._claim(tenant_id, job_id, clock)
        if row is None or row.claim is None:
            return None if row is None else row.state
        with structlog.contextvars.bound_contextvars(tenant=tenant_id, job=str(job_id), kind=row.kind):
            try:
                return self._do(row, row.claim, clock)
            except Superseded:
                log.warning("job was taken over")
                return None
            except Exception as fault:
                log.warning(
                    "job failed", attempt=row.attempt, exc_info=not isinstance(fault, XiaoanError), fault=repr(fault)
                )
                return self._give_back(row, row.claim, clock, fault)

    def _claim(self, tenant_id: int, job_id: UUID, clock: Clock) -> Job | None:
        """The row, now running and ours; a row without claim if it was buried instead; None if it is not to be had."""
        with self.db.tenant(tenant_id, clock=clock) as session:
            free = or_(
                (Job.state == QUEUED) & (Job.run_after <= session.now()),
                (Job.state == RUNNING) & (Job.heartbeat_at < func.clock_timestamp() - GRACE),
            )
            row = session.scalars(select(Job).where(Job.id == job_id, free).with_for_update(skip_locked=True)).first()
            if row is None:
                return None
            if row.attempt >= self._max_attempts(row.kind):
                self._bury(session, row, "进程多次中断，已停止重试")
                return row
            row.state, row.claim, row.attempt = RUNNING, new_id(), row.attempt + 1
            row.heartbeat_at = func.clock_timestamp()
            session.flush()
            session.expunge(row)
            return row

    def _do(self, row: Job, claim: UUID, clock: Clock) -> str:
        kind = self.registry.get(row.kind)
        with self.db.tenant(row.tenant_id, clock=clock) as session:
            session.info["request_id"], session.info["ordered_by"] = f"job:{row.id}", row.created_by
            handle = JobHandle(
                session, row, claim=claim, settings=self.settings, plugins=self.plugins,
                aside=lambda: self.db.tenant(row.tenant_id, clock=clock),
            )  # fmt: skip
            handle.hold()
            self._refuse_kept_out(session, row.kind)
            result = kind.function(session, job=handle, **row.args)
            handle.finish(result)
        return "done"

    def _give_back(self, row: Job, claim: UUID, clock: Clock, fault: Exception) -> str | None:
        """Back to the queue, or to rest. What the person did wrong is not tried again."""
        with self.db.tenant(row.tenant_id, clock=clock) as session:
            mine = select(Job).where(Job.id == row.id, Job.claim == claim, Job.state == RUNNING)
            now = session.scalars(mine.with_for_update(skip_locked=True)).first()
            if now is None:
                return None
            now.claim = None
            self._strike(session, now.kind, fault)
            if isinstance(fault, XiaoanError):
                now.state, now.error, now.finished_at = FAILED, fault.text(), session.now()
            elif now.attempt >= self._max_attempts(now.kind):
                self._bury(
                    session,
                    now,
                    Phrase("多次尝试未成功（%(fault)s），已停止；请联系管理员", fault=type(fault).__name__),
                )
            else:
                now.state, now.rung_at, now.error = (
                    QUEUED,
                    None,
                    Phrase("出错后将重试（%(fault)s）", fault=type(fault).__name__),
                )
                now.run_after = session.now() + BACKOFF[min(now.attempt, len(BACKOFF)) - 1]
            return now.state

    def _owner(self, kind: str) -> PluginMeta | None:
        """The plugin whose kind it is: kinds of a plugin begin with its slug (core.hooks.admission)."""
        return self.plugins.metas.get(kind.partition(".")[0]) if self.plugins is not None else None

    def _refuse_kept_out(self, session: TenantSession, kind: str) -> None:
        """Raises Refused for work of a plugin that is kept out of this tenant."""
        meta = self._owner(kind)
        if meta is not None and is_kept_out(session, plugin=meta.slug, version=meta.version):
            raise Refused("“%(title)s”在本单位已被隔离，解除隔离后再试", title=meta.title)

    def _strike(self, session: TenantSession, kind: str, fault: Exception) -> None:
        meta = self._owner(kind)
        if meta is None or not is_own_fault(fault):
            return
        told = {"moment": kind, "fault": in_words(fault)}
        if strike(session, plugin=meta.slug, version=meta.version, **told):
            actor = Actor.system(session.tenant_id, "plugins")
            record(
                session, actor=actor, action="plugin.quarantined", object_kind="plugin", object_id=meta.slug, data=told
            )

    def _bury(self, session: TenantSession, row: Job, why: str) -> None:
        row.state, row.claim, row.error, row.finished_at = DEAD, None, why, session.now()
        log.error("job is dead", tenant=row.tenant_id, job=str(row.id), kind=row.kind, why=why)
        if row.args.get("topic") != DEAD_TOPIC:  # an alert that cannot be delivered must not alert
            payload = {"job_id": str(row.id), "kind": row.kind}
            emit(session, Event(topic=DEAD_TOPIC, tenant_id=row.tenant_id, at=session.now(), payload=payload))

    def _max_attempts(self, kind: str) -> int:
        try:
            return self.registry.get(kind).max_attempts
        except UnknownKind:
            return DEFAULT_ATTEMPTS
