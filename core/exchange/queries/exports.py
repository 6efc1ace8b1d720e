"""Exports of a person, as pages and REST show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from core.exchange.models import QUEUED, READY, Export
from core.hooks.tables import TableWork
from core.http.paging import Page, Paging
from core.jobs.models import Job
from core.kernel.errors import NotFound

OVER = ("failed", "dead")


@dataclass(frozen=True)
class ExportCard:
    """One file that was ordered. ``state``: queued ready failed expired."""

    id: UUID
    kind: str
    kind_title: str
    format: str
    said: str
    state: str
    progress_done: int
    progress_total: int
    rows: int | None
    photos: int | None
    size: int | None
    fault: str
    downloads: int
    created_at: datetime
    expires_at: datetime

    @property
    def open(self) -> bool:
        """Can be downloaded."""
        return self.state == READY


def exports_page(work: TableWork, *, paging: Paging) -> Page[ExportCard]:
    """One's own, newest first. Two queries."""
    mine = _mine(work)
    total = work.session.scalar(select(func.count()).select_from(Export).where(mine)) or 0
    rows = work.session.execute(
        _exports()
        .where(mine)
        .order_by(Export.created_at.desc(), Export.id.desc())
        .limit(paging.page_size)
        .offset(paging.offset)
    )
    return Page(tuple(_card(row) for row in rows), total, paging.page, paging.page_size)


def export_card(work: TableWork, export_id: UUID) -> ExportCard:
    """One's own. Raises NotFound."""
    row = work.session.execute(_exports().where(_mine(work), Export.id == export_id)).first()
    if row is None:
        raise NotFound()
    return _card(row)


def _mine(work: TableWork) -> ColumnElement[bool]:
    return Export.created_by.is_not(None) & (Export.created_by == work.actor.person_id)


def _exports() -> Any:
    return select(
        Export.id, Export.kind, Export.kind_title, Export.format, Export.said, Export.state, Export.progress_done,
        Export.progress_total, Export.rows, Export.photos, Export.size, Export.fault, Export.downloads, Export.created_at,
        Export.expires_at, Job.state.label("job_state"), Job.error.label("job_error"),
    ).outerjoin(Job, Job.id == Export.job_id)  # fmt: skip


def _card(row: Any) -> ExportCard:
    """A job that broke says so here, too."""
    values = dict(row._mapping)
    state, error = values.pop("job_state"), values.pop("job_error")
    if values["state"] == QUEUED and state in OVER:
        values |= {"state": "failed", "fault": error or ""}
    return ExportCard(**values)
