"""Tables of the jobs: events on their way (outbox) and the jobs themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Identified, TenantBase

QUEUED, RUNNING, DONE, FAILED, DEAD = "queued", "running", "done", "failed", "dead"


class OutboxRow(TenantBase, Identified):
    """An event of a committed change that the relay has not taken yet. Personal data: none (events carry ids)."""

    __tablename__ = "outbox"

    at: Mapped[datetime]
    topic: Mapped[str]
    payload: Mapped[dict[str, Any]]


class Job(TenantBase, Identified):
    """A piece of work. Personal data: who ordered it; ``args`` hold ids and primitives.

    Times of the work (``run_after created_at finished_at``) are by the tenant's clock; times that only say whether
    somebody is still at it (``rung_at heartbeat_at``) are by the database's, the one clock that all processes share.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint("state in ('queued', 'running', 'done', 'failed', 'dead')", name="state"),
        UniqueConstraint("tenant_id", "dedupe_key", name="uq_jobs__tenant_id_dedupe_key"),
        Index("ix_jobs__created_at", "tenant_id", "created_at", "id"),
        Index(
            "ix_jobs__to_ring",
            "tenant_id",
            "run_after",
            "id",
            postgresql_where=text("state = 'queued' and rung_at is null"),
        ),
        Index(
            "ix_jobs__in_flight",
            "tenant_id",
            postgresql_where=text("state in ('queued', 'running') and rung_at is not null"),
        ),
        Index("ix_jobs__rung_at", "rung_at", postgresql_where=text("state = 'queued' and rung_at is not null")),
        Index("ix_jobs__heartbeat_at", "heartbeat_at", postgresql_where=text("state = 'running'")),
    )

    kind: Mapped[str]
    """``<feature>.<verb>``, e.g. ``orgs.import_roster``."""
    args: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(default=QUEUED, server_default=QUEUED)
    """failed: the work itself was refused (bad input), a repeat would not help. dead: it broke too often."""
    attempt: Mapped[int] = mapped_column(default=0, server_default="0")
    """Tries since the last progress."""
    run_after: Mapped[datetime]
    rung_at: Mapped[datetime | None]
    heartbeat_at: Mapped[datetime | None]
    claim: Mapped[UUID | None]
    """Whose turn it is: a runner whose claim was replaced may not commit any more."""
    cursor: Mapped[dict[str, Any]] = mapped_column(server_default="{}", default=dict)
    """Where a long job goes on after a crash."""
    progress_done: Mapped[int] = mapped_column(default=0, server_default="0")
    progress_total: Mapped[int | None]
    progress_note: Mapped[str] = mapped_column(default="", server_default="")
    result: Mapped[dict[str, Any] | None]
    error: Mapped[str | None]
    """For the person who ordered it; details are in the process log."""
    created_at: Mapped[datetime]
    created_by: Mapped[UUID | None]
    finished_at: Mapped[datetime | None]
    dedupe_key: Mapped[str | None]
    """At most one job of a tenant ever has a given key."""
