"""A job under way, as its handler sees it: who ordered it, how far it came, and the checkpoints of long work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text, update

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.hooks.manager import Plugins
from core.jobs.models import DONE, RUNNING, Job
from core.settings import Settings

PATIENCE = "set local statement_timeout = '300s'; set local idle_in_transaction_session_timeout = '600s'"
"""Work takes longer than a request may; a hung one is ended by the worker's time limit."""


class Superseded(Exception):
    """Somebody else took the job over, or it is over: whatever this runner did since its last commit must not count."""


class JobHandle:
    """``attempt`` counts from 1. ``cursor``: what the last checkpoint said, {} at first. ``settings``: of the process."""

    def __init__(
        self, session: TenantSession, row: Job, *, claim: UUID, settings: Settings, plugins: Plugins | None = None,
        aside: Callable[[], AbstractContextManager[TenantSession]] | None = None,
    ) -> None:  # fmt: skip
        self._session, self._claim, self._plugins, self._aside = session, claim, plugins, aside
        self.id: UUID = row.id
        self.kind: str = row.kind
        self.tenant_id: int = row.tenant_id
        self.created_by: UUID | None = row.created_by
        self.attempt: int = row.attempt
        self.cursor: Mapping[str, Any] = dict(row.cursor)
        self.settings = settings
        self._progress = row.progress_done

    @property
    def actor(self) -> Actor:
        """The system, with the kind of job as its name."""
        return Actor.system(self.tenant_id, self.kind)

    @property
    def plugins(self) -> Plugins:
        """What was registered in this process. Raises RuntimeError where work runs without plugins."""
        if self._plugins is None:
            raise RuntimeError("this process was composed without plugins")
        return self._plugins

    def aside(self) -> AbstractContextManager[TenantSession]:
        """A short session of its own in the same tenant, committed when left: to say how far work is whose transaction must
        stay open (a cursor). Never for the work itself, and not for this job's row, which is locked."""
        if self._aside is None:
            raise RuntimeError("this process was composed without a second session")
        return self._aside()

    def checkpoint(
        self, *, done: int, total: int | None = None, note: str = "", cursor: Mapping[str, Any] | None = None
    ) -> None:
        """Commits what was done so far, with the progress that people see; after a crash the job goes on from ``cursor``.

        Raises Superseded if the job was taken over meanwhile. Real progress gives the job its attempts back.
        """
        if cursor is not None:
            self.cursor = dict(cursor)
        further = done > self._progress
        self._progress = max(self._progress, done)
        self._write(
            progress_done=done, progress_total=total, progress_note=note, cursor=dict(self.cursor),
            heartbeat_at=func.clock_timestamp(), **({"attempt": 1} if further else {}),
        )  # fmt: skip
        self._session.commit()
        self.hold()

    def hold(self) -> None:
        """Locks the row for this transaction: the lock says that somebody is at it. Raises Superseded."""
        self._session.connection().execute(text(PATIENCE))
        mine = select(Job.id).where(Job.id == self.id, Job.claim == self._claim, Job.state == RUNNING)
        if self._session.execute(mine.with_for_update(skip_locked=True)).first() is None:
            raise Superseded(str(self.id))

    def finish(self, result: Mapping[str, Any] | None) -> None:
        """In the transaction of the effect. Raises Superseded."""
        self._write(state=DONE, finished_at=self._session.now(), result=dict(result) if result else None, error=None)

    def _write(self, **values: Any) -> None:
        mine = update(Job).where(Job.id == self.id, Job.claim == self._claim, Job.state == RUNNING)
        changed = self._session.execute(mine.values(**values).execution_options(synchronize_session=False))
        if changed.rowcount != 1:  # type: ignore[attr-defined]  # an update gives a CursorResult
            raise Superseded(str(self.id))
