"""Audit log: entries, entries waiting for a seal, seals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INSTANT = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor_kind", sa.Text, nullable=False),
        sa.Column("actor_id", sa.Uuid, nullable=True),
        sa.Column("actor_name", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("object_kind", sa.Text, nullable=False),
        sa.Column("object_id", sa.Text, nullable=False),
        sa.Column("data", pg.JSONB, nullable=False),
        sa.Column("request_id", sa.Text, nullable=True),
        sa.CheckConstraint(
            "actor_kind in ('person', 'token', 'system', 'command')", name=op.f("ck_audit_entries__actor_kind")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_audit_entries"),
    )
    op.create_index("ix_audit_entries__at", "audit_entries", ["tenant_id", "at", "id"])
    op.create_index("ix_audit_entries__object", "audit_entries", ["tenant_id", "object_kind", "object_id", "at"])
    op.create_index("ix_audit_entries__action", "audit_entries", ["tenant_id", "action", "at"])
    op.create_index("ix_audit_entries__actor", "audit_entries", ["tenant_id", "actor_id", "at"])
    op.create_table(
        "audit_pending",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("audit_id", sa.Uuid, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "audit_id", name="pk_audit_pending"),
    )
    op.create_table(
        "audit_seals",
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("audit_id", sa.Uuid, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "seq", name="pk_audit_seals"),
        sa.UniqueConstraint("tenant_id", "audit_id", name="uq_audit_seals__tenant_id_audit_id"),
    )
    op.execute(
        "select ctx.protect('app.audit_entries'), ctx.protect('app.audit_pending'), ctx.protect('app.audit_seals')"
    )
    op.execute("select ctx.append_only('app.audit_entries'), ctx.append_only('app.audit_seals')")
    # the sealer asks across tenants only which of them have something to seal
    op.execute("select ctx.allow_platform('app.audit_pending', 'select')")


def downgrade() -> None:
    for table in ("audit_seals", "audit_pending", "audit_entries"):
        op.drop_table(table)
