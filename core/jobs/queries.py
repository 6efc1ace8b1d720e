"""Reads of jobs: the bar of one, the list for administrators. Hands out read-models, never rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from core.db.sessions import TenantSession
from core.jobs.models import DEAD, DONE, FAILED, Job
from core.kernel.errors import NotFound

MAX_PAGE = 200


@dataclass(frozen=True)
class JobCard:
    """``done`` of ``total`` (None: unknown) with ``note``: a bar that survives a reload."""

    id: UUID
    kind: str
    state: str
    attempt: int
    done: int
    total: int | None
    note: str
    error: str | None
    result: dict[str, Any] | None
    created_at: datetime
    created_by: UUID | None
    finished_at: datetime | None

    @property
    def over(self) -> bool:
        return self.state in (DONE, FAILED, DEAD)

    @property
    def percent(self) -> int | None:
        """0 to 100; None while nobody knows how much there is."""
        if self.state == DONE:
            return 100
        return min(100, self.done * 100 // self.total) if self.total else None


def job_card(session: TenantSession, job_id: UUID) -> JobCard:
    """Raises NotFound. Whose job it is, the caller checks (``created_by``)."""
    row = session.execute(_cards().where(Job.id == job_id)).first()
    if row is None:
        raise NotFound()
    return JobCard(*row)


def job_cards(
    session: TenantSession, *, kind: str | None = None, state: str | None = None, page: int = 1, page_size: int = 20
) -> tuple[tuple[JobCard, ...], int]:
    """Newest first, and how many there are in all; ``page_size`` is cut at 200."""
    page_size = max(1, min(page_size, MAX_PAGE))
    conditions = [column == value for column, value in ((Job.kind, kind), (Job.state, state)) if value is not None]
    total = session.scalar(select(func.count()).select_from(Job).where(*conditions)) or 0
    statement = _cards().where(*conditions).order_by(Job.created_at.desc(), Job.id.desc())
    rows = session.execute(statement.limit(page_size).offset((max(page, 1) - 1) * page_size))
    return tuple(JobCard(*row) for row in rows), total


def _cards() -> Select[*tuple[Any, ...]]:
    return select(
        Job.id, Job.kind, Job.state, Job.attempt, Job.progress_done, Job.progress_total, Job.progress_note,
        Job.error, Job.result, Job.created_at, Job.created_by, Job.finished_at,
    )  # fmt: skip
