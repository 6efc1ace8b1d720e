"""Outbox and jobs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INSTANT = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    op.create_table(
        "outbox",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("payload", pg.JSONB, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_outbox"),
    )
    op.create_table(
        "jobs",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("args", pg.JSONB, nullable=False),
        sa.Column("state", sa.Text, nullable=False, server_default="queued"),
        sa.Column("attempt", sa.Integer, nullable=False, server_default="0"),
        sa.Column("run_after", INSTANT, nullable=False),
        sa.Column("rung_at", INSTANT, nullable=True),
        sa.Column("heartbeat_at", INSTANT, nullable=True),
        sa.Column("claim", sa.Uuid, nullable=True),
        sa.Column("cursor", pg.JSONB, nullable=False, server_default="{}"),
        sa.Column("progress_done", sa.Integer, nullable=False, server_default="0"),
        sa.Column("progress_total", sa.Integer, nullable=True),
        sa.Column("progress_note", sa.Text, nullable=False, server_default=""),
        sa.Column("result", pg.JSONB, nullable=True),
        sa.Column("error", sa.Text, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", sa.Uuid, nullable=True),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.Column("dedupe_key", sa.Text, nullable=True),
        sa.CheckConstraint("state in ('queued', 'running', 'done', 'failed', 'dead')", name=op.f("ck_jobs__state")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_jobs"),
        sa.UniqueConstraint("tenant_id", "dedupe_key", name="uq_jobs__tenant_id_dedupe_key"),
    )
    op.create_index("ix_jobs__created_at", "jobs", ["tenant_id", "created_at", "id"])
    op.create_index(
        "ix_jobs__to_ring", "jobs", ["tenant_id", "run_after", "id"],
        postgresql_where=sa.text("state = 'queued' and rung_at is null"),
    )  # fmt: skip
    op.create_index(
        "ix_jobs__in_flight", "jobs", ["tenant_id"],
        postgresql_where=sa.text("state in ('queued', 'running') and rung_at is not null"),
    )  # fmt: skip
    op.create_index(
        "ix_jobs__rung_at", "jobs", ["rung_at"], postgresql_where=sa.text("state = 'queued' and rung_at is not null")
    )
    op.create_index("ix_jobs__heartbeat_at", "jobs", ["heartbeat_at"], postgresql_where=sa.text("state = 'running'"))
    op.execute("select ctx.protect('app.outbox'), ctx.protect('app.jobs')")
    # relay, sweeper and tick: they move events, order periodic jobs, ring and re-queue; they never read results.
    # FOR UPDATE needs the right to update some column.
    op.execute("select ctx.allow_platform('app.outbox', 'select, delete, update (at)')")
    op.execute(
        "select ctx.allow_platform('app.jobs', 'select (tenant_id, id, kind, state, attempt, run_after, rung_at, heartbeat_at,"
        " dedupe_key), insert, update (state, rung_at, heartbeat_at)')"
    )


def downgrade() -> None:
    for table in ("jobs", "outbox"):
        op.drop_table(table)
