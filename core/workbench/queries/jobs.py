"""Long work as its orderer sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, true

from core.access.actor import Actor
from core.db.sessions import TenantSession
from core.http.paging import Page, Paging
from core.jobs.deliver import DELIVER
from core.jobs.models import DEAD, DONE, FAILED, QUEUED, RUNNING, Job
from core.jobs.permissions import JobPermission
from core.kernel.errors import NotFound

SHOWN = {QUEUED: QUEUED, RUNNING: RUNNING, DONE: DONE, FAILED: FAILED, DEAD: FAILED}
"""dead means to people what failed means: it will not happen by itself."""
NO_DETAILS = "多次执行未成功，已停止；请联系管理员查看日志"


@dataclass(frozen=True)
class JobCard:
    """``state``: queued | running | done | failed. ``message``: the note while it runs, the reason when it failed."""

    id: UUID
    kind: str
    state: str
    done: int
    total: int | None
    message: str
    created_at: datetime
    finished_at: datetime | None
    result: dict[str, object] | None

    @property
    def ended(self) -> bool:
        return self.state in (DONE, FAILED)


def jobs_page(
    session: TenantSession, actor: Actor, *, paging: Paging, kind: str | None = None, state: str | None = None
) -> Page[JobCard]:
    """Newest first; deliveries of events only on demand, nobody ordered them. Two queries."""
    wanted = [_reach(actor), Job.kind == kind if kind else Job.kind != DELIVER]
    if state:
        wanted.append(Job.state.in_([held for held, shown in SHOWN.items() if shown == state]))
    total = session.scalar(select(func.count()).select_from(Job).where(*wanted)) or 0
    rows = session.scalars(
        select(Job)
        .where(*wanted)
        .order_by(Job.created_at.desc(), Job.id.desc())
        .limit(paging.page_size)
        .offset(paging.offset)
    )
    return Page(tuple(_card(row) for row in rows), total, paging.page, paging.page_size)


def job_card(session: TenantSession, actor: Actor, job_id: UUID) -> JobCard:
    """Raises NotFound, also for what somebody else ordered."""
    row = session.scalar(select(Job).where(Job.id == job_id, _reach(actor)))
    if row is None:
        raise NotFound()
    return _card(row)


def latest(session: TenantSession, kind: str) -> JobCard | None:
    """The last one of a kind that ended."""
    row = session.scalar(
        select(Job)
        .where(Job.kind == kind, Job.state.in_([DONE, FAILED, DEAD]))
        .order_by(Job.created_at.desc())
        .limit(1)
    )
    return _card(row) if row else None


def _reach(actor: Actor) -> ColumnElement[bool]:
    """Everybody sees what they ordered; the whole list is for those who look after the installation."""
    return true() if actor.may(JobPermission.READ) else Job.created_by == actor.person_id


def _card(row: Job) -> JobCard:
    message = row.error or "" if row.state == FAILED else (NO_DETAILS if row.state == DEAD else row.progress_note)
    return JobCard(
        row.id,
        row.kind,
        SHOWN[row.state],
        row.progress_done,
        row.progress_total,
        message,
        row.created_at,
        row.finished_at,
        row.result,
    )
