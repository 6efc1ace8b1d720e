"""Reads of the log for pages and REST. Hands out read-models, never rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, tuple_

from core.audit.models import AuditEntry, AuditSeal
from core.db.sessions import TenantSession
from core.kernel.errors import NotFound

MAX_PAGE = 200
COUNTED_TO = 10_000
"""Counting further costs more than anybody learns from it."""


@dataclass(frozen=True)
class AuditFilter:
    """All given conditions hold together. ``action`` may end in ``.*`` (``hazard.*``); ``until`` is exclusive."""

    action: str | None = None
    object_kind: str | None = None
    object_id: str | None = None
    actor_id: UUID | None = None
    actors: tuple[UUID, ...] | None = None
    """Any of these people."""
    actor_name: str | None = None
    """As it stands in the log: for jobs and commands, which are no people."""
    since: datetime | None = None
    until: datetime | None = None
    visible: ColumnElement[bool] | None = None
    """Over AuditEntry: what the reader may see; None: all."""


@dataclass(frozen=True)
class AuditCard:
    """One entry as it is shown. ``sealed``: its place in the chain, None while it waits."""

    id: UUID
    at: datetime
    actor_kind: str
    actor_id: UUID | None
    actor_name: str
    action: str
    object_kind: str
    object_id: str
    data: Mapping[str, Any]
    request_id: str | None
    origin: str | None
    """Network address; None for jobs and commands."""
    sealed: int | None


@dataclass(frozen=True)
class AuditPage:
    """Newest first. ``next``: hand it in as ``before`` for the page after this one; None on the last."""

    items: tuple[AuditCard, ...]
    next: tuple[datetime, UUID] | None


def entries(
    session: TenantSession, where: AuditFilter, *, before: tuple[datetime, UUID] | None = None, limit: int = 50
) -> AuditPage:
    """One page; ``limit`` is cut at 200. By key, not by offset: page 1,000 costs as much as page 1."""
    limit = max(1, min(limit, MAX_PAGE))
    statement = _filtered(_cards(), where).order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(limit + 1)
    if before is not None:
        statement = statement.where(tuple_(AuditEntry.at, AuditEntry.id) < before)
    found = [AuditCard(*row) for row in session.execute(statement)]
    shown = tuple(found[:limit])
    return AuditPage(shown, (shown[-1].at, shown[-1].id) if len(found) > limit else None)


def entries_at(
    session: TenantSession, where: AuditFilter, *, page: int, page_size: int
) -> tuple[tuple[AuditCard, ...], int]:
    """Page ``page`` (from 1) and the number of entries, counted to 10,000 at most; for REST's list envelope."""
    page_size = max(1, min(page_size, MAX_PAGE))
    offset = (max(page, 1) - 1) * page_size
    total = session.scalar(
        select(func.count()).select_from(_filtered(select(AuditEntry.id), where).limit(COUNTED_TO).subquery())
    )
    if offset >= COUNTED_TO:
        return (), total or 0
    statement = _filtered(_cards(), where).order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    rows = session.execute(statement.offset(offset).limit(page_size))
    return tuple(AuditCard(*row) for row in rows), total or 0


def entry(session: TenantSession, entry_id: UUID, where: AuditFilter | None = None) -> AuditCard:
    """Raises NotFound, also for what ``where`` leaves out."""
    statement = _filtered(_cards(), where or AuditFilter())
    row = session.execute(statement.where(AuditEntry.id == entry_id)).first()
    if row is None:
        raise NotFound()
    return AuditCard(*row)


def history(
    session: TenantSession, *, object_kind: str, object_id: UUID | str, limit: int = MAX_PAGE
) -> tuple[AuditCard, ...]:
    """What happened to one thing, newest first."""
    return entries(session, AuditFilter(object_kind=object_kind, object_id=str(object_id)), limit=limit).items


def _cards() -> Select[*tuple[Any, ...]]:
    return select(
        AuditEntry.id, AuditEntry.at, AuditEntry.actor_kind, AuditEntry.actor_id, AuditEntry.actor_name,
        AuditEntry.action, AuditEntry.object_kind, AuditEntry.object_id, AuditEntry.data, AuditEntry.request_id,
        AuditEntry.origin, AuditSeal.seq,
    ).outerjoin(AuditSeal, (AuditSeal.tenant_id == AuditEntry.tenant_id) & (AuditSeal.audit_id == AuditEntry.id))  # fmt: skip


def _filtered(statement: Select[*tuple[Any, ...]], where: AuditFilter) -> Select[*tuple[Any, ...]]:
    if where.visible is not None:
        statement = statement.where(where.visible)
    if where.action is not None and where.action.endswith(".*"):
        statement = statement.where(func.starts_with(AuditEntry.action, where.action[:-1]))
    elif where.action is not None:
        statement = statement.where(AuditEntry.action == where.action)
    if where.object_kind is not None:
        statement = statement.where(AuditEntry.object_kind == where.object_kind)
    if where.object_id is not None:
        statement = statement.where(AuditEntry.object_id == where.object_id)
    if where.actor_id is not None:
        statement = statement.where(AuditEntry.actor_id == where.actor_id)
    if where.actors is not None:
        statement = statement.where(AuditEntry.actor_id.in_(where.actors))
    if where.actor_name is not None:
        statement = statement.where(AuditEntry.actor_name == where.actor_name)
    if where.since is not None:
        statement = statement.where(AuditEntry.at >= where.since)
    if where.until is not None:
        statement = statement.where(AuditEntry.at < where.until)
    return statement
